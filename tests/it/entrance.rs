//! Coming in: links, passwords, second factors, locks, and leaving.
#![cfg(test)]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;

use eyelid::access::password::{Profile, hash, verify_nobody};
use eyelid::access::{AccountId, Role, Secret, Session, TicketPurpose};
use eyelid::config::School;
use eyelid::office::{OfficeError, accounts, entrance};
use eyelid::store::{NewAccount, StoreError};
use serde_json::json;
use ureq::http::Method;

use super::site::{Answer, Client, Running, now, totp};

const PASSWORD: &str = "walnut-harbour-tuesday";

/// An account with a password that its owner chose with an invitation.
fn welcomed(site: &Running, login: &str, role: Role) {
    let new = NewAccount { login: login.into(), name: "Ada".into(), roles: BTreeSet::from([role]), person: None };
    let (_, link) = entrance::invite(&site.store, &new, &site.actor(), now()).unwrap();
    let path = format!("/welcome/{}", link.reveal());
    assert!(site.stranger().get(&path).text().contains("Choose a password"));
    let refused = site.stranger().post(&path, &[("password", &"password1234")]);
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("easy to guess"), "{}", refused.text());
    assert_eq!(site.stranger().post(&path, &[("password", &PASSWORD)]).status, 303);
    assert!(site.stranger().get(&path).text().contains("does not work any more"), "once");
}

fn sign_in(site: &Running, login: &str, password: &str) -> Answer {
    site.stranger().post("/sign-in", &[("login", &login), ("password", &password), ("next", &"/roles")])
}

fn code(site: &Running, steps: i64) -> String {
    let _ = site;
    // RFC 6238: the step that the clock of the tests stands in, and its neighbours
    let at = |digits: &u32| totp().verify(&format!("{digits:06}"), None, now());
    let step = u64::try_from(now().as_second() / 30 + steps).unwrap();
    let found = (0..1_000_000).find(|digits| at(digits) == Some(step));
    format!("{:06}", found.unwrap())
}

#[test]
fn whoever_does_not_finish_asking_is_not_waited_for() {
    let site = Running::impatient();
    for begun in ["", "GET / HTTP/1.1\r\nHost: hill.example\r\nX-"] {
        let mut connection = TcpStream::connect(site.address()).unwrap();
        connection.write_all(begun.as_bytes()).unwrap();
        // comes back when the other side has hung up
        connection.read_to_end(&mut Vec::new()).unwrap();
    }
    assert_eq!(site.stranger().get("/healthz").status, 200);
}

#[test]
fn a_password_alone_opens_where_no_second_factor_is_needed() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let wrong = sign_in(&site, "net@hill.example", "walnut-harbour-monday");
    let nobody = sign_in(&site, "nobody@hill.example", PASSWORD);
    assert_eq!((wrong.status, nobody.status), (422, 422));
    assert_eq!(
        wrong.text().replace("net@", "x@"),
        nobody.text().replace("nobody@", "x@"),
        "which of both is wrong is not told"
    );
    let opened = sign_in(&site, "NET@hill.example ", PASSWORD);
    assert_eq!((opened.status, opened.header("location")), (303, "/roles"));
    let cookie = opened.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let client = site.stranger().kept(&opened);
    assert_eq!(client.get("/roles").status, 200);
    assert_eq!(client.post("/sign-out", &[]).status, 303);
    assert_eq!(client.get("/roles").header("location"), "/sign-in?next=%2Froles");
}

#[test]
fn nobody_is_led_to_another_site() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let fields: &[(&str, &dyn std::fmt::Display)] =
        &[("login", &"net@hill.example"), ("password", &PASSWORD), ("next", &"//evil.example/")];
    assert_eq!(site.stranger().post("/sign-in", fields).header("location"), "/");
}

#[test]
fn whoever_sees_pupils_has_to_set_a_second_factor_up_and_prove_it() {
    let site = Running::start();
    welcomed(&site, "staff@hill.example", Role::Staff);
    let first = site.stranger().kept(&sign_in(&site, "staff@hill.example", PASSWORD));
    assert_eq!(first.get("/roles").header("location"), "/account/second-factor");
    let page = first.get("/account/second-factor").text();
    assert!(page.contains("<svg"), "a picture for the app");
    let secret = totp().base32();
    let wrong = first.post("/account/second-factor", &[("secret", &secret), ("code", &"000000")]);
    assert_eq!(wrong.status, 422);
    let done = first.post("/account/second-factor", &[("secret", &secret), ("code", &code(&site, 0))]);
    assert_eq!(done.status, 200);
    let recovery = done.text().split("<li>").nth(1).unwrap().split("</li>").next().unwrap().to_owned();
    assert_eq!(site.stranger().kept(&done).get("/roles").status, 200);
    assert_eq!(first.get("/roles").status, 303, "the session has a new secret");

    let second = site.stranger().kept(&sign_in(&site, "staff@hill.example", PASSWORD));
    assert_eq!(second.get("/roles").header("location"), "/sign-in/code");
    let again = second.post("/sign-in/code", &[("code", &code(&site, 0))]);
    assert_eq!(again.status, 422, "a code is good once");
    let proven = second.post("/sign-in/code", &[("code", &code(&site, 1))]);
    assert_eq!(site.stranger().kept(&proven).get("/roles").status, 200);

    let third = site.stranger().kept(&sign_in(&site, "staff@hill.example", PASSWORD));
    // an unproven session cannot replace the factor that it has not proven, nor the password
    assert_eq!(third.get("/account/second-factor").header("location"), "/sign-in/code");
    assert_eq!(third.post("/account/second-factor", &[("secret", &secret), ("code", &code(&site, 1))]).status, 422);
    let change: &[(&str, &dyn std::fmt::Display)] = &[("present", &PASSWORD), ("password", &"plum-kite-octagon")];
    assert_eq!(third.post("/account/password", change).status, 401);
    let recovered = third.post("/sign-in/code", &[("code", &recovery)]);
    assert_eq!(site.stranger().kept(&recovered).get("/roles").status, 200);
    let fourth = site.stranger().kept(&sign_in(&site, "staff@hill.example", PASSWORD));
    assert_eq!(fourth.post("/sign-in/code", &[("code", &recovery)]).status, 422, "a recovery code is good once");
}

#[test]
fn six_wrong_passwords_lock_even_for_the_right_one() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    for _ in 0..6 {
        assert_eq!(sign_in(&site, "net@hill.example", "wrong").status, 422);
    }
    let locked = sign_in(&site, "net@hill.example", PASSWORD);
    assert_eq!(locked.status, 422);
    assert!(locked.text().contains("locked"), "{}", locked.text());
    let guessed = sign_in(&site, "net@hill.example", "wrong");
    assert_eq!(guessed.text(), locked.text(), "guessing cannot go on under the lock");
    assert_eq!(sign_in(&site, "nobody@hill.example", "wrong").text().replace("nobody@", "net@"), locked.text());
    // a reset by an administrator ends the lock
    let account = site.store.read(|r| r.account_of("net@hill.example")).unwrap().unwrap();
    let link = accounts::reset(&site.store, account.id, false, &site.actor(), now()).unwrap();
    assert_eq!(sign_in(&site, "net@hill.example", PASSWORD).status, 422, "the old password is void at once");
    let path = format!("/welcome/{}", link.reveal());
    assert_eq!(site.stranger().post(&path, &[("password", &"plum-kite-octagon")]).status, 303);
    assert_eq!(sign_in(&site, "net@hill.example", "plum-kite-octagon").status, 303);
    assert_eq!(sign_in(&site, "net@hill.example", PASSWORD).status, 422);
}

#[test]
fn a_lock_that_only_an_administrator_ends_tells_nobody_to_wait() {
    let school = School { behind_proxy: true, passwords: Profile::School, ..School::default() };
    let site = Running::over(tempfile::TempDir::new().unwrap(), school);
    let account = site.account(&[Role::NetworkManager]);
    let login = site.store.read(|r| r.account(account)).unwrap().unwrap().login;
    let signed_in = site.client(account);
    let hash = hash("Walnut-Harbour-1").unwrap();
    site.store.write(&site.actor(), now(), |w| w.set_password(account, &hash, false)).unwrap();
    for _ in 0..6 {
        let wrong = sign_in(&site, &login, "wrong").text();
        assert!(wrong.contains("after six wrong passwords ask an administrator to unlock it."), "{wrong}");
    }
    let fields: &[(&str, &dyn std::fmt::Display)] = &[("present", &"wrong"), ("password", &"Plum-Kite-7")];
    let locked = signed_in.post("/account/password", fields).text();
    assert!(locked.contains("six wrong tries: ask an administrator to unlock it."), "{locked}");
    let later = site.with_clock(|| now() + jiff::SignedDuration::from_hours(20));
    assert_eq!(sign_in(&later, &login, "Walnut-Harbour-1").status, 422, "no waiting helps");
}

#[test]
fn wrong_codes_lock_too() {
    let site = Running::start();
    welcomed(&site, "staff@hill.example", Role::Staff);
    let account = site.store.read(|r| r.account_of("staff@hill.example")).unwrap().unwrap();
    site.store.write(&site.actor(), now(), |w| w.set_second_factor(account.id, Some((&totp(), &[])))).unwrap();
    // signing in anew between the codes must not begin the count anew
    for _ in 0..6 {
        let client = site.stranger().kept(&sign_in(&site, "staff@hill.example", PASSWORD));
        assert_eq!(client.post("/sign-in/code", &[("code", &"123456")]).status, 422);
    }
    let locked = sign_in(&site, "staff@hill.example", PASSWORD);
    assert!(locked.text().contains("locked"), "{}", locked.text());
}

#[test]
fn a_reset_ends_what_a_stolen_password_began_before_it() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let (store, actor) = (&site.store, site.actor());
    let (account, session) = session(&site, "net@hill.example");
    thread::scope(|scope| {
        let thieves = store.write(&actor, now(), |w| {
            // both read the old password beside this transaction, and wait for its end to write
            let enters = scope.spawn(|| {
                entrance::sign_in(store, Profile::Ncsc, "net@hill.example", PASSWORD, "a thief", now()).map(drop)
            });
            let changes = scope.spawn(|| {
                entrance::change_password(store, Profile::Ncsc, &session, PASSWORD, "plum-kite-octagon", now())
            });
            for _ in 0..4 {
                // gives them about the time that they need
                verify_nobody(PASSWORD);
            }
            entrance::link(w, account, TicketPurpose::SetPassword)?;
            Ok::<_, OfficeError>([enters, changes])
        });
        for thief in thieves.unwrap() {
            let done = thief.join().unwrap();
            assert!(matches!(done, Err(OfficeError::WrongSignIn(_) | OfficeError::SignedOut)), "{done:?}");
        }
    });
    assert_eq!(store.read(|r| r.sessions(account, now())).unwrap(), [], "nobody came in");
    assert_eq!(store.read(|r| r.knowledge(account)).unwrap().password, None, "and no password was set");
}

#[test]
fn a_session_that_has_ended_proves_sets_up_and_changes_nothing() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let (account, ended) = session(&site, "net@hill.example");
    let (store, actor) = (&site.store, site.actor());
    store.write(&actor, now(), |w| w.end_session(ended.id)).unwrap();
    let before = store.read(eyelid::store::Read::audit_head).unwrap();
    let code = code(&site, 0);
    let set_up = entrance::set_up_second_factor(store, &ended, &totp(), &code, now());
    assert!(matches!(set_up, Err(OfficeError::SignedOut)), "{set_up:?}");
    let changed = entrance::change_password(store, Profile::Ncsc, &ended, PASSWORD, "plum-kite-octagon", now());
    assert!(matches!(changed, Err(OfficeError::SignedOut)), "{changed:?}");
    let proven = entrance::prove(store, Profile::Ncsc, &ended, &code, now());
    assert!(matches!(proven, Err(OfficeError::SignedOut)), "{proven:?}");
    assert_eq!(store.read(eyelid::store::Read::audit_head).unwrap(), before, "no row was changed");
    assert_eq!(store.read(|r| r.sessions(account, now())).unwrap(), []);
}

#[test]
fn an_unattended_session_is_no_way_to_guess_the_password_under_the_lock() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let client = site.stranger().kept(&sign_in(&site, "net@hill.example", PASSWORD));
    let change =
        |present: &str, new: &str| client.post("/account/password", &[("present", &present), ("password", &new)]);
    for _ in 0..6 {
        assert!(change("wrong", "plum-kite-octagon").text().contains("This is not your present password."));
    }
    let guessed = change("wrong", "plum-kite-octagon");
    assert!(guessed.text().contains("The account is locked"), "{}", guessed.text());
    assert_eq!(change(PASSWORD, "plum-kite-octagon").text(), guessed.text(), "right or wrong is not told");
    assert_eq!(change(PASSWORD, "short").text(), guessed.text());
    let account = site.store.read(|r| r.account_of("net@hill.example")).unwrap().unwrap();
    site.store.write(&site.actor(), now(), |w| w.unlock(account.id)).unwrap();
    assert_eq!(change(PASSWORD, "plum-kite-octagon").status, 303);
}

#[test]
fn a_reset_that_fails_leaves_the_second_factor() {
    let site = Running::start();
    welcomed(&site, "staff@hill.example", Role::Staff);
    let account = site.store.read(|r| r.account_of("staff@hill.example")).unwrap().unwrap().id;
    site.store.write(&site.actor(), now(), |w| w.set_second_factor(account, Some((&totp(), &[])))).unwrap();
    let database = rusqlite::Connection::open(site.store.folder().join("eyelid.db")).unwrap();
    let full = "create trigger full before insert on tickets begin select raise(abort, 'no room'); end";
    database.execute_batch(full).unwrap();
    let reset = || accounts::reset(&site.store, account, true, &site.actor(), now());
    let failed = reset();
    assert!(matches!(failed, Err(OfficeError::Store(StoreError::Database(_)))), "{failed:?}");
    let known = || site.store.read(|r| r.knowledge(account)).unwrap();
    assert!(known().password.is_some() && known().totp.is_some(), "both or neither");
    database.execute_batch("drop trigger full").unwrap();
    reset().unwrap();
    assert!(known().password.is_none() && known().totp.is_none());
}

/// The account of an address, and a session that its owner opened with the password.
fn session(site: &Running, login: &str) -> (AccountId, Session) {
    let secret = entrance::sign_in(&site.store, Profile::Ncsc, login, PASSWORD, "a test", now()).unwrap();
    let (session, account) = site.store.read(|r| r.session(&secret.digest(), now())).unwrap().unwrap();
    (account.id, session)
}

#[test]
fn a_one_time_link_opens_one_session() {
    let site = Running::start();
    let parent = site.account(&[Role::Parent]);
    let link = |w: &eyelid::store::Write<'_>| entrance::link(w, parent, TicketPurpose::SignIn);
    let link = site.store.write(&site.actor(), now(), link).unwrap();
    let path = format!("/enter/{}", link.reveal());
    for _ in 0..2 {
        assert!(site.stranger().get(&path).text().contains("<button"), "looking does not use it up");
    }
    let opened = site.stranger().post(&path, &[]);
    assert_eq!(site.stranger().kept(&opened).get("/account").status, 200);
    assert_eq!(site.stranger().post(&path, &[]).status, 422);
    let other = format!("/enter/{}", Secret::new().unwrap().reveal());
    assert_eq!(site.stranger().post(&other, &[]).status, 422);
}

#[test]
fn the_first_administrator_gives_an_address() {
    let site = Running::start();
    let link = entrance::first_admin(&site.store, &site.actor(), now()).unwrap().unwrap();
    let again = entrance::first_admin(&site.store, &site.actor(), now()).unwrap().unwrap();
    let path = |link: &Secret| format!("/welcome/{}", link.reveal());
    assert!(site.stranger().get(&path(&link)).text().contains("does not work any more"), "a later start replaces it");
    let send = |login: &str| site.stranger().post(&path(&again), &[("login", &login), ("password", &PASSWORD)]).status;
    assert_eq!(send("nonsense"), 422);
    assert_eq!(send("head@hill.example"), 303);
    assert_eq!(sign_in(&site, "head@hill.example", PASSWORD).status, 303);
    assert!(entrance::first_admin(&site.store, &site.actor(), now()).unwrap().is_none());
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_only() {
    let site = Running::start();
    let account = site.account(&[Role::NetworkManager]);
    let (one, other) = (site.client(account), site.client(account));
    let page = one.get("/account").text();
    let end = page.split("action=\"").find(|part| part.starts_with("/account/sessions/")).unwrap();
    let end = end.split('"').next().unwrap();
    assert_eq!(site.signed_in(Role::NetworkManager).post(end, &[]).status, 404);
    assert_eq!(other.get("/account").status, 200);
    assert_eq!(one.post(end, &[]).status, 303);
    assert_eq!(other.get("/account").status, 303);
    assert_eq!(one.get("/account").status, 200);
}

#[test]
fn machines_sign_in_with_documents_and_get_problems() {
    let site = Running::start();
    welcomed(&site, "net@hill.example", Role::NetworkManager);
    let post = |client: &Client<'_>, body: serde_json::Value| client.json(Method::POST, "/api/v1/session", &body);
    let wrong = post(&site.stranger(), json!({"login": "net@hill.example", "password": "x"}));
    assert_eq!((wrong.status, wrong.header("content-type")), (401, "application/problem+json"));
    assert_eq!(wrong.value()["status"], 401);
    let opened = post(&site.stranger(), json!({"login": "net@hill.example", "password": PASSWORD}));
    assert_eq!((opened.status, opened.value()), (200, json!({"needs_code": false})));
    let client = site.stranger().kept(&opened);
    assert_eq!(client.send(Method::DELETE, "/api/v1/session", None, Vec::new()).status, 204);
    assert_eq!(client.send(Method::DELETE, "/api/v1/session", None, Vec::new()).status, 401);
    for broken in [&b"{"[..], b"[]", b"{\"login\": 3}", b""] {
        let answer = site.stranger().send(Method::POST, "/api/v1/session", Some("application/json"), broken.to_vec());
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    assert_eq!(site.stranger().get("/api/v1/nowhere").header("content-type"), "application/problem+json");
}

#[test]
fn one_address_may_not_try_for_ever() {
    let folder = tempfile::TempDir::new().unwrap();
    let site = Running::over(folder, School::default());
    // links are cheap to refuse: a slow machine must not be given new tries meanwhile
    let tries: Vec<u16> = (0..300).map(|_| site.stranger().post("/enter/none", &[]).status).collect();
    assert_eq!(tries[..50], [422; 50]);
    assert!(tries.contains(&429), "{tries:?}");
    assert_eq!(site.stranger().get("/sign-in").status, 200, "looking is not trying");
}
