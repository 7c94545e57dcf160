//! A real WordPress, of Debian's packages, to which pictures are sent and from which they are taken back.
#![cfg(test)]

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use eyelid::access::Role;
use eyelid::config::School;
use eyelid::consent::ledger::Choice;
use eyelid::office;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;
use ureq::http::{Method as Http, Request};
use walkdir::WalkDir;

use super::channels::{Scene, api, say, seen};
use super::credits::{crediting, credits};
use super::elsewhere::{Asked, Elsewhere, PATIENT, deliver, deliver_within, pass, school};
use super::site::{now, until};

/// A site with its database; both end with the value.
struct Wordpress {
    folder: TempDir,
    url: String,
    password: String,
    database: Child,
    server: Option<Child>,
}

impl Drop for Wordpress {
    fn drop(&mut self) {
        for process in self.server.iter_mut().chain([&mut self.database]) {
            let _ended = process.kill().and_then(|()| process.wait());
        }
    }
}

impl Wordpress {
    fn start() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wordpress");
        let folder = TempDir::new().unwrap();
        let (site, data, socket) = (folder.path().join("site"), folder.path().join("db"), folder.path().join("socket"));
        done(Command::new("cp").arg("-rL").arg("/usr/share/wordpress").arg(&site));
        fs::copy(own.join("config.php"), site.join("wp-config.php")).unwrap();
        fs::create_dir_all(site.join("wp-content/uploads")).unwrap();
        // a database that starts takes away whatever another left in the folder for passing files
        let passing = folder.path().join("tmp");
        fs::create_dir(&passing).unwrap();
        let as_user = format!("--user={}", String::from_utf8(done(Command::new("id").arg("-un"))).unwrap().trim());
        let mut install = Command::new("mariadb-install-db");
        install
            .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"])
            .arg(&as_user)
            .arg(option("datadir", &data))
            .env("TMPDIR", &passing);
        done(&mut install);
        let database = Command::new("mariadbd")
            .args(["--no-defaults", "--skip-networking", &as_user])
            .args([option("datadir", &data), option("socket", &socket)])
            .env("TMPDIR", &passing)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("the database", || {
            let mut ask = Command::new("mariadb");
            // this option counts only as the first
            ask.arg("--no-defaults").arg(option("socket", &socket));
            ask.args(["-uroot", "-e", "create database if not exists wordpress"]);
            ask.output().unwrap().status.success()
        });
        let (reserved, address) = reserved();
        let url = format!("http://{address}");
        let mut wordpress = Self { folder, url, password: String::new(), database, server: None };
        let made = done(wordpress.php(&socket).arg(own.join("install.php")).stderr(Stdio::null()));
        wordpress.password = String::from_utf8(made).unwrap().trim().to_owned();
        let mut server = wordpress.php(&socket);
        server.arg("-S").arg(address.to_string()).arg("-t").arg(&site).arg(own.join("router.php"));
        server.stdout(Stdio::null()).stderr(Stdio::null());
        wordpress.server = Some(server.spawn().unwrap());
        until("the site", || TcpStream::connect(address).is_ok());
        drop(reserved);
        wordpress
    }

    fn php(&self, socket: &Path) -> Command {
        let mut php = Command::new("php");
        php.current_dir(self.folder.path().join("site")).env("WP_SOCKET", socket).env("WP_ADDRESS", &self.url);
        php
    }

    /// The media library as everybody may read it.
    fn library(&self) -> Vec<Value> {
        let address = format!("{}/wp-json/wp/v2/media?per_page=100", self.url);
        ureq::get(address).call().unwrap().body_mut().read_json().unwrap()
    }

    /// Every picture on its disk.
    fn files(&self) -> Vec<PathBuf> {
        let below = WalkDir::new(self.folder.path().join("site/wp-content/uploads"));
        let files = below.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        files.map(walkdir::DirEntry::into_path).collect()
    }
}

/// A port at which nobody answers, and which nobody else is given.
fn reserved() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    // who listens there later says the same
    socket.set_reuse_address(true).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

fn option(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

fn done(command: &mut Command) -> Vec<u8> {
    let ran = command.output().expect("a program is missing: `bash tests/all` installs it");
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran.stdout
}

fn fetched(address: &str) -> Vec<u8> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(address).call().unwrap();
    answer.body_mut().read_to_vec().unwrap()
}

fn connect(scene: &Scene, address: &str, password: &str) -> i64 {
    let wanted = json!({ "kind": "wordpress", "address": address, "login": "eyelid", "password": password });
    let made = scene.site.signed_in(Role::Admin).json(Http::POST, &api("connections"), &wanted);
    assert_eq!(made.status, 201, "{}", made.text());
    made.value()["id"].as_i64().unwrap()
}

fn troubles(scene: &Scene, id: i64) -> Vec<String> {
    let listed = scene.site.signed_in(Role::Admin).get(&api(&format!("connections/{id}/failures"))).value();
    listed["items"].as_array().unwrap().iter().map(|one| one["trouble"].as_str().unwrap().to_owned()).collect()
}

/// Where an item's picture is, and then those that WordPress made of it.
fn addresses(item: &Value) -> Vec<String> {
    let sizes = item["media_details"]["sizes"].as_object().unwrap();
    // its largest size is the picture itself
    let made = sizes.iter().filter(|(name, _)| *name != "full").map(|(_, size)| &size["source_url"]);
    [&item["source_url"]].into_iter().chain(made).map(|address| address.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_real_site_shows_what_may_be_shown_and_loses_what_may_not() {
    let wordpress = Wordpress::start();
    let scene = Scene::of(1, school());
    let (photo, editor) = (&scene.photos[0], scene.editor());
    let go = || deliver(&scene.site.store, &scene.site.school);
    let texts = json!({ "caption": "A <b>race</b> & more", "alt": "Two pupils \"run\"" });
    editor.json(Http::PUT, &api(&format!("photos/{photo}/texts")), &texts);
    scene.sign_off(&editor, photo);

    // a wrong password is told, and the right one mends it
    let id = connect(&scene, &wordpress.url, "wrong");
    go();
    assert_eq!(troubles(&scene, id), ["unauthorized"]);
    assert!(wordpress.library().is_empty());
    let secret = json!({ "password": wordpress.password });
    let admin = scene.site.signed_in(Role::Admin);
    assert_eq!(admin.json(Http::POST, &api(&format!("connections/{id}/secret")), &secret).status, 200);
    go();
    assert_eq!(troubles(&scene, id), Vec::<String>::new());
    let [item] = wordpress.library().try_into().unwrap();
    assert_eq!(item["alt_text"], "Two pupils \"run\"");
    let caption = item["caption"]["rendered"].as_str().unwrap();
    assert!(caption.contains("The school") && !caption.contains("<b>"), "{caption}");
    let first = addresses(&item);
    assert!(first.iter().all(|address| !address.contains("Zebedee")));
    assert_eq!(seen(&fetched(&first[0])), (true, true));
    assert!(first.len() >= 3, "WordPress makes smaller ones of it");
    assert_eq!(wordpress.files().len(), first.len());
    // what WordPress says of an address that leads nowhere depends on its theme; it is no picture
    let is_picture = |address: &String| fetched(address).starts_with(&[0xff, 0xd8]);
    assert!(first.iter().all(is_picture));

    // another description and another credit: in place of the earlier picture, under another address
    editor.json(Http::PUT, &api(&format!("photos/{photo}/texts")), &json!({ "caption": "", "alt": "A race" }));
    let line = "Photo: Hill School / A. Smith";
    deliver(&scene.site.store, &crediting(Some(line), School::clone(&scene.site.school)));
    let [item] = wordpress.library().try_into().unwrap();
    let caption = item["caption"]["rendered"].as_str().unwrap();
    assert!(item["alt_text"] == "A race" && caption.contains(line), "{item}");
    let second = addresses(&item);
    assert_eq!(credits(&fetched(&second[0])), [line, line]);
    assert!(second.iter().all(is_picture) && !first.iter().any(is_picture));
    assert_eq!(wordpress.files().len(), second.len());

    // one family withdraws: the old picture and all that was made of it are gone, the new one has another address
    say(&scene.site, "P1", Choice::Withdrawn);
    go();
    assert!(!second.iter().any(is_picture));
    let [item] = wordpress.library().try_into().unwrap();
    let third = addresses(&item);
    assert_eq!((seen(&fetched(&third[0])), wordpress.files().len()), ((false, true), third.len()));
    assert!(wordpress.files().iter().all(|file| seen(&fs::read(file).unwrap()).0.eq(&false)));

    // the safeguarding lead: neither its library nor its disk has anything left
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    go();
    assert!(wordpress.library().is_empty());
    assert_eq!(wordpress.files(), Vec::<PathBuf>::new());
    assert_eq!(troubles(&scene, id), Vec::<String>::new());
}

/// Hands requests on to a site, and gives an answer of its own for uploads: the upload is done or not, and not heard of.
fn between(site: &str, answer: &Arc<AtomicU16>, done: bool) -> Elsewhere {
    let (site, answer) = (site.to_owned(), Arc::clone(answer));
    Elsewhere::start(move |asked| {
        let wrong = answer.load(Ordering::SeqCst);
        let spoiled = asked.method == "POST" && wrong > 0;
        let made = || Response::builder().status(wrong).body(Body::from("<html>half an ans")).unwrap();
        if spoiled && !done {
            return made();
        }
        let answer = handed_on(&site, asked);
        if spoiled { made() } else { answer }
    })
}

fn handed_on(site: &str, asked: &Asked) -> Response<Body> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = Request::builder().method(asked.method.clone()).uri(format!("{site}{}", asked.uri));
    for name in ["authorization", "content-type", "content-disposition"] {
        if let Some(value) = asked.headers.get(name) {
            request = request.header(name, value);
        }
    }
    let mut answer = agent.run(request.body(asked.body.to_vec()).unwrap()).unwrap();
    let kind = answer.headers()["content-type"].clone();
    let body = Body::from(answer.body_mut().read_to_vec().unwrap());
    Response::builder().status(answer.status()).header("content-type", kind).body(body).unwrap()
}

/// What a site does that is not well.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ill {
    /// It is well.
    Not,
    /// It takes its time.
    Slow,
    /// It answers this and nothing else.
    Says(u16),
    /// It does what it is asked, and its answer breaks off.
    BreaksOff,
}

#[test]
fn an_upload_whose_answer_is_lost_is_found_again_and_never_doubled() {
    let wordpress = Wordpress::start();
    let scene = Scene::of(1, school());
    let wrong = Arc::new(AtomicU16::new(200));
    let spoils = between(&wordpress.url, &wrong, true);
    let id = connect(&scene, &spoils.url(), &wordpress.password);
    let go = || deliver(&scene.site.store, &scene.site.school);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    for (answer, trouble) in [(200, "odd"), (502, "broken"), (504, "broken")] {
        wrong.store(answer, Ordering::SeqCst);
        go();
        pass(600);
        assert_eq!(troubles(&scene, id), [trouble]);
        assert_eq!(wordpress.library().len(), 1, "it was uploaded, and the earlier one was taken back");
    }
    wrong.store(0, Ordering::SeqCst);
    go();
    assert_eq!((troubles(&scene, id).len(), wordpress.library().len()), (0, 1));
    // withdrawn while nobody knows whether the upload was done
    wrong.store(502, Ordering::SeqCst);
    say(&scene.site, "P1", Choice::Refused);
    go();
    pass(600);
    office::safeguarding::restrict(&scene.site.store, &"P2".parse().unwrap(), None, &scene.site.actor(), now())
        .unwrap();
    go();
    assert_eq!((wordpress.library().len(), wordpress.files().len()), (0, 0));
}

#[test]
fn a_picture_that_is_too_large_for_a_site_is_told() {
    let wordpress = Wordpress::start();
    let scene = Scene::of(1, school());
    let refuses = between(&wordpress.url, &Arc::new(AtomicU16::new(413)), false);
    let id = connect(&scene, &refuses.url(), &wordpress.password);
    scene.sign_off(&scene.editor(), &scene.photos[0]);
    deliver(&scene.site.store, &scene.site.school);
    assert_eq!(troubles(&scene, id), ["too_large"]);
    let page = scene.site.signed_in(Role::Admin).get(&format!("/channels/website/connections/{id}")).text();
    assert!(page.contains("too large for the other side"), "{page}");
}

/// A site that is down, slow, full, changes its password or breaks off its answers: each is told with its remedy, what may have
/// arrived is never given up, and once it is mended everything is there, once.
#[test]
fn a_real_site_that_fails_in_every_way_loses_nothing() {
    let wordpress = Wordpress::start();
    let scene = Scene::of(2, school());
    let (admin, editor) = (scene.site.signed_in(Role::Admin), scene.editor());
    let go = || deliver(&scene.site.store, &scene.site.school);
    let (reserved, address) = reserved();
    let id = connect(&scene, &format!("http://{address}"), &wordpress.password);
    scene.photos.iter().for_each(|photo| assert_eq!(scene.sign_off(&editor, photo).status, 200));
    let given_up = || {
        let listed = admin.get(&api(&format!("connections/{id}/failures"))).value()["items"].clone();
        let listed = listed.as_array().unwrap().clone();
        listed.iter().filter(|one| one["dead"] == true).count()
    };
    let page = || admin.get(&format!("/channels/website/connections/{id}")).text();
    let again = || {
        let asked = admin.send(Http::POST, &api(&format!("connections/{id}/retry")), None, Vec::new());
        assert!((200..300).contains(&asked.status), "{}", asked.text());
    };

    // nobody is at home, for days
    for _ in 0..60 {
        go();
        pass(7 * 3600);
    }
    assert_eq!((troubles(&scene, id), given_up()), (vec!["unreachable".to_owned(); 2], 0));
    assert!(page().contains("Nobody answers at the address"), "{}", page());

    let ill = Arc::new(std::sync::Mutex::new(Ill::Not));
    let (now_ill, site) = (Arc::clone(&ill), wordpress.url.clone());
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let ended = std::sync::Mutex::new(ended);
    reserved.listen(128).unwrap();
    let _between = Elsewhere::at(reserved.into(), move |asked| {
        let now_ill = *now_ill.lock().unwrap();
        match now_ill {
            Ill::Not => handed_on(&site, asked),
            // until the test ends
            Ill::Slow => {
                let _gone = ended.lock().unwrap().recv();
                Response::builder().status(504).body(Body::empty()).unwrap()
            }
            Ill::Says(status) => Response::builder().status(status).body(Body::from("<html>no</html>")).unwrap(),
            Ill::BreaksOff => {
                let answer = handed_on(&site, asked);
                let (parts, _lost) = answer.into_parts();
                let long = Response::builder().status(parts.status).header("content-length", "90000");
                long.header("content-type", "application/json").body(Body::from("{\"id\": 1")).unwrap()
            }
        }
    });
    // whatever fails from here on: what is held back ends before the server waits for it
    let end = end;
    for (now, trouble, remedy) in [
        (Ill::Says(401), "unauthorized", "Make a new application password"),
        (Ill::Says(413), "too_large", "Make its limit for uploads larger"),
        (Ill::BreaksOff, "odd", ""),
    ] {
        *ill.lock().unwrap() = now;
        // what breaks off is waited for in vain, and called slow or odd
        let patience = if now == Ill::BreaksOff { Duration::from_secs(3) } else { PATIENT };
        let go = || deliver_within(&scene.site.store, &scene.site.school, patience);
        again();
        go();
        pass(7 * 3600);
        go();
        let told = troubles(&scene, id);
        let known = |one: &String| {
            one == trouble || now == Ill::BreaksOff && ["odd", "unreachable", "slow"].contains(&one.as_str())
        };
        assert!(!told.is_empty() && told.iter().any(known), "{now:?}: {told:?}");
        assert!(page().contains(remedy), "{now:?}");
    }
    // it is well again, and what it made of the answers that broke off is found, not doubled
    *ill.lock().unwrap() = Ill::Not;
    // it is searched more than once for what an earlier attempt may have left
    again();
    for _ in 0..8 {
        pass(7 * 3600);
        go();
    }
    assert_eq!((troubles(&scene, id), wordpress.library().len()), (Vec::<String>::new(), 2));

    // a no while its password is wrong, and then while it is slow: nothing is given up, and in the end nothing of her is left
    say(&scene.site, "P1", Choice::Withdrawn);
    *ill.lock().unwrap() = Ill::Says(401);
    for _ in 0..20 {
        go();
        pass(7 * 3600);
    }
    assert_eq!((troubles(&scene, id), given_up()), (vec!["unauthorized".to_owned(); 2], 0));
    *ill.lock().unwrap() = Ill::Slow;
    deliver_within(&scene.site.store, &scene.site.school, Duration::from_millis(500));
    assert!(troubles(&scene, id).contains(&"slow".to_owned()), "{:?}", troubles(&scene, id));
    assert_eq!(given_up(), 0, "what has to be taken back is never given up");
    *ill.lock().unwrap() = Ill::Not;
    drop(end);
    for _ in 0..8 {
        pass(7 * 3600);
        go();
    }
    let shown = wordpress.files().iter().map(|file| seen(&fs::read(file).unwrap())).collect::<Vec<_>>();
    assert!(!shown.is_empty() && shown.iter().all(|(first, _)| !first), "{shown:?}");
    assert_eq!((troubles(&scene, id), wordpress.library().len()), (Vec::<String>::new(), 2));
}
