//! What may have been fetched when, by a rule so simple that it needs no engine.

use std::sync::atomic::Ordering;

use super::photo::{DRAWN, FACES, LATE, PHOTOS, Sight};
use super::step::Step;
use super::world::{About, CLOCK, Hands, Pull, Said, World};

/// How many pictures left once all was quiet.
#[derive(Default)]
pub(super) struct Settled {
    /// As the others left them.
    pub(super) left: usize,
    /// With what had been signed off before, once nothing else kept them in.
    pub(super) freed: usize,
    /// Signed off anew.
    pub(super) signed: usize,
    /// After every yes that lapses had lapsed.
    pub(super) lapsed: usize,
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

    /// When all is quiet, exactly what was said last is shown: as it is, once nothing but the families' words keeps it in, once
    /// somebody has signed off what there is, and once every yes that lapses has lapsed.
    pub(super) fn settled(&self, hands: &Hands<'_>) -> Result<Settled, String> {
        let mut all = Settled::default();
        for photo in 0..PHOTOS {
            all.left += self.is_as_said(hands, photo)?;
            self.free(hands, photo);
            all.freed += self.is_as_said(hands, photo)?;
            self.sign_off(hands, photo);
            all.signed += self.is_as_said(hands, photo)?;
        }
        for _ in 0..2 {
            self.act(hands, &Step::TimePasses);
        }
        for photo in 0..PHOTOS {
            all.lapsed += self.is_as_said(hands, photo)?;
        }
        Ok(all)
    }

    /// Looks at a photo of which it is plain what was said last; gives how many pictures left, which is one at most.
    fn is_as_said(&self, hands: &Hands<'_>, photo: usize) -> Result<usize, String> {
        let Some(expected) = self.last(photo) else { return Ok(0) };
        let seen = self.image(hands, photo, None, true);
        if seen == expected {
            return Ok(usize::from(seen.is_some()));
        }
        let changes = self.changes();
        Err(format!("photo {photo} is {seen:?} in the end, not {expected:?}\nafter {changes:?}"))
    }

    /// What a photo has to look like by what was said last; the outer nothing where two things were said at once, of which
    /// either may have come last, the inner one where it has to stay.
    fn last(&self, photo: usize) -> Option<Option<Sight>> {
        let (moment, at) = (self.tick(), CLOCK.load(Ordering::SeqCst));
        let only = |about| match &self.possible(about, moment, moment)[..] {
            [said] => Some(said.clone()),
            _ => None,
        };
        let late = only(About::Late(photo))?;
        let mut stays = only(About::Hold(photo))? == Said::Held(true);
        stays |= only(About::Count(photo))? != Said::People(heads(&late));
        let signed = match only(About::Editor(photo))? {
            Said::SignedOff(shown) => shown,
            _ => return Some(None),
        };
        let mut agreed = [false; FACES];
        for (face, agrees) in agreed.iter_mut().enumerate() {
            if let Said::Tagged(Some(person)) = only(About::Tag(photo, face))? {
                stays |= only(About::Restriction(person))? == Said::Restricted(true);
                *agrees = matches!(only(About::Answer(person))?, Said::Yes(until) if until > at);
                stays |= *agrees && !signed.contains(&face);
            }
        }
        // nobody knows of it yet: it is there for everybody to see
        agreed[LATE] |= late == Said::Found(false);
        Some((!stays).then_some(agreed))
    }
}

/// How many heads a photo has by what is known of its late face.
fn heads(late: &Said) -> usize {
    if *late == Said::Found(true) { FACES } else { DRAWN }
}
