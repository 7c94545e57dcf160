//! Why: a code, the facts behind it, and one plain sentence with the remedy, never a name.

use serde::{Deserialize, Serialize};

use super::facts::TextKind;
use crate::domain::id::{EntryId, FaceId};

/// A reason of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which.
    pub code: Code,
    /// What it does to the photo.
    pub weight: Weight,
    /// The facts behind it.
    pub facts: Facts,
}

/// What a reason does to the photo; a later one outweighs an earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Told, and nothing more.
    Note,
    /// Waits for a human.
    Hold,
    /// May not leave.
    Block,
}

/// Who reads a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// The designated safeguarding lead.
    Dsl,
    /// Anybody else.
    Other,
}

/// The facts behind a reason, as far as it has them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The faces it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faces: Vec<FaceId>,
    /// The ledger's entries behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<EntryId>,
    /// What was found: a count, a percentage or pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<u32>,
    /// What would be right, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<u32>,
    /// The texts it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextKind>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Which reason; the words are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// A person of the photo must never be published.
    Restricted = "restricted",
    /// What everybody but the safeguarding lead is told of a restriction.
    Withheld = "withheld",
    /// Somebody refused.
    Refused = "refused",
    /// Somebody withdrew.
    Withdrawn = "withdrawn",
    /// The agreement has lapsed.
    Expired = "expired",
    /// Nobody has answered.
    NeverAsked = "never_asked",
    /// The person agreed.
    Granted = "granted",
    /// Nobody has said who it is.
    UnknownFace = "unknown_face",
    /// Somebody without a record.
    Visitor = "visitor",
    /// The matcher suggests somebody, no human has confirmed it.
    UnconfirmedSuggestion = "unconfirmed_suggestion",
    /// Perhaps a face; nobody has judged it.
    MaybeFace = "maybe_face",
    /// A human said that it is no face.
    NotAFace = "not_a_face",
    /// The file is not a picture that can be used.
    RefusedInput = "refused_input",
    /// Waits in quarantine.
    Quarantined = "quarantined",
    /// A name can be read in the picture.
    NameInPicture = "name_in_picture",
    /// Kept longer than the school's schedule says.
    RetentionOver = "retention_over",
    /// Pulled because of an incident.
    Held = "held",
    /// The channel asks for another category.
    CategoryMismatch = "category_mismatch",
    /// The thorough search for faces is not done.
    NotInspected = "not_inspected",
    /// Nobody has counted the people.
    HeadcountMissing = "headcount_missing",
    /// The count is not the number of faces.
    HeadcountMismatch = "headcount_mismatch",
    /// A text holds a name.
    NameInText = "name_in_text",
    /// The name of somebody on the register stands in the channel's credit.
    NameInCredit = "name_in_credit",
    /// Too much is hidden.
    ObscuredShare = "obscured_share",
    /// One face alone, and large.
    LoneLargeFace = "lone_large_face",
    /// Too few people are shown.
    MinPeople = "min_people",
    /// Nobody has signed off.
    SignOffMissing = "sign_off_missing",
    /// The sign-off was for something else.
    SignOffStale = "sign_off_stale",
    /// Somebody turned it down, and nobody has signed it off since.
    Rejected = "rejected",
    /// The uploader signed off.
    FourEyes = "four_eyes",
    /// The rendition is smaller so that no face is too large.
    SmallerRendition = "smaller_rendition",
    /// Less is shown than was signed off.
    StricterThanSigned = "stricter_than_signed",
    /// One person is named on several faces.
    SamePersonTwice = "same_person_twice",
    /// A region that hides somebody lies over a face that is shown.
    ShownFaceCovered = "shown_face_covered",
}

impl Reason {
    pub(super) fn new(code: Code, weight: Weight) -> Self {
        Self { code, weight, facts: Facts::default() }
    }

    /// The reason with what was found and what would be right.
    pub(super) fn numbers(mut self, found: u32, allowed: u32) -> Self {
        (self.facts.found, self.facts.allowed) = (Some(found), Some(allowed));
        self
    }

    /// The reason as this reader may know it: a restriction is only ever told to the safeguarding lead.
    #[must_use]
    pub fn told_to(&self, reader: Reader) -> Self {
        if self.code == Code::Restricted && reader != Reader::Dsl {
            Self { code: Code::Withheld, weight: self.weight, facts: Facts::default() }
        } else {
            self.clone()
        }
    }

    /// One plain sentence for this reader, with the remedy where there is one.
    #[must_use]
    pub fn text(&self, reader: Reader) -> String {
        let Self { code, facts, .. } = self.told_to(reader);
        let found = facts.found.unwrap_or_default();
        let allowed = facts.allowed.unwrap_or_default();
        let plain = match code {
            Code::Restricted => {
                "A person in this photo is under a safeguarding restriction: the photo must not be used."
            }
            Code::Withheld => "This photo may not be used.",
            Code::Refused => "The family or the person said no to this use.",
            Code::Withdrawn => "The family or the person has withdrawn their agreement to this use.",
            Code::Expired => "The agreement to this use has lapsed: ask the family again.",
            Code::NeverAsked => "Nobody has agreed to this use yet: ask the family.",
            Code::Granted => "The family or the person agreed to this use.",
            Code::UnknownFace => "Nobody has said who this is: name the face to show it.",
            Code::Visitor => "This is a visitor without a record: add a record with their agreement to show them.",
            Code::UnconfirmedSuggestion => "A name is only suggested for this face: confirm it or choose another.",
            Code::MaybeFace => "This may be a face: say who it is, or that it is not a face.",
            Code::NotAFace => "Somebody said that this is not a face.",
            Code::RefusedInput => "The file is not a picture that can be used: upload it again in a usable form.",
            Code::Quarantined => "The photo is in quarantine: somebody has to clear it or delete it.",
            Code::NameInPicture => "A name can be read in the picture: crop it away or use another photo.",
            Code::RetentionOver => "The school's time for keeping this photo is over: it may no longer be used.",
            Code::Held => "The school has pulled this photo: it may not be used until that is lifted.",
            Code::CategoryMismatch => {
                "The channel and the agreement asked for do not belong together: correct the settings."
            }
            Code::NotInspected => "The thorough search for faces is not finished: wait for it.",
            Code::HeadcountMissing => "Nobody has counted the people: count them and enter the number.",
            Code::NameInText => return name_in(&facts.texts),
            Code::NameInCredit => {
                "Somebody's name stands in the credit of this channel: change it in the school's settings."
            }
            Code::SignOffMissing => "Nobody has signed this photo off for the channel: look at it and sign it off.",
            Code::SignOffStale => "More would be shown than was signed off: look at it again and sign it off.",
            Code::Rejected => {
                "Somebody turned this photo down for the channel: sign it off if it may be used after all."
            }
            Code::FourEyes => "Whoever uploads a photo cannot sign it off: somebody else has to.",
            Code::StricterThanSigned => "Less is shown than was signed off, because less may be shown now.",
            Code::SamePersonTwice => {
                "The same person is named on more than one face of this photo: check that each of them is right."
            }
            Code::ShownFaceCovered => {
                "A face that is shown is partly covered by what hides another: say who is hidden there or that it is no face, or use another photo."
            }
            Code::HeadcountMismatch => {
                return format!(
                    "{found} faces are marked but {allowed} people were counted: mark the missing face or count again."
                );
            }
            Code::ObscuredShare => {
                return format!(
                    "{found}% of the picture would be hidden, more than {allowed}%: choose or crop another photo."
                );
            }
            Code::LoneLargeFace => {
                return format!(
                    "One face is shown alone and fills {found}% of the height, more than {allowed}%: use a photo of a group or crop wider."
                );
            }
            Code::MinPeople => {
                return format!("{found} people are shown, fewer than {allowed}: use a photo of a larger group.");
            }
            Code::SmallerRendition => {
                return format!(
                    "The picture is made at most {found} pixels long so that no face is taller than {allowed} pixels."
                );
            }
        };
        plain.to_owned()
    }
}

/// Which texts hold a name, and what is done about it: captions are written anew, an event is renamed.
fn name_in(texts: &[TextKind]) -> String {
    let called = |kind: &TextKind| match kind {
        TextKind::Caption => Some("the caption"),
        TextKind::AltText => Some("the alternative text"),
        TextKind::EventName => Some("the event's name"),
        TextKind::Credit | TextKind::InPicture => None,
    };
    let called: Vec<&str> = texts.iter().filter_map(called).collect();
    let place = if called.is_empty() { "a text of this photo".to_owned() } else { called.join(" and ") };
    let remedy = match (texts.contains(&TextKind::EventName), called.len()) {
        (true, 1) => "rename the event",
        (true, _) => "take it out and rename the event",
        (false, _) => "take it out",
    };
    format!("A name stands in {place}: {remedy}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_word_and_every_reason_is_one_sentence() {
        for &code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            let text = Reason::new(code, Weight::Note).numbers(7, 9).text(Reader::Dsl);
            assert!(text.ends_with('.') && text.matches(". ").count() == 0, "{text}");
        }
    }

    #[test]
    fn a_name_in_a_text_tells_which_text_and_what_to_do() {
        let text = |texts: &[TextKind]| {
            let facts = Facts { texts: texts.to_vec(), ..Facts::default() };
            Reason { facts, ..Reason::new(Code::NameInText, Weight::Hold) }.text(Reader::Other)
        };
        let [caption, alt, event] = [TextKind::Caption, TextKind::AltText, TextKind::EventName];
        assert_eq!(text(&[caption]), "A name stands in the caption: take it out.");
        assert_eq!(text(&[event]), "A name stands in the event's name: rename the event.");
        assert_eq!(text(&[caption, alt]), "A name stands in the caption and the alternative text: take it out.");
        let both = "A name stands in the alternative text and the event's name: take it out and rename the event.";
        assert_eq!(text(&[alt, event]), both);
    }

    #[test]
    fn only_the_safeguarding_lead_learns_of_a_restriction() {
        let mut reason = Reason::new(Code::Restricted, Weight::Block);
        reason.facts.faces = vec![FaceId(3)];
        reason.facts.entries = vec![EntryId(7)];
        assert_eq!(reason.told_to(Reader::Dsl), reason);
        assert_eq!(reason.told_to(Reader::Other), Reason::new(Code::Withheld, Weight::Block));
        assert_eq!(reason.text(Reader::Other), "This photo may not be used.");
        assert!(reason.text(Reader::Dsl).contains("safeguarding"));
        let refused = Reason { code: Code::Refused, ..reason };
        assert_eq!(refused.told_to(Reader::Other), refused);
    }
}
