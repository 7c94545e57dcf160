//! The table of fixtures/consent/scenarios.txt, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::{People, PhotoFacts, Policy, TextKind, Use, decide, policy, standing};
use eyelid::domain::category::{Audience, Basis, Category, Medium, MisuseLimits, OnRefusal};
use eyelid::domain::channel::{Channel, Names, Style};
use eyelid::domain::face::{Face, Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{ActorId, Digest, EntryId, EventId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::{Date, Timestamp};
use serde::Serialize;

#[test]
fn every_scenario_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/consent/scenarios.txt");
    let (mut school, mut seen, mut wrong) = (School::new("default"), BTreeSet::new(), vec![]);
    for line in fs::read_to_string(path).unwrap().lines().map(str::trim) {
        if let Some(settings) = line.strip_prefix('[') {
            school = School::new(settings.trim_end_matches(']'));
        } else if !line.is_empty() && !line.starts_with('#') {
            let (given, expected) = line.split_once("||").expect(line);
            let [name, person, ledger, photo, moment] = cells(given);
            assert!(seen.insert(name.to_owned() + &school.settings), "`{name}` stands twice");
            let said = school.says(person, ledger, photo, moment);
            if said != cells::<4>(expected).map(str::to_owned) {
                wrong.push(format!("{name}: {}", said.join(" | ")));
            }
        }
    }
    assert!(seen.len() >= 120, "only {} scenarios", seen.len());
    assert!(wrong.is_empty(), "{} lines say otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

struct School {
    settings: String,
    policy: Policy,
    categories: BTreeMap<String, Category>,
}

impl School {
    fn new(settings: &str) -> Self {
        let mut policy = Policy::default();
        let mut categories = policy::categories().unwrap();
        categories.push(Category {
            id: "assessment".parse().unwrap(),
            audience: Audience::Internal,
            basis: Basis::PublicTask,
            on_refusal: OnRefusal::Obscure,
            needs_specific_image: false,
            max_validity_days: None,
            limits: MisuseLimits::NONE,
        });
        for setting in settings.split_whitespace() {
            match setting.split_once('=').unwrap_or((setting, "")) {
                ("default", _) => {}
                ("voice_age", age) => policy.voice_age = age.parse().unwrap(),
                ("pupil_alone", _) => policy.pupil_alone = true,
                ("four_eyes", _) => policy.four_eyes = true,
                ("keep_days", days) => policy.keep_days = Some(days.parse().unwrap()),
                ("renewal", day) => policy.renewal = Some(day.to_owned().try_into().unwrap()),
                ("max_validity_days", days) => {
                    categories.iter_mut().for_each(|c| c.max_validity_days = Some(days.parse().unwrap()));
                }
                ("min_people", n) => categories.iter_mut().for_each(|c| c.limits.min_people = Some(n.parse().unwrap())),
                (other, _) => panic!("`{other}` is no setting"),
            }
        }
        let categories = categories.into_iter().map(|c| (c.id.to_string(), c)).collect();
        Self { settings: settings.to_owned(), policy, categories }
    }

    fn says(&self, person: &str, ledger: &str, photo: &str, moment: &str) -> [String; 4] {
        let moment = if moment.is_empty() { "2026-06-15" } else { moment };
        let now = self.moment(moment, "12:00");
        let mut words = photo.split_whitespace();
        let category = &self.categories[words.next().unwrap()];
        let words: BTreeSet<&str> = words.collect();
        let record = self.record(person, ledger);
        let people = |record: &Option<Record>| -> People {
            let friend = self.friend(category, now);
            record.iter().cloned().chain([friend]).map(|record| (record.person.id.clone(), record)).collect()
        };
        let channel = channel(category, &words);
        let mut facts = facts(&words);
        let judge = |facts: &PhotoFacts, people: &People| decide(facts, people, &channel, category, &self.policy, now);

        let signed_people = if words.contains("signed-hidden") {
            people(&self.record(person, ""))
        } else if words.contains("signed-shown") {
            people(&self.record(person, &format!("2026-01-01 mum yes {}", category.id)))
        } else {
            people(&record)
        };
        let by: ActorId = if words.contains("own-sign-off") { "uploader" } else { "editor" }.parse().unwrap();
        if !words.contains("unsigned") {
            let mut sign_off = judge(&when_signed(&facts, &words), &signed_people).sign_off(by, now);
            if words.contains("signed-elsewhere") {
                sign_off.channel = "elsewhere".parse().unwrap();
            }
            facts.sign_offs.insert(channel.id.clone(), sign_off);
        }

        let minute = jiff::SignedDuration::from_mins(1);
        let turned_down = [("rejected-before", now - minute), ("rejected-with-it", now), ("rejected", now + minute)];
        for (_, at) in turned_down.into_iter().filter(|(word, _)| words.contains(word)) {
            facts.rejected.insert(channel.id.clone(), at);
        }
        if words.contains("rejected-elsewhere") {
            facts.rejected.insert("elsewhere".parse().unwrap(), now + minute);
        }

        let decision = judge(&facts, &people(&record));
        let face = &decision.faces()[0];
        let this = photo_id();
        let wanted = Use { category, medium: Medium::Photo, photo: Some(&this) };
        let flagged = record.is_some_and(|record| standing(&record, &wanted, &self.policy, now).young_refusal);
        let mut reasons: Vec<String> = decision.reasons().iter().map(|reason| word(reason.code)).collect();
        reasons.extend(flagged.then(|| "flagged".to_owned()));
        let reasons = [word(face.reason.code), reasons.join(", ")];
        let reasons = reasons.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
        let standing = face.standing.map_or("-".to_owned(), word);
        [standing, word(face.verdict), word(decision.verdict()), reasons]
    }

    fn record(&self, person: &str, ledger: &str) -> Option<Record> {
        let mut words = person.split_whitespace();
        let kind = match words.next().unwrap() {
            "pupil" => PersonKind::Pupil,
            "staff" => PersonKind::Staff,
            "visitor" => PersonKind::Visitor,
            "nobody" => return None,
            other => panic!("`{other}` is nobody"),
        };
        let mut person = Person {
            id: "P001".parse().unwrap(),
            kind,
            name: PersonName::default(),
            born: Date::new(2016, 5, 1).ok(),
            year: None,
            class: None,
            admission_no: None,
            upn: None,
            leaving: None,
        };
        while let Some(word) = words.next() {
            match word {
                "born" => person.born = words.next().unwrap().parse().ok(),
                "leaves" => person.leaving = Some(words.next().unwrap().parse().unwrap()),
                other => panic!("`{other}` says nothing of a person"),
            }
        }
        let lines = ledger.split(';').map(str::trim).filter(|line| !line.is_empty());
        let entries = lines.zip(1..).map(|(line, id)| self.entry(line, id)).collect();
        Some(Record { person, entries })
    }

    fn entry(&self, line: &str, id: i64) -> Entry {
        let mut words = line.split_whitespace().peekable();
        let day = words.next().unwrap();
        let time = words.next_if(|word| word.contains(':')).unwrap_or("09:00");
        let giver = match words.next().unwrap() {
            "mum" => Giver::Guardian("mum".into()),
            "dad" => Giver::Guardian("dad".into()),
            "pupil" => Giver::Pupil,
            "own" => Giver::Own,
            "school" => Giver::School,
            other => panic!("`{other}` is no giver"),
        };
        let says = words.next().unwrap();
        let category = words.next().map(|word| word.parse().unwrap());
        let (mut medium, mut photo, mut valid_from, mut valid_until) = (Medium::Photo, None, None, None);
        while let Some(word) = words.next() {
            match word {
                "video" => medium = Medium::Video,
                "this" => photo = Some(photo_id()),
                "other" => photo = Some(PhotoId::of(&Digest::of(b"another photo"))),
                "from" => valid_from = Some(self.policy.start_of(words.next().unwrap().parse().unwrap())),
                "until" => valid_until = Some(self.policy.end_of(words.next().unwrap().parse().unwrap())),
                other => panic!("`{other}` says nothing of an entry"),
            }
        }
        let act = match (says, category) {
            ("restrict", None) => Act::Restrict,
            ("lift", None) => Act::Lift,
            ("notify", None) => Act::Notify,
            ("objects", Some(category)) => Act::Object { category, photo },
            ("yes", Some(category)) => Act::Decide { category, medium, photo, decision: Choice::Granted },
            ("no", Some(category)) => Act::Decide { category, medium, photo, decision: Choice::Refused },
            ("withdraws", Some(category)) => Act::Decide { category, medium, photo, decision: Choice::Withdrawn },
            _ => panic!("`{line}` is no entry"),
        };
        let made_at = self.moment(day, time);
        let person = "P001".parse().unwrap();
        let (method, recorded_at, evidence) = (Method::Paper, made_at, None);
        Entry { id: EntryId(id), person, act, giver, method, made_at, recorded_at, valid_from, valid_until, evidence }
    }

    /// Somebody who agreed to this use of this photo a minute ago.
    fn friend(&self, category: &Category, now: Timestamp) -> Record {
        let mut record = self.record("staff", "2026-01-01 own yes website this").unwrap();
        let id: PersonId = "S001".parse().unwrap();
        record.person.id = id.clone();
        for entry in &mut record.entries {
            entry.person = id.clone();
            entry.made_at = Timestamp::from_second(now.as_second() - 60).unwrap();
            let (category, photo) = (category.id.clone(), Some(photo_id()));
            entry.act = Act::Decide { category, medium: Medium::Photo, photo, decision: Choice::Granted };
        }
        record
    }

    fn moment(&self, text: &str, time: &str) -> Timestamp {
        let (day, time) = text.split_once(' ').unwrap_or((text, time));
        let at: jiff::civil::DateTime = format!("{day}T{time}").parse().unwrap();
        at.to_zoned(self.policy.time_zone.clone()).unwrap().timestamp()
    }
}

fn channel(category: &Category, words: &BTreeSet<&str>) -> Channel {
    let needed = !words.contains("easy");
    Channel {
        id: category.id.as_str().parse().unwrap(),
        category: category.id.clone(),
        style: Style::Smooth,
        cover: Cover::Head,
        max_px: 1600,
        max_obscured_share: 0.4,
        needs_headcount: needed,
        needs_sign_off: needed,
        block_unknown: words.contains("block-unknown"),
        names: Names::First,
        credit: None,
        families_only: false,
        networks: Vec::new(),
    }
}

fn facts(words: &BTreeSet<&str>) -> PhotoFacts {
    let has = |word| words.contains(word);
    let id: PersonId = "P001".parse().unwrap();
    let friend: PersonId = "S001".parse().unwrap();
    let also = match () {
        () if has("suggested-second") => vec![id.clone()],
        () if has("suggested-third") => vec!["P777".parse().unwrap(), id.clone()],
        () => vec![],
    };
    let who = match () {
        () if has("suggested-second") || has("suggested-third") => Who::Suggested(friend.clone()),
        () if has("untagged") || has("maybe") => Who::Unknown,
        () if has("suggested") => Who::Suggested(id.clone()),
        () if has("passer-by") => Who::Visitor,
        () if has("not-a-face") => Who::NotAFace,
        () => Who::Person(id.clone()),
    };
    let origin = if has("maybe") || has("maybe-named") { Origin::Maybe } else { Origin::Detected };
    let (width, height) = match () {
        () if has("huge") => (1600.0, 2000.0),
        () if has("large") => (550.0, 700.0),
        () => (150.0, 200.0),
    };
    let face = |id, x, y, width, height, origin, who| Face {
        id: FaceId(id),
        rect: Rect::new(x, y, x + width, y + height).unwrap(),
        score: None,
        origin,
        who,
        also: vec![],
    };
    let mut faces = vec![Face { also, ..face(1, 800.0, 800.0, width, height, origin, who) }];
    if !has("alone") {
        faces.push(face(2, 3600.0, 2500.0, 100.0, 120.0, Origin::Added, Who::Person(friend)));
    }
    if has("named-twice") {
        faces.push(face(4, 2000.0, 800.0, width, height, origin, Who::Person(id)));
    }
    let third = if has("third-no-face") { Who::NotAFace } else { Who::Unknown };
    if has("third") || has("third-no-face") {
        faces.push(face(3, 2000.0, 500.0, 150.0, 200.0, Origin::Added, third));
    }
    let counted = u32::try_from(faces.iter().filter(|face| face.counts()).count()).unwrap();
    let headcount = match () {
        () if has("uncounted") => None,
        () if has("counted-3") => Some(3),
        () if has("counted-1") => Some(1),
        () => Some(counted),
    };
    let state = match () {
        () if has("found") => PhotoState::Found,
        () if has("quarantined") => PhotoState::Quarantined,
        () if has("refused") => PhotoState::Refused,
        () if has("destroyed") => PhotoState::Destroyed,
        () => PhotoState::Inspected,
    };
    let texts = [
        ("caption", TextKind::Caption),
        ("alt-text", TextKind::AltText),
        ("event-name", TextKind::EventName),
        ("credit", TextKind::Credit),
        ("in-picture", TextKind::InPicture),
    ];
    PhotoFacts {
        photo: Photo {
            id: photo_id(),
            digest: Digest::of(b"photo"),
            event: EventId(1),
            ordinal: 1,
            received_at: "2026-06-01T09:00:00Z".parse().unwrap(),
            state,
            size: Some(Size { width: 4000, height: 3000 }),
            camera: None,
            reason: None,
        },
        faces,
        headcount,
        sign_offs: BTreeMap::new(),
        rejected: BTreeMap::new(),
        names_in: texts.into_iter().filter(|(word, _)| has(word)).map(|(_, kind)| kind).collect(),
        uploader: (!has("no-uploader")).then(|| "uploader".parse().unwrap()),
        held: has("held"),
    }
}

/// The photo as it was when somebody signed it off.
fn when_signed(facts: &PhotoFacts, words: &BTreeSet<&str>) -> PhotoFacts {
    let mut then = facts.clone();
    for face in &mut then.faces {
        match face.id {
            FaceId(1) if words.contains("signed-as-friend") => face.who = Who::Person("S001".parse().unwrap()),
            FaceId(1) if words.contains("redrawn") => face.rect = Rect::new(790.0, 790.0, 940.0, 990.0).unwrap(),
            FaceId(3) => face.who = Who::Unknown,
            _ => {}
        }
    }
    then.faces.retain(|face| face.id != FaceId(3) || !words.contains("signed-before-third"));
    then
}

fn photo_id() -> PhotoId {
    PhotoId::of(&Digest::of(b"photo"))
}

fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn cells<const N: usize>(line: &str) -> [&str; N] {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    cells.try_into().unwrap_or_else(|cells: Vec<&str>| panic!("{} cells in `{line}`", cells.len()))
}
