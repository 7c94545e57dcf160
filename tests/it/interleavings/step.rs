//! What one client does.

use proptest::prelude::*;

use super::photo::{FACES, PHOTOS};
use super::world::PEOPLE;

/// Something that one client does.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Yes {
        person: usize,
        lapses: bool,
    },
    No {
        person: usize,
    },
    /// A no and a yes, each looked at as soon as it has its answer.
    ChangeMind {
        person: usize,
        photo: usize,
    },
    Restrict {
        person: usize,
    },
    Lift {
        person: usize,
    },
    /// An incident: the photo is pulled.
    Hold {
        photo: usize,
    },
    LetGo {
        photo: usize,
    },
    /// The face that nobody saw at first.
    FindLate {
        photo: usize,
    },
    Tag {
        photo: usize,
        face: usize,
        person: Option<usize>,
    },
    /// The heads that are known by now; whoever is sloppy counts one more or less.
    Count {
        photo: usize,
        sloppy: bool,
    },
    SignOff {
        photo: usize,
    },
    TurnDown {
        photo: usize,
    },
    TimePasses,
    /// `known` asks as a browser does that has the picture already.
    Image {
        photo: usize,
        width: Option<u32>,
        known: bool,
    },
    Feed,
    Pack,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let (person, photo, face) = (0..PEOPLE, 0..PHOTOS, 0..FACES);
    let width = prop::sample::select(vec![None, Some(320), Some(160)]);
    prop_oneof![
        4 => (person.clone(), any::<bool>()).prop_map(|(person, lapses)| Step::Yes { person, lapses }),
        3 => person.clone().prop_map(|person| Step::No { person }),
        2 => (person.clone(), photo.clone()).prop_map(|(person, photo)| Step::ChangeMind { person, photo }),
        1 => person.clone().prop_map(|person| Step::Restrict { person }),
        4 => person.clone().prop_map(|person| Step::Lift { person }),
        1 => photo.clone().prop_map(|photo| Step::Hold { photo }),
        3 => photo.clone().prop_map(|photo| Step::LetGo { photo }),
        1 => photo.clone().prop_map(|photo| Step::FindLate { photo }),
        2 => (photo.clone(), face, prop::option::weighted(0.8, person))
            .prop_map(|(photo, face, person)| Step::Tag { photo, face, person }),
        4 => (photo.clone(), prop::bool::weighted(0.15)).prop_map(|(photo, sloppy)| Step::Count { photo, sloppy }),
        10 => photo.clone().prop_map(|photo| Step::SignOff { photo }),
        1 => photo.clone().prop_map(|photo| Step::TurnDown { photo }),
        2 => Just(Step::TimePasses),
        12 => (photo, width, any::<bool>()).prop_map(|(photo, width, known)| Step::Image { photo, width, known }),
        3 => Just(Step::Feed),
        2 => Just(Step::Pack),
    ]
}
