//! The demo as somebody tries it: one click signs in as anybody, photos wait for people, and what people did outlasts a restart.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use super::program::{done, program};
use super::released::demo;

/// The demo's service, while the value lives.
struct Served {
    child: Child,
    address: String,
    agent: ureq::Agent,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let args = ["demo".as_ref(), "--listen".as_ref(), "127.0.0.1:0".as_ref(), "--dir".as_ref(), folder.as_os_str()];
        let mut child = program(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = told.find(|line| line.contains("http://")).expect("the demo tells where it is");
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        std::thread::spawn(move || told.for_each(drop));
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(5).build();
        Self { child, address, agent: config.into() }
    }

    fn get(&self, path: &str) -> String {
        let mut answer = self.agent.get(format!("http://{}{path}", self.address)).call().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.body_mut().read_to_string().unwrap()
    }

    fn post(&self, path: &str, fields: &[(&str, &dyn Display)]) -> String {
        let fields = fields.iter().map(|(name, value)| (*name, value.to_string()));
        let mut answer = self.agent.post(format!("http://{}{path}", self.address)).send_form(fields).unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.body_mut().read_to_string().unwrap()
    }

    /// Everybody whom the first page offers, with the number of their account.
    fn guests(&self) -> BTreeMap<String, String> {
        let page = self.get("/sign-in");
        let forms = page.split("name=\"account\" value=\"").skip(1).map(|rest| {
            let account = rest.split('"').next().unwrap().to_owned();
            let name = rest.split("</button>").next().unwrap().rsplit('>').next().unwrap().to_owned();
            (name, account)
        });
        forms.collect()
    }

    /// The page that one click leads to.
    fn be(&self, name: &str) -> String {
        let guests = self.guests();
        self.post("/demo/sign-in", &[("account", &guests[name])])
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The photo that waits first in a channel's queue.
fn first(page: &str) -> String {
    let (_, rest) = page.split_once("role=\"button\"").expect("no photo waits");
    let (start, _) = page.split_at(page.len() - rest.len());
    start.rsplit("/photos/").next().unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn one_click_leads_each_role_to_something_to_do_and_a_restart_undoes_nothing() {
    let school = demo().copy("demo-served");
    let served = Served::start(&school.folder);
    assert_eq!(served.guests().len(), 11, "{:?}", served.guests());
    for (name, told) in [
        ("Staff", "Open afternoon"),
        ("Website editor", "Start checking"),
        ("Newsletter editor", "Start checking"),
        ("Social media editor", "Start checking"),
        ("Office", "Amelia"),
        ("Designated safeguarding lead", "Restrict a pupil"),
        ("Data protection officer or governor", "Audit chain"),
        ("Network manager", "Network manager"),
        ("Administrator", "Amelia"),
        ("Parent or carer", "Amelia"),
        ("Pupil", "Pictures of you"),
    ] {
        let page = served.be(name);
        assert!(page.contains(told), "{name}: {page}");
    }
    // many who click at the same moment are all let in
    let staff = &served.guests()["Staff"];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..4).for_each(|_| drop(served.post("/demo/sign-in", &[("account", staff)]))));
        }
    });
    let events = {
        served.be("Staff");
        served.get("/events")
    };
    let event = events.split("Open afternoon").next().unwrap().rsplit("/events/").next().unwrap();
    let event = format!("/events/{}", event.split('"').next().unwrap());
    assert!(served.get(&event).contains("Name faces"));
    let queue = served.be("Website editor");
    let photo = first(&queue);
    let waited = queue.matches("/channels/website/photos/").count();
    served.post(&format!("/channels/website/photos/{photo}/rejection"), &[("reason", &"somebody blinks")]);
    let left = served.get("/channels/website").matches("/channels/website/photos/").count();
    assert_eq!(left, waited - 1);
    drop(served);

    let again = Served::start(&school.folder);
    let queue = again.be("Website editor");
    assert_eq!(queue.matches("/channels/website/photos/").count(), left, "nothing is signed by a restart");
    assert!(again.get("/channels/website?queue=turned_down").contains(&photo));
    drop(again);

    // a photo of the main job that a person turns down is not signed again either
    let out = school.pack("website").pictures;
    let turned_down = &out.first().unwrap().photo;
    let served = Served::start(&school.folder);
    served.be("Website editor");
    served.post(&format!("/channels/website/photos/{turned_down}/rejection"), &[("reason", &"the parents asked")]);
    drop(served);
    done(["demo".as_ref(), "--once".as_ref(), "--dir".as_ref(), school.folder.as_os_str()]);
    let kept = school.pack("website").pictures;
    assert_eq!(kept.len(), out.len() - 1);
    assert!(kept.iter().all(|picture| picture.photo != *turned_down));
    assert!(!fs::exists(school.channel("website").join(&out.first().unwrap().file)).unwrap());
}
