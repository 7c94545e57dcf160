//! A photo with its faces as whoever names them sees it: who is on it, who might be, what was said last.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::event::Event;
use crate::domain::face::{Face, Who};
use crate::domain::geometry::{Rect, Size};
use crate::domain::id::{ActorId, FaceId, PersonId, PhotoId};
use crate::domain::person::{Person, PersonKind};
use crate::domain::photo::{Photo, PhotoState};
use crate::names::folded;
use crate::pipeline::PipelineError;
use crate::store::{Read, Saying, StoreError};

/// Somebody whom a face may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Who.
    pub id: PersonId,
    /// The first name; with class, initial or id where several people have it. No two choices have the same.
    pub label: String,
    /// Whether they are on the event's roster.
    pub on_roster: bool,
    first: String,
    /// The label, folded.
    called: String,
}

/// Everybody on the register, the roster's people first, in the order of their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices(Vec<Choice>);

/// What a typed name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<'a> {
    /// Nobody.
    Nobody,
    /// Exactly one.
    One(&'a Choice),
    /// Several, who have to be told apart.
    Several(Vec<&'a Choice>),
}

/// A photo with everything that naming its faces needs.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The photo.
    pub photo: Photo,
    /// Its event.
    pub event: Event,
    /// The faces from left to right.
    pub faces: Vec<Face>,
    /// What was said last of each face.
    pub said: BTreeMap<FaceId, Saying>,
    /// Whoever may be on it.
    pub choices: Choices,
    /// How many people somebody counted.
    pub headcount: Option<u32>,
    /// The photo before it in the event.
    pub before: Option<Photo>,
    /// The people of the photo before, who are likely on this one, with their boxes there.
    pub lately: Vec<(PersonId, Rect)>,
    /// The next photo with something to do.
    pub next: Option<PhotoId>,
}

impl Choices {
    /// Everybody, for an event with this roster; without a roster everybody is on it. Staff always are.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load(read: &Read, event: &Event) -> Result<Self, StoreError> {
        let people: Vec<Person> = read.people()?.into_values().collect();
        let on_roster = |person: &Person| {
            let class = person.class.as_ref().is_some_and(|class| event.roster.contains(class));
            let left = person.leaving.is_some_and(|day| day < event.date);
            person.kind == PersonKind::Staff || ((class || event.roster.is_empty()) && !left)
        };
        let labels = labels(&people);
        let choice = |(person, label): (&Person, String)| Choice {
            id: person.id.clone(),
            called: folded(&label),
            label,
            on_roster: on_roster(person),
            first: folded(person.name.first()),
        };
        let mut choices: Vec<Choice> = people.iter().zip(labels).map(choice).collect();
        choices.sort_by_cached_key(|choice| (!choice.on_roster, choice.called.clone(), choice.id.clone()));
        Ok(Self(choices))
    }

    /// Everybody, the roster first.
    pub fn iter(&self) -> impl Iterator<Item = &Choice> {
        self.0.iter()
    }

    /// How a person is called here.
    #[must_use]
    pub fn label(&self, id: &PersonId) -> Option<&str> {
        self.0.iter().find(|choice| choice.id == *id).map(|choice| choice.label.as_str())
    }

    /// Whom a typed name means: a whole first name or label before first letters, and of first letters the roster before everybody
    /// else. Whoever has the typed name as a whole is never passed over, neither for somebody of the same name nor for somebody of
    /// the roster whose name only begins so.
    #[must_use]
    pub fn find(&self, typed: &str) -> Match<'_> {
        let typed = folded(typed.trim());
        if typed.is_empty() {
            return Match::Nobody;
        }
        let begun = self.0.iter().filter(|choice| choice.begins(&typed));
        let (whole, begun): (Vec<&Choice>, Vec<&Choice>) = begun.partition(|choice| choice.is_called(&typed));
        match whole.as_slice() {
            [one] if one.on_roster => Match::One(one),
            [_, _, ..] => Match::Several(whole),
            [] | [_] => {
                let (near, far): (Vec<&Choice>, Vec<&Choice>) = begun.into_iter().partition(|choice| choice.on_roster);
                let found = [near, whole].concat();
                let found = if found.is_empty() { far } else { found };
                match found.as_slice() {
                    [] => Match::Nobody,
                    [one] => Match::One(one),
                    _ => Match::Several(found),
                }
            }
        }
    }
}

impl Choice {
    /// Whether folded letters are the whole first name, or the label with or without its brackets.
    fn is_called(&self, typed: &str) -> bool {
        let bare = self.called.split_once(" (").map_or(self.called.as_str(), |(bare, _)| bare);
        self.first == typed || self.called == typed || bare == typed
    }

    fn begins(&self, typed: &str) -> bool {
        self.first.starts_with(typed) || self.called.starts_with(typed)
    }
}

impl Sheet {
    /// The photo as it is now.
    ///
    /// # Errors
    /// When there is no such photo or the store fails.
    pub fn load(read: &Read, id: &PhotoId) -> Result<Self, PipelineError> {
        let photo = read.photo(id)?.ok_or_else(|| PipelineError::NoPhoto(id.clone()))?;
        let event = read.event(photo.event)?.ok_or_else(|| PipelineError::NoPhoto(id.clone()))?;
        let before = read.photo_before(event.id, photo.ordinal)?;
        let lately = before.as_ref().map(|photo| read.faces(&photo.id)).transpose()?.unwrap_or_default();
        let lately = lately.into_iter().filter_map(|face| match face.who {
            Who::Person(person) => Some((person, face.rect)),
            _ => None,
        });
        let mut faces = read.faces(id)?;
        faces.sort_by(|a, b| a.rect.x1.total_cmp(&b.rect.x1));
        let next = match read.photo_to_name(event.id, photo.ordinal)? {
            Some(next) => Some(next),
            None => read.photo_to_name(event.id, 0)?.filter(|first| first != id),
        };
        Ok(Self {
            choices: Choices::load(read, &event)?,
            headcount: read.headcount(id)?,
            said: read.sayings(id)?.into_iter().map(|saying| (saying.face, saying)).collect(),
            lately: lately.collect(),
            faces,
            photo,
            event,
            before,
            next,
        })
    }

    /// What somebody saw who names this face: the number of what was said last of it, or 0.
    #[must_use]
    pub fn seen(&self, face: FaceId) -> i64 {
        self.said.get(&face).map_or(0, |saying| saying.id)
    }

    /// Whether faces can be named: somebody has looked inside the photo.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.photo.state, PhotoState::Found | PhotoState::Inspected)
    }

    /// The first face that waits for a name, after this one in the order of the page, then from its beginning.
    #[must_use]
    pub fn to_name(&self, after: Option<FaceId>) -> Option<&Face> {
        let waits = |face: &&Face| matches!(face.who, Who::Unknown | Who::Suggested(_));
        let place = after.and_then(|after| self.faces.iter().position(|face| face.id == after));
        let rest = self.faces.iter().skip(place.map_or(0, |place| place + 1));
        rest.chain(&self.faces).find(waits)
    }

    /// The people of the photo before who are not yet on this one, the nearest to this face's place first.
    #[must_use]
    pub fn likely(&self, face: &Face) -> Vec<&Choice> {
        let here: BTreeSet<&PersonId> = self.faces.iter().filter_map(|face| person(&face.who)).collect();
        let frame = |photo: &Photo| photo.size.map(Size::frame_rect);
        let (now, then) = (frame(&self.photo), self.before.as_ref().and_then(frame));
        let centre =
            |rect: &Rect, frame: Rect| ((rect.x1 + rect.x2) / (2.0 * frame.x2), (rect.y1 + rect.y2) / (2.0 * frame.y2));
        let distance = |rect: &Rect| match (now, then) {
            (Some(now), Some(then)) => {
                let (a, b) = (centre(&face.rect, now), centre(rect, then));
                (a.0 - b.0).hypot(a.1 - b.1)
            }
            _ => 0.0,
        };
        let mut near: Vec<&(PersonId, Rect)> = self.lately.iter().filter(|(id, _)| !here.contains(id)).collect();
        near.sort_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1)));
        near.into_iter().filter_map(|(id, _)| self.choices.iter().find(|choice| choice.id == *id)).collect()
    }

    /// The people who are named on several faces, with these.
    #[must_use]
    pub fn doubles(&self) -> Vec<(&PersonId, Vec<FaceId>)> {
        let mut faces: BTreeMap<&PersonId, Vec<FaceId>> = BTreeMap::new();
        for face in &self.faces {
            if let Who::Person(id) = &face.who {
                faces.entry(id).or_default().push(face.id);
            }
        }
        faces.into_iter().filter(|(_, faces)| faces.len() > 1).collect()
    }

    /// What this person said last of the photo, as long as nobody has said something else of that face since.
    #[must_use]
    pub fn to_undo(&self, actor: &ActorId) -> Option<&Saying> {
        let last = self.said.values().max_by_key(|saying| saying.id)?;
        (last.by == *actor && last.who != Who::Unknown).then_some(last)
    }
}

fn person(who: &Who) -> Option<&PersonId> {
    match who {
        Who::Person(id) | Who::Suggested(id) => Some(id),
        Who::Unknown | Who::Visitor | Who::NotAFace => None,
    }
}

/// First names; where two would be the same with the class, then with the surname's initial, then with the id.
fn labels(people: &[Person]) -> Vec<String> {
    let first = |person: &Person| person.name.first().to_owned();
    let class = |person: &Person| match &person.class {
        Some(class) => format!("{} ({class})", person.name.first()),
        None => first(person),
    };
    let initial = |person: &Person| {
        let initial: String = person.name.legal_surname.chars().take(1).collect();
        let class = person.class.as_ref().map(|class| format!(" ({class})")).unwrap_or_default();
        format!("{} {initial}{class}", person.name.first())
    };
    let id = |person: &Person| format!("{} ({})", person.name.first(), person.id);
    let ways: [&dyn Fn(&Person) -> String; 4] = [&first, &class, &initial, &id];
    let mut labels: Vec<String> = people.iter().map(first).collect();
    for way in ways {
        let mut count: BTreeMap<String, u32> = BTreeMap::new();
        for label in &labels {
            *count.entry(folded(label)).or_default() += 1;
        }
        let double = |label: &String| count.get(&folded(label)).is_some_and(|count| *count > 1);
        let clearer = people.iter().zip(&labels).map(|(p, label)| if double(label) { way(p) } else { label.clone() });
        labels = clearer.collect();
    }
    labels
}
