//! Pictures from the warm cache, each request decided anew, beside nginx with the same files: the same client, one after the other.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use eyelid::domain::geometry::Size;
use eyelid::vision::{Limits, decode, encode_jpeg, resize};

use super::school::{Served, now};

const PHOTOS: usize = 20;
const REQUESTS: usize = 3_000;
const AT_ONCE: usize = 8;
/// At least so much of nginx.
const SHARE: f64 = 0.5;

pub(super) fn measure() -> Result<bool> {
    if !(has("nginx") && has("ab")) {
        println!("pictures: nginx or ab is missing (apt-get install nginx-light apache2-utils): passed over");
        return Ok(true);
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(top.join("fixtures/school/photos/playground-opening/school council.jpg"))?;
    let photo = resize(&decode(&bytes, Some("jpg"), &Limits::default())?.pixels, 1600)?;
    let size = photo.size();
    let served = Served::new(50, PHOTOS, Size { ..size }, |store, number| {
        // photos differ by what follows their last byte
        let mut bytes = encode_jpeg(&photo, None)?;
        bytes.extend(number.to_le_bytes());
        Ok(store.put_blob(&bytes)?)
    })?;
    let html = served.folder.path().join("html");
    fs::create_dir(&html)?;
    let mut total = 0;
    for photo in &served.photos {
        let (status, picture) = served.get(&format!("images/{photo}.jpg"))?;
        ensure!(status == 200, "a picture: {status}");
        total += picture.len();
        fs::write(html.join(format!("{photo}.jpg")), picture)?;
    }
    let (nginx, port) = nginx(served.folder.path(), &html)?;
    let (mut rates, mut busy) = ((Vec::new(), Vec::new()), Vec::new());
    for photo in served.photos.iter().take(3) {
        let own = format!("http://{}/api/v1/channels/website/images/{photo}.jpg", served.address);
        rates.0.push(rate(&own, Some(&served.key))?);
        rates.1.push(rate(&format!("http://127.0.0.1:{port}/{photo}.jpg"), None)?);
        busy.push(while_written(&served, || rate(&own, Some(&served.key)))?);
    }
    drop(nginx);
    let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    let (own, peer, busy) = (best(&rates.0), best(&rates.1), best(&busy));
    println!(
        "pictures of {} KB, each by the ledger of its moment: {own:.0} a second, {busy:.0} while others write; \
         nginx {peer:.0} a second; ratio {:.2} (goal {SHARE})",
        total / PHOTOS / 1000,
        own / peer
    );
    Ok(own >= SHARE * peer)
}

/// What somebody measures while the ledger never stands still, so that each verdict has to be worked out.
fn while_written<T>(served: &Served, measure: impl FnOnce() -> Result<T>) -> Result<T> {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                served.store.write(&served.actor, now(), |w| w.asked("GET /", None, None))?;
            }
            Ok::<_, eyelid::store::StoreError>(())
        });
        let measured = measure();
        done.store(true, Ordering::Relaxed);
        writing.join().map_err(|_| anyhow::anyhow!("the writer broke"))??;
        measured
    })
}

fn has(program: &str) -> bool {
    Command::new(program).arg(if program == "ab" { "-V" } else { "-v" }).output().is_ok()
}

/// A process, with all that it began, that ends with the value.
struct Running(Child, Command);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = (self.1.args(["-s", "stop"]).status(), self.0.wait());
    }
}

/// With as many processes as there are cores, so that both sides may use them all.
fn nginx(folder: &Path, html: &Path) -> Result<(Running, u16)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let place = folder.display();
    let settings = format!(
        "daemon off; user root; worker_processes auto; pid {place}/nginx.pid; error_log {place}/nginx.log;
         events {{ worker_connections 512; }}
         http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type image/jpeg;
           server {{ listen 127.0.0.1:{port}; root {}; }} }}",
        html.display()
    );
    fs::write(folder.join("nginx.conf"), settings)?;
    let nginx = || {
        let mut nginx = Command::new("nginx");
        nginx.args(["-c".as_ref(), folder.join("nginx.conf").as_os_str()]).stderr(Stdio::null());
        nginx
    };
    let running = Running(nginx().spawn()?, nginx());
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(began.elapsed() < Duration::from_secs(10), "nginx does not answer");
        std::thread::yield_now();
    }
    Ok((running, port))
}

/// Requests a second, over connections that stay open.
fn rate(url: &str, key: Option<&str>) -> Result<f64> {
    let mut ab = Command::new("ab");
    ab.args(["-k", "-q", "-n", &REQUESTS.to_string(), "-c", &AT_ONCE.to_string()]);
    if let Some(key) = key {
        ab.args(["-H", &format!("Authorization: Bearer {key}")]);
    }
    let told = ab.arg(url).output()?;
    let told = String::from_utf8(told.stdout)?;
    let line = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if line("Failed requests:") != Some("0") || line("Non-2xx responses:").is_some() {
        bail!("{url}: {told}");
    }
    let rate = line("Requests per second:").and_then(|text| text.split(' ').next()).context("ab told no rate")?;
    Ok(rate.parse()?)
}
