//! Lists in the styles of the systems schools use, and bad ones: what is read, what is refused, and how it is said.
#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use eyelid::consent::Policy;
use eyelid::consent::ledger::{Choice, Giver, Record};
use eyelid::consent::policy::categories;
use eyelid::domain::category::{Category, Medium};
use eyelid::domain::id::{EntryId, PersonId};
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::time::{Date, Timestamp};
use eyelid::import::{
    Answer, ChangeKind, ConsentDiff, Extent, ImportError, Limits, Mapping, Pupils, RollDiff, School, Sheet, SheetKind,
    read_consents, read_pupils,
};
use proptest::prelude::*;

const TODAY: Date = Date::constant(2026, 9, 10);

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name)
}

fn sheet(name: &str, mapping: &Mapping) -> Result<Sheet, ImportError> {
    let path = fixture(name);
    let bytes = std::fs::read(&path).unwrap();
    Sheet::read(&bytes, SheetKind::of(&path).unwrap(), &Limits::default(), mapping)
}

fn mapping(name: &str) -> Mapping {
    Mapping::parse(&std::fs::read_to_string(fixture(name)).unwrap()).unwrap()
}

fn pupils(name: &str) -> Result<Pupils, ImportError> {
    let mapping = Mapping::default();
    read_pupils(&sheet(name, &mapping)?, &mapping, TODAY)
}

fn refusal(name: &str) -> String {
    pupils(name).unwrap_err().to_string()
}

fn now() -> Timestamp {
    "2026-09-10T12:00:00Z".parse().unwrap()
}

struct House {
    records: BTreeMap<PersonId, Record>,
    categories: Vec<Category>,
    policy: Policy,
    now: Timestamp,
}

impl House {
    fn new() -> Self {
        let people = pupils("pupils.csv").unwrap().people;
        let records = people.into_iter().map(|person| (person.id.clone(), Record { person, entries: vec![] }));
        Self { records: records.collect(), categories: categories().unwrap(), policy: Policy::default(), now: now() }
    }

    fn school(&self) -> School<'_> {
        School { records: &self.records, categories: &self.categories, policy: &self.policy, now: self.now }
    }

    fn read(&self, text: &str) -> Result<Vec<Answer>, ImportError> {
        let mapping = Mapping::default();
        let sheet = Sheet::read(text.as_bytes(), SheetKind::Csv, &Limits::default(), &mapping)?;
        read_consents(&sheet, &mapping, &self.school())
    }

    fn file(&self, name: &str, mapping: &Mapping) -> Result<Vec<Answer>, ImportError> {
        read_consents(&sheet(name, mapping)?, mapping, &self.school())
    }

    fn diff(&self, text: &str) -> ConsentDiff {
        ConsentDiff::new(self.read(text).unwrap(), &self.school())
    }

    fn record(&mut self, diff: &ConsentDiff, confirm: bool) {
        for answer in diff.answers(confirm) {
            let entries = &mut self.records.get_mut(&answer.person).unwrap().entries;
            let id = EntryId(i64::try_from(entries.len()).unwrap() + 1);
            entries.push(answer.entry(id, self.now, None));
        }
        self.now += jiff::SignedDuration::from_hours(24);
    }
}

const LONG: &str = "pupil_id,category,medium,decision,giver,giver_role,method,made_at,valid_from,valid_until\n";

#[test]
fn one_roll_in_every_style_is_the_same_roll() {
    let own = pupils("pupils.csv").unwrap();
    assert_eq!(own.people.len(), 5);
    let millie = &own.people[0];
    assert_eq!((millie.id.as_str(), millie.name.first()), ("P101", "Millie"));
    assert_eq!(millie.born, Some(Date::constant(2017, 3, 2)));
    assert_eq!(millie.admission_no.as_deref(), Some("004711"));
    for name in ["pupils.xlsx", "pupils-titled.xlsx", "pupils-worked-out.xlsx"] {
        assert_eq!(pupils(name).unwrap().people, own.people, "{name}");
    }
    let sims = pupils("pupils-sims.csv").unwrap();
    assert_eq!(sims.people[1].id.as_str(), "004712", "without an id the admission number is it");
    assert_eq!(sims.people[1].name.legal_surname, "Müller");
    for name in ["pupils-excel.csv", "pupils-utf16.csv"] {
        assert_eq!(pupils(name).unwrap(), sims, "{name}");
    }
}

#[test]
fn oneroster_knows_staff_and_leaves_parents_out() {
    let roll = pupils("users-oneroster.csv").unwrap();
    let kinds: Vec<PersonKind> = roll.people.iter().map(|person| person.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == PersonKind::Pupil).count(), 5);
    assert_eq!(kinds.last(), Some(&PersonKind::Staff));
    assert_eq!(roll.left_out, 1);
    let deleted = roll.people.iter().find(|person| person.id.as_str() == "P105").unwrap();
    assert_eq!(deleted.leaving, Some(TODAY));
}

#[test]
fn every_bad_row_is_told_by_line_with_its_remedy_and_without_a_name() {
    insta::assert_snapshot!(refusal("pupils-bad.csv"), @r"
    line 2: dob `31/02/2017` is not a date: write it as 2015-02-28 or 28/02/2015
    line 3: dob `2/3/15` has a year of two digits: write it as 2015-02-28 or 28/02/2015
    line 4: dob `03/25/2016` has its month first: write the day first, as in 28/02/2015, or 2015-02-28
    line 5: legal_surname is empty: fill it in
    line 6: pupil_id was already given on line 2: keep one row for each person
    line 7: pupil_id is the person's own name or an e-mail address: use an id that says nothing, such as the admission number
    line 8: dob `2099-01-01` lies in the future: correct it
    ");
    assert_eq!(
        refusal("pupils-bad.xlsx"),
        "line 3: dob `31/02/2017` is not a date: write it as 2015-02-28 or 28/02/2015"
    );
    for name in ["pupils-bad.csv", "pupils-ragged.csv", "pupils-open-quote.csv"] {
        let text = refusal(name);
        assert!(!["Ada", "Lovelace", "Millie", "Adeyemi"].iter().any(|name| text.contains(name)), "{text}");
    }
}

#[test]
fn bad_files_are_refused_with_the_line_and_the_remedy() {
    let says = |name: &str, line: &str, remedy: &str| {
        let text = refusal(name);
        assert!(text.starts_with(line) && text.contains(remedy), "{name}: {text}");
    };
    says("pupils-windows-1252.csv", "line 3: the text is not UTF-8", "save the file as `CSV UTF-8`");
    says("pupils-ragged.csv", "line 4: the row has 4 cells and the header 10", "quotation marks");
    says("pupils-open-quote.csv", "line 4: a quotation mark is opened and never closed", "close it");
    says("protected.xlsx", "the workbook is protected by a password", "save it without the password");
    says("bomb.xlsx", "the workbook unpacks to more than 100 MB", "save it again");
    says("promise.xlsx", "the workbook is damaged", "save it again");
    says("echo.xlsx", "the workbook unpacks to more than 100 MB", "save it again");
    says("overflow.xlsx", "the workbook is damaged", "save it again");
    says("pupils-twice.xlsx", "more than one of the workbook's sheets", "keep only the sheet with the list");
    says("pupils-formula.xlsx", "line 2: column 6 holds a formula without its value", "save it again");
    says("far-cell.xlsx", "line 1048576: the row has more than 200 columns", "remove the columns");
}

#[test]
fn a_kind_that_the_bytes_are_not_is_refused() {
    let book = std::fs::read(fixture("pupils.xlsx")).unwrap();
    let read = |bytes: &[u8], kind| Sheet::read(bytes, kind, &Limits::default(), &Mapping::default());
    assert!(read(&book, SheetKind::Csv).unwrap_err().to_string().contains("extension .xlsx"));
    assert!(read(b"pupil_id\nP1\n", SheetKind::Xlsx).unwrap_err().to_string().contains("not an XLSX workbook"));
    assert!(read(b"", SheetKind::Csv).unwrap_err().to_string().contains("empty"));
    assert!(read(b"\n\n", SheetKind::Csv).unwrap_err().to_string().contains("empty"));
    let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    assert!(read(&old, SheetKind::Xlsx).unwrap_err().to_string().contains(".xls kind"));
    let small = Limits { bytes: 100, ..Limits::default() };
    assert!(Sheet::read(&book, SheetKind::Xlsx, &small, &Mapping::default()).is_err());
}

#[test]
fn limits_hold_for_rows_columns_and_cells() {
    let read = |text: &str, limits: &Limits| {
        Sheet::read(text.as_bytes(), SheetKind::Csv, limits, &Mapping::default()).map_err(|error| error.to_string())
    };
    let limits = Limits { rows: 2, columns: 3, cells: 5, cell: 4, ..Limits::default() };
    assert!(read("a,b\n1,2\n3,4\n", &limits).is_ok());
    assert!(read("a\n1\n2\n3\n", &limits).unwrap_err().contains("more than 2 rows"));
    assert!(read("a,b,c,d\n", &limits).unwrap_err().contains("more than 3 columns"));
    assert!(read("a,b,c\n1,2,3\n4,5,6\n", &limits).unwrap_err().contains("more than 5 cells"));
    assert!(read("a\n12345\n", &limits).unwrap_err().contains("longer than 4"));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let text = "\n\npupil_id,legal_forename,legal_surname,note\n\nP1,A,B,\"two\nlines\"\n,,,\nP2,A,B,\n";
    let mapping = Mapping::parse("ignore = [\"Note\"]").unwrap();
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        let sheet = Sheet::read(text.as_bytes(), SheetKind::Csv, &Limits::default(), &mapping).unwrap();
        assert_eq!(sheet.header_line, 3);
        assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 8], "{text:?}");
        assert!(read_pupils(&sheet, &mapping, TODAY).is_ok());
    }
}

#[test]
fn columns_are_refused_by_name_until_they_are_mapped_or_ignored() {
    let read = |text: &str, mapping: &str| {
        let mapping = Mapping::parse(mapping).unwrap();
        let sheet = Sheet::read(text.as_bytes(), SheetKind::Csv, &Limits::default(), &mapping).unwrap();
        read_pupils(&sheet, &mapping, TODAY).map_err(|error| error.to_string())
    };
    let text = "Key;Vorname;Legal Surname;House\nK1;Ada;Lovelace;Red\n";
    let error = read(text, "").unwrap_err();
    assert!(error.contains("the column `House` is not known") && error.contains("`Key`"), "{error}");
    let map = "pupil_id = \"Key\"\nlegal_forename = \"vorname\"\nignore = [\"house\"]";
    assert_eq!(read(text, map).unwrap().people[0].name.legal_forename, "Ada");
    assert!(read(text, "pupil_id = \"Kee\"").unwrap_err().contains("`Kee`, which the file does not have"));
    let headless = read("P1,Ada,Lovelace\n", "").unwrap_err();
    assert!(headless.contains("names no known column") && !headless.contains("Ada"), "{headless}");
    let twice = read("pupil_id,student id,forename,surname\n", "").unwrap_err();
    assert!(twice.contains("`pupil_id` and `student id` are both the pupil_id"), "{twice}");
    assert!(read("upn,forename,surname\nA1,Ada,Lovelace\n", "").unwrap_err().contains("no column `pupil_id`"));
    assert!(read("upn,forename,surname\nA1,Ada,Lovelace\n", "pupil_id = \"UPN\"").is_ok());
}

#[test]
fn nobody_has_a_word_of_the_command_line_as_id() {
    for word in ["visitor", "not-a-face", "Not-A-Face", "unknown"] {
        let text = format!("pupil_id,legal_forename,legal_surname\n{word},Ada,Lovelace\n");
        let sheet = Sheet::read(text.as_bytes(), SheetKind::Csv, &Limits::default(), &Mapping::default()).unwrap();
        let refused = read_pupils(&sheet, &Mapping::default(), Date::constant(2026, 9, 10)).unwrap_err().to_string();
        assert!(refused.starts_with("line 2") && refused.contains("give another id"), "{refused}");
    }
}

#[test]
fn who_is_missing_from_a_full_roll_has_left_and_comes_back_only_when_confirmed() {
    let mut roll = pupils("pupils.csv").unwrap();
    let register: Vec<Person> = roll.people.clone();
    let same = RollDiff::new(&roll, &register, Extent::Full, TODAY).unwrap();
    assert_eq!((same.unchanged, same.rows(true).count()), (5, 0));
    let gone = roll.people.pop().unwrap();
    roll.people[0].class = Some("5K".into());
    let diff = RollDiff::new(&roll, &register, Extent::Full, TODAY).unwrap();
    assert_eq!(diff.left[0].id, gone.id);
    assert_eq!(diff.left[0].leaving, Some(TODAY));
    insta::assert_snapshot!(diff, @r"
    new: 0
    changed: 1
      P101: class
    missing from the file, so marked as left: 1
      P105
    unchanged: 3
    ");
    assert!(RollDiff::new(&roll, &register, Extent::Part, TODAY).unwrap().left.is_empty());
    let staff = Pupils { people: vec![], ..roll.clone() };
    assert!(
        RollDiff::new(&staff, &register, Extent::Full, TODAY).unwrap().left.is_empty(),
        "a list of others says nothing"
    );

    let mut left = register.clone();
    left[4].leaving = Some(Date::constant(2026, 7, 20));
    let back = RollDiff::new(&pupils("pupils.csv").unwrap(), &left, Extent::Full, TODAY).unwrap();
    assert_eq!((back.loosened.len(), back.rows(false).count(), back.rows(true).count()), (1, 0, 1));
}

#[test]
fn a_known_pupil_under_a_new_id_is_refused_because_restrictions_would_stay_behind() {
    let roll = pupils("pupils.csv").unwrap();
    let error = RollDiff::new(&pupils("pupils-sims.csv").unwrap(), &roll.people, Extent::Full, TODAY).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("`004711` has the admission_no of `P101` in the register: keep the register's id"),
        "{text}"
    );
}

#[test]
fn who_is_marked_as_gone_does_not_leave_anew_with_every_import() {
    let roll = pupils("users-oneroster.csv").unwrap();
    let later = TODAY.tomorrow().unwrap();
    let mapping = Mapping::default();
    let again = read_pupils(&sheet("users-oneroster.csv", &mapping).unwrap(), &mapping, later).unwrap();
    let diff = RollDiff::new(&again, &roll.people, Extent::Full, later).unwrap();
    assert_eq!((diff.unchanged, diff.rows(true).count()), (roll.people.len(), 0));
}

#[test]
fn long_and_wide_lists_agree() {
    let house = House::new();
    let plain = Mapping::default();
    let brief = |answers: Vec<Answer>| {
        let mut brief: Vec<_> = answers
            .into_iter()
            .filter(|answer| answer.giver != Giver::Pupil && answer.choice != Choice::Withdrawn)
            .filter(|answer| answer.medium == Medium::Photo)
            .map(|answer| (answer.person, answer.category, answer.choice, answer.made_at))
            .collect();
        brief.sort_by_key(|(person, category, ..)| (person.clone(), category.clone()));
        brief
    };
    let long = brief(house.file("consents-long.csv", &plain).unwrap());
    assert_eq!(long.len(), 20);
    assert_eq!(brief(house.file("consents-wide.csv", &plain).unwrap()), long);
    assert_eq!(brief(house.file("consents-wide.xlsx", &plain).unwrap()), long);
}

#[test]
fn lists_of_arbor_and_sims_say_no_more_than_their_mapping() {
    let house = House::new();
    let arbor = house.file("consents-arbor.csv", &mapping("consents-arbor.toml")).unwrap();
    let said: Vec<_> = arbor.iter().map(|a| (a.person.as_str(), a.category.as_str(), a.choice)).collect();
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.contains(&("P102", "website", Choice::Refused)));
    assert!(!said.iter().any(|(person, ..)| *person == "P103"), "pending is no answer");
    let sims = house.file("consents-sims.csv", &mapping("consents-sims.toml")).unwrap();
    let said: Vec<_> = sims.iter().map(|a| (a.person.as_str(), a.category.as_str())).collect();
    assert_eq!(said.iter().filter(|(_, category)| *category == "displays").count(), 3);
    assert!(!said.contains(&("P102", "displays")), "an empty tick is no answer");
    let error = house.file("consents-sims.csv", &Mapping::default()).unwrap_err().to_string();
    assert!(error.contains("the tick column `P`") && error.contains("category.website = \"P\""), "{error}");
}

#[test]
fn nobody_answers_a_hundred_times_in_one_file() {
    let house = House::new();
    let rows = |count: usize| "P101,website,yes\n".repeat(count) + "P101,displays,yes\nP102,website,no\n";
    let read = |count| house.read(&format!("pupil_id,category,decision\n{}", rows(count)));
    assert_eq!(read(100).unwrap().len(), 102);
    let error = read(103).unwrap_err().to_string();
    assert_eq!(error, "line 102: the person has more than 100 answers for one use: keep the latest of them");
}

#[test]
fn bad_answers_are_told_by_line() {
    let house = House::new();
    let error = house.file("consents-bad.csv", &Mapping::default()).unwrap_err().to_string();
    insta::assert_snapshot!(error, @r"
    line 2: category `webb` is not one of the school's: use one of displays, newsletter, paper_marketing, website, high_profile, social_media, or name it under `consent_type` in the mapping file
    line 3: pupil_id is not in the register: import the pupils first, or use the register's own id
    line 4: decision `perhaps` is not known: use granted, refused or withdrawn; yes, no or nothing
    line 5: made_at `2099-09-02` lies in the future: correct it
    line 6: valid_until `2026-09-01` lies before valid_from or made_at: correct one of them
    line 7: `x` in decision can mean yes or no: write yes, no, or nothing
    ");
    let map = Mapping::parse("[category]\nwebb = \"P\"").unwrap();
    assert!(house.file("consents-sims.csv", &map).unwrap_err().to_string().contains("category `webb`"));
}

#[test]
fn a_first_answer_needs_no_confirmation_and_the_same_file_again_adds_nothing() {
    let mut house = House::new();
    let text = format!(
        "{LONG}P101,website,,granted,G1,guardian,paper,2026-09-02,,\nP102,website,,refused,G2,,,2026-09-02,,\n"
    );
    let diff = house.diff(&text);
    assert_eq!((diff.count(ChangeKind::First), diff.needs_confirmation()), (2, false));
    house.record(&diff, false);
    let again = house.diff(&text);
    assert_eq!((again.known, again.answers(true).len()), (2, 0));
    insta::assert_snapshot!(again, @r"
    in the ledger already: 2
    first answers: 0
    less will be shown, at once: 0
    recorded without a change: 0
    ");
}

#[test]
fn a_no_of_a_day_that_had_a_yes_later_is_another_no() {
    let mut house = House::new();
    let said = |decision: &str, made_at: &str| format!("{LONG}P101,website,,{decision},G1,guardian,,{made_at},,\n");
    let refused = said("refused", "2026-09-09T09:00:00Z");
    for text in [&refused, &said("granted", "2026-09-09T10:00:00Z")] {
        let diff = house.diff(text);
        house.record(&diff, true);
    }
    let diff = house.diff(&said("refused", "2026-09-09"));
    assert_eq!((diff.known, diff.count(ChangeKind::Tightened)), (0, 1));
    house.record(&diff, false);
    assert_eq!(house.diff(&said("refused", "2026-09-09")).known, 1, "the same file again adds nothing");
    assert_eq!(house.diff(&said("granted", "2026-09-10")).count(ChangeKind::Loosened), 1, "the next day is another");
}

#[test]
fn tightening_is_applied_at_once_and_loosening_waits() {
    let mut house = House::new();
    let wide = "pupil_id,website\nP101,yes\nP102,no\n";
    let diff = house.diff(wide);
    house.record(&diff, false);
    let turned = house.diff("pupil_id,website\nP101,no\nP102,yes\n");
    assert_eq!((turned.count(ChangeKind::Tightened), turned.count(ChangeKind::Loosened)), (1, 1));
    insta::assert_snapshot!(turned, @r"
    in the ledger already: 0
    first answers: 0
    less will be shown, at once: 1
      P101 website (photo): granted -> refused, line 2
    more could be shown (needs --confirm-loosening): 1
      P102 website (photo): refused -> granted, line 3
    recorded without a change: 0
    ");
    let at_once: Vec<&str> = turned.answers(false).iter().map(|answer| answer.person.as_str()).collect();
    assert_eq!(at_once, ["P101"]);
    assert_eq!(turned.answers(true).len(), 2);
}

#[test]
fn neither_a_later_start_nor_a_restriction_hides_a_loosening() {
    use eyelid::consent::ledger::{Act, Entry, Method};
    let mut house = House::new();
    let no = house.diff("pupil_id,website\nP101,no\n");
    house.record(&no, false);
    let soon = format!("{LONG}P101,website,,granted,,,,2026-09-11T09:00:00Z,2026-12-01,\n");
    let diff = house.diff(&soon);
    assert_eq!((diff.count(ChangeKind::Loosened), diff.answers(false).len()), (1, 0));
    let person: PersonId = "P101".parse().unwrap();
    let restriction = Entry {
        id: EntryId(90),
        person: person.clone(),
        act: Act::Restrict,
        giver: Giver::School,
        method: Method::Verbal,
        made_at: house.now,
        recorded_at: house.now,
        valid_from: None,
        valid_until: None,
        evidence: None,
    };
    house.records.get_mut(&person).unwrap().entries.push(restriction);
    let diff = house.diff("pupil_id,website\nP101,yes\n");
    assert_eq!(diff.count(ChangeKind::Loosened), 1);
    assert!(!diff.to_string().contains("restricted"), "{diff}");
}

#[test]
fn an_old_list_without_dates_renews_nothing() {
    let mut house = House::new();
    let diff = house.diff("pupil_id,website,valid_until\nP101,yes,2026-09-20\n");
    house.record(&diff, false);
    let again = house.diff("pupil_id,website,valid_until\nP101,yes,2026-09-20\n");
    assert_eq!((again.known_undated, again.changes.len()), (1, 0));
    let longer = house.diff("pupil_id,website,valid_until\nP101,yes,2027-09-20\n");
    assert_eq!(longer.count(ChangeKind::Loosened), 1);
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ'\",; -]{0,12}[A-Za-zß]"
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), xlsx in any::<bool>()) {
        let kind = if xlsx { SheetKind::Xlsx } else { SheetKind::Csv };
        _ = Sheet::read(&bytes, kind, &Limits::default(), &Mapping::default());
    }

    #[test]
    fn no_cells_make_it_panic(text in "(pupil_id|surname|forename|dob|website|,|;|\"|\n|P101|yes|[0-9/-]{1,10}|\\PC){0,60}") {
        let mapping = Mapping::default();
        let house = House { records: BTreeMap::new(), categories: categories().unwrap(), policy: Policy::default(), now: now() };
        if let Ok(sheet) = Sheet::read(text.as_bytes(), SheetKind::Csv, &Limits::default(), &mapping) {
            _ = read_pupils(&sheet, &mapping, TODAY);
            if let Ok(answers) = read_consents(&sheet, &mapping, &house.school()) {
                prop_assert!(answers.is_empty());
            }
        }
    }

    #[test]
    fn a_roll_comes_back_from_csv_as_it_went(
        names in proptest::collection::vec((word(), word(), 1..28_i8, 1..13_i8), 1..20),
        separator in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(vec![]);
        writer.write_record(["pupil_id", "legal forename", "Legal_Surname", "DOB"]).unwrap();
        for (nth, (forename, surname, day, month)) in names.iter().enumerate() {
            writer.write_record([&format!("Q{nth}"), forename, surname, &format!("{day:02}/{month:02}/2016")]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mapping = Mapping::default();
        let sheet = Sheet::read(&bytes, SheetKind::Csv, &Limits::default(), &mapping).unwrap();
        let roll = read_pupils(&sheet, &mapping, TODAY).unwrap();
        let single = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (person, (forename, surname, day, month)) in roll.people.iter().zip(&names) {
            prop_assert_eq!(&person.name.legal_forename, &single(forename));
            prop_assert_eq!(&person.name.legal_surname, &single(surname));
            prop_assert_eq!(person.born, Some(Date::constant(2016, *month, *day)));
        }
        prop_assert_eq!(roll.people.len(), names.len());
    }

    #[test]
    fn generated_long_and_wide_lists_agree(
        cells in proptest::collection::vec(prop::sample::select(vec!["yes", "no", "", "withdrawn"]), 30),
    ) {
        let house = House::new();
        let ids: Vec<String> = house.categories.iter().map(|category| category.id.to_string()).collect();
        let people = ["P101", "P102", "P103", "P104", "P105"];
        let mut wide = format!("pupil_id,{}\n", ids.join(","));
        let mut long = "pupil_id,category,decision\n".to_owned();
        for (person, row) in people.iter().zip(cells.chunks(6)) {
            wide.push_str(&format!("{person},{}\n", row.join(",")));
            for (category, cell) in ids.iter().zip(row) {
                long.push_str(&format!("{person},{category},{cell}\n"));
            }
        }
        let unlined = |answers: Vec<Answer>| answers.into_iter().map(|a| Answer { line: 0, ..a }).collect::<Vec<_>>();
        prop_assert_eq!(unlined(house.read(&wide).unwrap()), unlined(house.read(&long).unwrap()));
        let mut applied = House::new();
        let diff = applied.diff(&wide);
        applied.record(&diff, false);
        let again = applied.diff(&wide);
        prop_assert!(again.changes.is_empty());
    }

    #[test]
    fn without_a_confirmation_nobody_is_shown_who_said_no(
        first in proptest::collection::vec(prop::sample::select(vec!["yes", "no", "", "withdrawn"]), 5),
        second in proptest::collection::vec(prop::sample::select(vec!["yes", "no", "", "withdrawn"]), 5),
    ) {
        use eyelid::consent::{StandingKind, Use, standing};
        let mut house = House::new();
        let list = |cells: &[&str]| {
            let rows = (101..).zip(cells).map(|(id, cell)| format!("P{id},{cell}\n"));
            format!("pupil_id,website\n{}", rows.collect::<String>())
        };
        let stand = |house: &House| -> Vec<StandingKind> {
            let category = house.categories.iter().find(|category| category.id.as_str() == "website").unwrap();
            let wanted = Use { category, medium: Medium::Photo, photo: None };
            house.records.values().map(|record| standing(record, &wanted, &house.policy, house.now).kind).collect()
        };
        let diff = house.diff(&list(&first));
        house.record(&diff, false);
        let before = stand(&house);
        let diff = house.diff(&list(&second));
        house.record(&diff, false);
        for (before, after) in before.into_iter().zip(stand(&house)) {
            let shown = after == StandingKind::Granted;
            prop_assert!(!shown || matches!(before, StandingKind::Granted | StandingKind::NeverAsked));
        }
    }
}
