//! Where a pupil stands, who is due, and refusals on the way there, through the command line.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use super::photos::{fixture, text};
use super::program::{Ran, eyelid};

/// A data folder with a roll and the answers that a test tells.
struct House(TempDir);

impl House {
    /// Two pupils of Oak and one of Elm, who leaves, with these lines of a consent list.
    fn new(consents: &str) -> Self {
        let house = Self(TempDir::new().unwrap());
        let pupils = "pupil_id,forename,surname,dob,class,leaving_date\n\
            P1,Ada,Lovelace,2016-05-01,Oak,\n\
            P2,Alan,Turing,2016-05-02,Oak,\n\
            P3,Grace,Hopper,2016-05-03,Elm,2001-01-01\n";
        house.import("pupils", pupils);
        let ran = house.import(
            "consents",
            &format!(
                "pupil_id,category,medium,decision,giver,giver_role,method,made_at,valid_from,valid_until\n{consents}"
            ),
        );
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        house
    }

    fn import(&self, what: &str, list: &str) -> Ran {
        let file = self.0.path().join(format!("{what}.csv"));
        fs::write(&file, list).unwrap();
        self.run(&format!("import {what} {}", text(&file)))
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn run(&self, line: &str) -> Ran {
        eyelid(line.split(' ').chain(["--data", text(&self.data())]))
    }

    /// The lines of a command that has to succeed.
    fn told(&self, line: &str) -> Vec<Value> {
        let ran = self.run(&format!("{line} --json"));
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        ran.objects()
    }

    /// Where a pupil stands for photos on the website.
    fn website(&self, pupil: &str) -> Value {
        let lines = self.told(&format!("pupil {pupil}"));
        lines.into_iter().find(|line| line["category"] == "website" && line["medium"] == "photo").unwrap()
    }
}

#[test]
fn a_pupils_standing_is_told_with_the_words_behind_it_and_no_name() {
    let house = House::new(
        "P1,website,photo,granted,Byron Senior,guardian,paper,2025-01-10,,2999-12-31\n\
         P1,website,photo,granted,Byron Junior,guardian,verbal,2025-01-11,,2998-12-31\n\
         P1,newsletter,photo,refused,,pupil,verbal,2025-01-12,,\n",
    );
    let lines = house.told("pupil P1");
    assert_eq!(lines.len(), 12, "six purposes, photos and videos apart");
    let line = house.website("P1");
    assert_eq!((line["standing"].as_str(), line["until"].as_str()), (Some("granted"), Some("3000-01-01T00:00:00Z")));
    let entries = line["entries"].as_array().unwrap();
    let said = |key: &str| entries.iter().map(|entry| entry[key].to_string()).collect::<Vec<_>>();
    assert_eq!(said("entry"), ["1", "2"]);
    assert_eq!(said("giver"), ["\"guardian\""; 2]);
    assert_eq!(said("said"), ["\"granted\""; 2]);
    assert_eq!(said("method"), ["\"paper\"", "\"verbal\""]);
    assert_eq!(said("made_at"), ["\"2025-01-10T00:00:00Z\"", "\"2025-01-11T00:00:00Z\""]);
    let newsletter = lines.iter().find(|line| line["category"] == "newsletter").unwrap();
    assert_eq!((&newsletter["standing"], &newsletter["young_refusal"]), (&"refused".into(), &true.into()));

    let plain = house.run("pupil P1").out;
    assert!(
        plain.contains(
            "website (photo): granted, lapses on 3000-01-01\n  entry 1: granted, guardian, paper, 2025-01-10\n"
        )
    );
    assert!(plain.contains("talk to the family"), "{plain}");
    for told in [plain, house.run("pupil P1 --json").out] {
        assert!(["byron", "ada", "lovelace"].iter().all(|name| !told.to_lowercase().contains(name)), "{told}");
    }
}

#[test]
fn another_moment_is_told_by_what_had_been_said_and_begun_by_then() {
    let house = House::new(
        "P1,website,photo,granted,G1,guardian,paper,2025-01-10,,2025-06-30\n\
         P1,website,photo,granted,G1,guardian,paper,2025-03-01,2998-09-01,2998-12-31\n",
    );
    let stands = |at: &str| {
        let lines = house.told(&format!("pupil P1 --at {at}"));
        let line = lines.into_iter().find(|line| line["category"] == "website").unwrap();
        (line["standing"].as_str().unwrap().to_owned(), line["until"].clone(), line["begins"].clone())
    };
    let standing =
        |word: &str, until: Option<&str>, begins: Option<&str>| (word.to_owned(), until.into(), begins.into());
    assert_eq!(stands("2025-01-09"), standing("never_asked", None, None));
    assert_eq!(stands("2025-01-10"), standing("granted", Some("2025-06-30T23:00:00Z"), None));
    assert_eq!(stands("2025-07-01"), standing("expired", None, Some("2998-08-31T23:00:00Z")));
    assert_eq!(stands("2998-10-01T12:00"), standing("granted", Some("2999-01-01T00:00:00Z"), None));
    assert_eq!(stands("2999-01-01"), standing("expired", None, None));
    assert_eq!(house.run("pupil P1 --at soon").code, Some(1));
}

#[test]
fn a_restriction_is_told_to_the_holder_of_the_folder_and_not_in_sentences() {
    let house = House::new("P1,website,photo,granted,G1,guardian,paper,2025-01-10,,\n");
    assert_eq!(house.run("restrict P1").code, Some(0));
    assert_eq!(house.website("P1")["standing"], "restricted");
    let plain = house.run("pupil P1").out.to_lowercase();
    assert!(!plain.contains("restrict") && !plain.contains("entry") && !plain.contains("granted"), "{plain}");
    assert!(house.told("consents due").iter().all(|line| line["person"] != "P1"), "nobody is to ask the family");
}

#[test]
fn who_is_due_and_why() {
    let all = |decision: &str, rest: &str| -> String {
        let uses = ["displays", "newsletter", "paper_marketing", "website", "social_media"];
        let line =
            |(category, medium)| format!("P1,{category},{medium},{decision},G1,guardian,paper,2025-01-10,,{rest}\n");
        uses.iter().flat_map(|category| ["photo", "video"].map(|medium| line((category, medium)))).collect()
    };
    let why = |house: &House, line: &str, person: &str| -> Vec<String> {
        let due = house.told(line).into_iter().filter(|due| due["person"] == person && due["medium"] == "photo");
        due.map(|due| due["why"].as_str().unwrap().to_owned()).collect()
    };
    let house = House::new(&all("granted", ""));
    assert_eq!(why(&house, "consents due", "P1"), [""; 0]);
    assert_eq!(why(&house, "consents due", "P2"), ["never_asked"; 5], "high profile is asked photo by photo");
    assert_eq!(why(&house, "consents due", "P3"), [""; 0], "has left");
    let plain = house.run("consents due").out;
    assert!(plain.starts_with("P2: never asked: displays (photo), displays (video), newsletter"), "{plain}");
    assert_eq!(plain.lines().count(), 1);
    assert_eq!(house.told("consents due --class Elm"), [Value::Null; 0]);
    assert_eq!(house.told("consents due --class Oak").len(), 10);
    assert_eq!(house.run("consents due --class Ash").code, Some(1));
    assert_eq!(house.run("consents due --within soon").code, Some(2));

    let house = House::new(&all("granted", "2025-02-01"));
    assert_eq!(why(&house, "consents due", "P1"), ["expired"; 5]);
    // the roll says that the yearly renewal comes within a year at most
    let house = House::new(&all("granted", ""));
    fs::write(house.data().join("school.toml"), "[policy]\nrenewal = '09-01'\n").unwrap();
    assert_eq!(why(&house, "consents due", "P1"), ["expired"; 5]);
    assert_eq!(house.run("consent P1 website granted --giver G1").code, Some(0));
    let soon = house.told("consents due --within 367");
    let website = soon.iter().find(|due| due["category"] == "website" && due["medium"] == "photo").unwrap();
    assert_eq!(website["why"], "lapses");
    assert!(website["lapses"].as_str().unwrap().ends_with("-08-31T23:00:00Z"));
}

#[test]
fn what_cannot_be_is_refused() {
    let house = House::new("");
    let refused = |line: &str, why: &str| {
        let ran = house.run(line);
        assert_eq!(ran.code, Some(1), "{line}");
        assert!(ran.out.is_empty() && ran.err.contains(why), "{line}: {}", ran.err);
    };
    refused("pupil P9", "`P9`");
    refused("audit show --pupil P9", "`P9`");
    refused(
        "consent P1 website granted --valid-from 2027-01-05 --valid-until 2027-01-04",
        "the last day lies before the first",
    );
    assert_eq!(house.website("P1")["standing"], "never_asked", "nothing was recorded");
    for line in ["audit show --pupil P1", "consent P1 website granted --valid-from 2027-01-05 --valid-until 2027-01-05"]
    {
        assert_eq!(house.run(line).code, Some(0), "{line}");
    }
    let lists = house.import(
        "consents",
        "pupil_id,category,decision,valid_from,valid_until\nP1,website,granted,2027-01-05,2027-01-04\n",
    );
    assert_eq!(lists.code, Some(1));
    assert!(lists.err.contains("line 2: valid_until"), "{}", lists.err);
}

#[test]
fn the_fixture_school_is_explained() {
    let house = House::new("");
    for list in ["pupils", "consents"] {
        let ran = house.run(&format!("import {list} {}", text(&fixture(&format!("school/{list}.csv")))));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    let due = house.told("consents due");
    assert!(due.iter().any(|line| line["person"] == "P007" && line["why"] == "young_refusal"));
    assert!(due.iter().any(|line| line["person"] == "P028" && line["why"] == "expired"));
    assert!(due.iter().all(|line| line["person"] != "P002"), "P002 has left");
}
