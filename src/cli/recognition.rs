//! `eyelid recognition`: face matching behind the biometric gate, off until a school opens it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::decision::Decision;
use super::place::{House, Place, said_at};
use super::{Outcome, clock, output};
use crate::consent::Reader;
use crate::consent::gate::{Gate, Nation, Shut, Switch};
use crate::consent::ledger::{Choice, Giver, Method};
use crate::domain::id::PersonId;
use crate::domain::time::{Date, Timestamp};
use crate::import::giver_key;
use crate::office::{self, MatchingWord, Said};
use crate::pipeline::recognition::gates;
use crate::store::StoreError;

/// Face matching: off until a school opens the biometric gate
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid recognition status --data school\n\
\x20 eyelid recognition off --data school")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Say whether matching is on, and for each pupil whether the gate is open or why it is shut
    Status {
        #[command(flatten)]
        place: Place,
        /// One JSON object a line on standard output: the switch, then the pupils
        #[arg(long)]
        json: bool,
    },
    /// Switch matching on
    On {
        /// Where the school is
        #[arg(long, value_enum)]
        nation: NationName,
        /// Where the data protection impact assessment is filed
        #[arg(long, value_name = "REF")]
        dpia: String,
        /// What the data protection officer said of it
        #[arg(long, value_name = "TEXT")]
        dpo_opinion: String,
        /// The day on which families and staff had been consulted
        #[arg(long, value_name = "DATE")]
        consulted: Date,
        #[command(flatten)]
        place: Place,
    },
    /// Switch matching off and destroy every template
    Off {
        #[command(flatten)]
        place: Place,
    },
    /// Record that a guardian was told about matching
    Notify {
        /// The pupil's id
        pupil: PersonId,
        /// The guardian, as the consent list names them
        #[arg(long, value_name = "KEY")]
        guardian: String,
        /// How they were told
        #[arg(long, value_enum, default_value_t = MethodName::Paper)]
        method: MethodName,
        /// When they were told, if not now: `2026-06-12` or a date with time
        #[arg(long)]
        made_at: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Record a yes or no to matching
    Consent {
        /// The pupil's id
        pupil: PersonId,
        /// The answer; a yes counts in writing only, a no in any form
        #[arg(value_enum)]
        decision: Decision,
        /// Who said it
        #[arg(long, value_enum)]
        giver: Role,
        /// The guardian, as the consent list names them
        #[arg(long, value_name = "KEY", required_if_eq("giver", "guardian"))]
        guardian: Option<String>,
        /// How it reached the school
        #[arg(long, value_enum)]
        method: MethodName,
        /// When it was said, if not now: `2026-06-12` or a date with time
        #[arg(long)]
        made_at: Option<String>,
        /// The last day of a yes
        #[arg(long, value_name = "DATE")]
        valid_until: Option<Date>,
        #[command(flatten)]
        place: Place,
    },
    /// Record that somebody has parental responsibility; whoever speaks in the ledger is known already
    Guardian {
        /// The pupil's id
        pupil: PersonId,
        /// The guardian, as the consent list names them
        guardian: String,
        /// They have it no longer, or never had
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum NationName {
    England,
    Wales,
    Scotland,
    NorthernIreland,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Role {
    Guardian,
    Pupil,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MethodName {
    Paper,
    Portal,
    Verbal,
}

impl From<MethodName> for Method {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Paper => Self::Paper,
            MethodName::Portal => Self::Portal,
            MethodName::Verbal => Self::Verbal,
        }
    }
}

#[derive(Serialize)]
struct SwitchLine<'a> {
    on: bool,
    #[serde(flatten)]
    papers: Option<&'a Switch>,
}

#[derive(Serialize)]
struct PupilLine<'a> {
    person: &'a PersonId,
    open: bool,
    why: &'a [Shut],
    template: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is no such pupil, a paper is missing, a moment lies ahead, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let now = clock::now();
    match &args.what {
        What::Status { place, json } => status(&place.open()?, *json, now)?,
        What::On { nation, dpia, dpo_opinion, consulted, place } => {
            let House { store, school, actor } = place.open()?;
            let nation = match nation {
                NationName::England => Nation::England,
                NationName::Wales => Nation::Wales,
                NationName::Scotland => Nation::Scotland,
                NationName::NorthernIreland => Nation::NorthernIreland,
            };
            let (dpia_reference, dpo_opinion) = (dpia.trim().to_owned(), dpo_opinion.trim().to_owned());
            let switch = Switch { nation, dpia_reference, dpo_opinion, consulted_on: *consulted };
            office::switch_on(&store, &school, &switch, &actor, now)?;
        }
        What::Off { place } => {
            let House { store, school, actor } = place.open()?;
            office::switch_off(&store, &school, &actor, now)?;
        }
        What::Notify { pupil, guardian, method, made_at, place } => {
            let house = place.open()?;
            let (giver, method) = (Giver::Guardian(giver_key(guardian)), (*method).into());
            // whoever is told has said nothing yet: the day counts from its start
            let made_at = said_at(made_at.as_deref(), Choice::Granted, &house.school, now)?;
            let word = MatchingWord { said: Said::Told, giver, method, made_at, valid_until: None };
            office::speak_of_matching(&house.store, &house.school, pupil, word, &house.actor, now)?;
        }
        What::Consent { pupil, decision, giver, guardian, method, made_at, valid_until, place } => {
            let house = place.open()?;
            let giver = match giver {
                Role::Guardian => Giver::Guardian(giver_key(guardian.as_deref().unwrap_or_default())),
                Role::Pupil => Giver::Pupil,
            };
            let (choice, method) = ((*decision).into(), (*method).into());
            let (said, made_at) = (Said::Decided(choice), said_at(made_at.as_deref(), choice, &house.school, now)?);
            let valid_until = valid_until.map(|day| house.school.policy.end_of(day));
            let word = MatchingWord { said, giver, method, made_at, valid_until };
            office::speak_of_matching(&house.store, &house.school, pupil, word, &house.actor, now)?;
        }
        What::Guardian { pupil, guardian, remove, place } => {
            let House { store, school, actor } = place.open()?;
            office::note_guardian(&store, &school, pupil, &giver_key(guardian), !remove, &actor, now)?;
        }
    }
    Ok(Outcome::Done)
}

fn status(house: &House, json: bool, now: Timestamp) -> anyhow::Result<()> {
    let House { store, school, .. } = house;
    let (switch, gates, described) =
        store.read(|read| Ok::<_, StoreError>((read.switch()?, gates(read, school, now)?, read.described()?)))?;
    if json {
        output::json(&SwitchLine { on: switch.is_some(), papers: switch.as_ref() })?;
        for (person, gate) in &gates {
            let why: &[Shut] = if let Gate::Shut(why) = gate { why } else { &[] };
            let template = described.contains(person);
            output::json(&PupilLine { person, open: why.is_empty(), why, template })?;
        }
        return Ok(());
    }
    output::line(summary(switch.as_ref(), &gates, described.len()))?;
    for (person, gate) in &gates {
        let stands = match gate {
            Gate::Open(_) if described.contains(person) => "open, has a template".to_owned(),
            Gate::Open(_) => "open, no face confirmed yet".to_owned(),
            Gate::Shut(why) => {
                let why: Vec<_> = why.iter().map(|shut| shut.text(Reader::Other)).collect();
                format!("shut. {}", why.join(" "))
            }
        };
        output::line(format_args!("{person}: {stands}"))?;
    }
    Ok(())
}

/// One line for `status` and the doctor.
#[must_use]
pub(super) fn summary(switch: Option<&Switch>, gates: &BTreeMap<PersonId, Gate>, templates: usize) -> String {
    let Some(switch) = switch else {
        return "face matching: off; no face is compared and no template is kept".to_owned();
    };
    let open = gates.values().filter(|gate| matches!(gate, Gate::Open(_))).count();
    let Switch { dpia_reference, consulted_on, .. } = switch;
    let pupils = gates.len();
    format!(
        "face matching: on (impact assessment `{dpia_reference}`, consultation {consulted_on}); \
         {open} of {pupils} pupils' gates are open, {templates} have a template"
    )
}
