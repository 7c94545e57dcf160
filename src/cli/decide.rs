//! `eyelid decide`: the verdict on a photo for each channel, with every reason, now or at another moment.

use serde::Serialize;

use super::place::{Question, moment};
use super::{Outcome, clock, output};
use crate::consent::{Decision, FaceAct, Reader, Reason, StandingKind, Verdict};
use crate::domain::geometry::Region;
use crate::domain::id::{ChannelId, Digest, FaceId, PersonId, PhotoId};
use crate::pipeline::{Identified, Past, PipelineError, roll, roll_at};

/// Explain where a photo may go
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid decide 3f9a01c2d4e5f6071829 --data school\n\
\x20 eyelid decide 3f9a01c2d4e5f6071829 --channel website --at 2026-06-12 --json --data school")]
pub(super) struct Args {
    /// The photo's id
    photo: PhotoId,
    /// Only this channel
    #[arg(long)]
    channel: Option<ChannelId>,
    /// Another moment than now, by what was known then and the settings of today: `2026-06-12` or a date with time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    question: Question,
}

#[derive(Serialize)]
struct Line<'a> {
    channel: &'a ChannelId,
    verdict: Verdict,
    faces: Vec<FaceLine>,
    regions: Vec<Region>,
    long_side: u32,
    fingerprint: Digest,
    reasons: Vec<ReasonLine>,
}

#[derive(Serialize)]
struct FaceLine {
    face: FaceId,
    person: Option<PersonId>,
    verdict: FaceAct,
    standing: Option<StandingKind>,
    reason: &'static str,
}

#[derive(Serialize)]
struct ReasonLine {
    code: &'static str,
    text: String,
}

/// Runs the command.
///
/// Whoever reads a data folder's verdicts has the folder, so codes are told in full; sentences are those for everybody.
///
/// # Errors
/// When there is no such photo or channel, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.question.place.open()?;
    let at = args.at.as_deref().map(|text| moment(text, &house.school)).transpose()?;
    let channels = match &args.channel {
        Some(id) => vec![house.channel(id)?],
        None => house.school.channels().collect(),
    };
    let decisions: Vec<Decision> = house.store.read(|read| {
        let school = &house.school;
        let Some(at) = at else {
            let identified = Identified::load(read, &roll(read)?, &args.photo)?;
            let now = clock::now();
            return Ok(channels
                .iter()
                .map(|(channel, category)| identified.decide(school, channel, category, now))
                .collect());
        };
        let past = Past::load(read, &roll_at(read, at)?, &args.photo, at)?;
        Ok::<_, PipelineError>(
            channels.iter().map(|(channel, category)| past.decide(school, channel, category)).collect(),
        )
    })?;
    for decision in &decisions {
        if args.question.json {
            output::json(&line(decision))?;
        } else {
            tell(decision)?;
        }
    }
    Ok(Outcome::Done)
}

fn line(decision: &Decision) -> Line<'_> {
    let faces = decision.faces().iter().map(|face| FaceLine {
        face: face.face,
        person: face.person.clone(),
        verdict: face.verdict,
        standing: face.standing,
        reason: face.reason.code.as_str(),
    });
    let reason = |reason: &Reason| ReasonLine { code: reason.code.as_str(), text: reason.text(Reader::Other) };
    Line {
        channel: decision.channel(),
        verdict: decision.verdict(),
        faces: faces.collect(),
        regions: decision.regions(),
        long_side: decision.long_side(),
        fingerprint: decision.fingerprint(),
        reasons: decision.reasons().iter().map(reason).collect(),
    }
}

fn tell(decision: &Decision) -> std::io::Result<()> {
    output::line(format_args!("{}: {}", decision.channel(), word(decision.verdict())))?;
    for reason in decision.reasons() {
        output::line(format_args!("  {}", reason.text(Reader::Other)))?;
    }
    decision.faces().iter().try_for_each(|face| {
        let person = face.person.as_ref().map_or_else(|| "nobody named".to_owned(), ToString::to_string);
        output::line(format_args!("  face {}, {person}: {}", face.face, face.reason.text(Reader::Other)))
    })
}

/// A verdict as a word.
#[must_use]
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Release => "release",
        Verdict::Hold => "hold",
        Verdict::Block => "block",
    }
}
