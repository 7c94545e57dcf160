//! `eyelid restrict` and `eyelid consent`: a word on consent, recorded at once.

use super::decision::Decision;
use super::place::{Place, day, moment, said_at};
use super::{Outcome, clock};
use crate::consent::ledger::{Giver, Method};
use crate::domain::category::Medium;
use crate::domain::id::{CategoryId, PersonId, PhotoId};
use crate::domain::person::PersonKind;
use crate::import::giver_key;
use crate::office::{self, OfficeError, Word, safeguarding};

/// Record the safeguarding lead's "never publish", or lift it
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid restrict P031 --data school\n\
\x20 eyelid restrict P031 --lift --data school")]
pub(super) struct RestrictArgs {
    /// The pupil's id
    pupil: PersonId,
    /// End the restrictions made before
    #[arg(long)]
    lift: bool,
    #[command(flatten)]
    place: Place,
}

/// Record what a family said about one use
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid consent P012 website withdrawn --giver G0121 --data school\n\
\x20 eyelid consent P012 newsletter granted --giver G0121 --valid-until 2027-07-31 --data school")]
pub(super) struct ConsentArgs {
    /// The pupil's id
    pupil: PersonId,
    /// The use category, such as `website`
    category: CategoryId,
    /// The answer
    #[arg(value_enum)]
    decision: Decision,
    /// Who said it, as the consent list names them
    #[arg(long)]
    giver: Option<String>,
    /// What they are to the pupil
    #[arg(long, value_enum)]
    giver_role: Option<Role>,
    /// Photo or video
    #[arg(long, value_enum, default_value_t = MediumName::Photo)]
    medium: MediumName,
    /// Only this photo
    #[arg(long)]
    photo: Option<PhotoId>,
    /// How it reached the school
    #[arg(long, value_enum, default_value_t = MethodName::Paper)]
    method: MethodName,
    /// When it was said, if not now: `2026-06-12` or a date with time
    #[arg(long)]
    made_at: Option<String>,
    /// The first day of a yes
    #[arg(long)]
    valid_from: Option<String>,
    /// The last day of a yes
    #[arg(long)]
    valid_until: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    Guardian,
    Pupil,
    #[value(name = "self")]
    Own,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MediumName {
    Photo,
    Video,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MethodName {
    Paper,
    Portal,
    Import,
    Verbal,
}

/// Runs `eyelid restrict`.
///
/// # Errors
/// When there is no such person, whoever is lifted is not restricted, or the store fails.
pub(super) fn restrict(args: &RestrictArgs) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let (store, actor, now) = (&house.store, &house.actor, clock::now());
    if args.lift {
        safeguarding::lift(store, &args.pupil, actor, now)?;
    } else {
        safeguarding::restrict(store, &args.pupil, None, actor, now)?;
    }
    Ok(Outcome::Done)
}

/// Runs `eyelid consent`.
///
/// # Errors
/// When there is no such person or category, a date is none, lies ahead or ends before it begins, or the store fails.
pub(super) fn consent(args: &ConsentArgs) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let now = clock::now();
    let choice = args.decision.into();
    let valid_from = args.valid_from.as_deref().map(|text| moment(text, &house.school)).transpose()?;
    let valid_until = match &args.valid_until {
        // a day is meant to its end
        Some(text) => Some(match day(text) {
            Some(last) => house.school.policy.end_of(last),
            None => moment(text, &house.school)?,
        }),
        None => None,
    };
    let person = house.store.read(|read| read.person(&args.pupil))?;
    let kind = person.ok_or_else(|| OfficeError::NoPerson(args.pupil.clone()))?.kind;
    let word = Word {
        category: args.category.clone(),
        medium: match args.medium {
            MediumName::Photo => Medium::Photo,
            MediumName::Video => Medium::Video,
        },
        photo: args.photo.clone(),
        choice,
        giver: match (args.giver_role, kind) {
            (Some(Role::Pupil), _) => Giver::Pupil,
            (Some(Role::Own), _) | (None, PersonKind::Staff | PersonKind::Visitor) => Giver::Own,
            (Some(Role::Guardian) | None, _) => Giver::Guardian(giver_key(args.giver.as_deref().unwrap_or_default())),
        },
        method: match args.method {
            MethodName::Paper => Method::Paper,
            MethodName::Portal => Method::Portal,
            MethodName::Import => Method::Import,
            MethodName::Verbal => Method::Verbal,
        },
        made_at: said_at(args.made_at.as_deref(), choice, &house.school, now)?,
        valid_from,
        valid_until,
        evidence: None,
    };
    office::speak(&house.store, &house.school, &args.pupil, &[word], &house.actor, now)?;
    Ok(Outcome::Done)
}
