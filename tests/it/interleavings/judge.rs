//! What may have been fetched when, by a rule so simple that it needs no engine.

use std::sync::atomic::Ordering;

use super::photo::{DRAWN, FACES, LATE, PHOTOS, Sight};
use super::step::Step;
use super::world::{About, CLOCK, Hands, Pull, Said, World};

/// Photos of which it is plain what was said of them last.
#[derive(Default)]
pub(super) struct Settled {
    /// Those that left with what had been signed off while the others worked.
    pub(super) left: usize,
    /// Those that a new sign-off let leave.
    pub(super) signed: usize,
}

/// What was said last of a photo, where that is plain.
struct Last {
    /// Nothing while a hold or a restriction keeps the photo in.
    agreed: Option<Sight>,
    editor: Option<Said>,
    found: bool,
}

impl World {
    /// Why a picture should not have been there, or have shown what it did.
    pub(super) fn fault(&self, pull: &Pull) -> Option<String> {
        let Pull { photo, seen, began, ended, at, how } = pull;
        let possible = |about| self.possible(about, *began, *ended);
        let tags = |face| possible(About::Tag(*photo, face));
        let restricted = |person| !possible(About::Restriction(person)).contains(&Said::Restricted(false));
        let agrees =
            |person| possible(About::Answer(person)).iter().any(|said| matches!(said, Said::Yes(until) if until > at));
        let late = possible(About::Late(*photo));
        if !possible(About::Hold(*photo)).contains(&Said::Held(false)) {
            return Some(format!("{how} of photo {photo}: it is held for an incident: {pull:?}"));
        }
        for face in 0..FACES {
            let certainly =
                tags(face).iter().all(|tag| matches!(tag, Said::Tagged(Some(person)) if restricted(*person)));
            if certainly {
                return Some(format!("{how} of photo {photo}: face {face} is of somebody restricted: {pull:?}"));
            }
            let unknown_of = face == LATE && late.contains(&Said::Found(false));
            if unknown_of || !seen.is_some_and(|seen| seen[face]) {
                continue;
            }
            let may = |tag: &Said| matches!(tag, Said::Tagged(Some(person)) if agrees(*person) && !restricted(*person));
            if !tags(face).iter().any(may) {
                return Some(format!("{how} of photo {photo}: face {face} has no yes: {pull:?}"));
            }
            let checked = |said: &Said| matches!(said, Said::SignedOff(shown) if shown.contains(&face));
            if !possible(About::Editor(*photo)).iter().any(checked) {
                return Some(format!("{how} of photo {photo}: nobody signed off face {face}: {pull:?}"));
            }
        }
        let counted = possible(About::Count(*photo));
        if !late.iter().any(|late| counted.contains(&Said::People(heads(late)))) {
            return Some(format!("{how} of photo {photo}: the heads are not counted: {pull:?}"));
        }
        let signed = |said: &Said| matches!(said, Said::SignedOff(_));
        if !possible(About::Editor(*photo)).iter().any(signed) {
            return Some(format!("{how} of photo {photo}: nobody signed it off: {pull:?}"));
        }
        None
    }

    /// When all is quiet, exactly what was said last is shown: as far as it was signed off before, and all of it once somebody
    /// signs off what there is.
    pub(super) fn settled(&self, hands: &Hands<'_>) -> Result<Settled, String> {
        let mut all = Settled::default();
        for photo in 0..PHOTOS {
            let Some(Last { agreed, editor, found }) = self.last(photo) else { continue };
            self.act(hands, &Step::Count { photo, people: heads(&Said::Found(found)) });
            let wrong = |seen, expected, when| Err(format!("photo {photo} is {seen:?} {when}, not {expected:?}"));
            if let Some(editor) = editor {
                let within = |sight: &Sight| match &editor {
                    Said::SignedOff(shown) => {
                        (0..FACES).all(|face| !sight[face] || shown.contains(&face) || (face == LATE && !found))
                    }
                    _ => false,
                };
                let (seen, expected) = (self.image(hands, photo, None, true), agreed.filter(within));
                if seen != expected {
                    return wrong(seen, expected, "by the earlier word of its editor");
                }
                all.left += usize::from(seen.is_some());
            }
            self.sign_off(hands, photo);
            let seen = self.image(hands, photo, None, true);
            if seen != agreed {
                return wrong(seen, agreed, "signed off anew");
            }
            all.signed += usize::from(seen.is_some());
        }
        Ok(all)
    }

    /// Nothing where two things were said at once, of which either may have come last.
    fn last(&self, photo: usize) -> Option<Last> {
        let (moment, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let only = |about| match &self.possible(about, moment, moment)[..] {
            [said] => Some(said.clone()),
            _ => None,
        };
        let found = only(About::Late(photo))? == Said::Found(true);
        let mut stays = only(About::Hold(photo))? == Said::Held(true);
        let mut agreed = [false; FACES];
        for face in 0..FACES {
            if let Said::Tagged(Some(person)) = only(About::Tag(photo, face))? {
                stays |= only(About::Restriction(person))? == Said::Restricted(true);
                agreed[face] = matches!(only(About::Answer(person))?, Said::Yes(until) if until > at);
            }
        }
        // nobody knows of it yet: it is there for everybody to see
        agreed[LATE] |= !found;
        Some(Last { agreed: (!stays).then_some(agreed), editor: only(About::Editor(photo)), found })
    }
}

/// How many heads a photo has by what is known of its late face.
fn heads(late: &Said) -> usize {
    if *late == Said::Found(true) { FACES } else { DRAWN }
}
