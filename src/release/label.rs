//! What stands beside a picture that leaves: its neutral file name, its texts, its event's day.

use crate::consent::TextKind;
use crate::domain::event::Event;
use crate::domain::photo::Photo;
use crate::domain::time::Date;
use crate::store::{Read, StoreError};

/// What a picture is called. Only beside a picture that may leave is all of it known to name nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Neutral and unlike every other photo's, such as `sports-day-2026-06-12-007`.
    pub name: String,
    /// Its number within the event.
    pub number: u32,
    /// The event as the school calls it.
    pub event: String,
    /// The event's day.
    pub date: Date,
    /// The line below the picture, when somebody wrote one.
    pub caption: Option<String>,
    /// A description for those who do not see the picture: somebody's, or one that tells event and day.
    pub alt: String,
    /// The one that tells event and day.
    pub default_alt: String,
}

impl Label {
    /// The label of a photo.
    ///
    /// # Errors
    /// When the photo's event is not there or the store fails.
    pub fn of(read: &Read, photo: &Photo) -> Result<Self, StoreError> {
        let stem = read.stem(photo.event)?;
        match read.event(photo.event)? {
            Some(event) => Self::within(read, photo, &event, &stem),
            None => Err(StoreError::Missing { what: "event", id: photo.event.0.to_string() }),
        }
    }

    /// Every photo with its label, in the order of events and receipt.
    ///
    /// # Errors
    /// When the store fails.
    pub fn all(read: &Read) -> Result<Vec<(Photo, Self)>, StoreError> {
        let mut all = Vec::new();
        for event in read.events()? {
            let stem = read.stem(event.id)?;
            for photo in read.photos_of_event(event.id)? {
                let label = Self::within(read, &photo, &event, &stem)?;
                all.push((photo, label));
            }
        }
        Ok(all)
    }

    /// As people call it: event, day and number.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}, {}: photo {}", self.event, self.date.strftime("%-d %B %Y"), self.number)
    }

    /// Every name that the photo's file has or had: its event may have been renamed while the picture was elsewhere.
    ///
    /// # Errors
    /// When the photo's event is not there or the store fails.
    pub fn files(read: &Read, photo: &Photo) -> Result<Vec<String>, StoreError> {
        let stems = read.former_stems(photo.event)?.into_iter().chain([read.stem(photo.event)?]);
        Ok(stems.map(|stem| format!("{}.jpg", name(&stem, photo))).collect())
    }

    /// The name of the picture's file.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.jpg", self.name)
    }

    fn within(read: &Read, photo: &Photo, event: &Event, stem: &str) -> Result<Self, StoreError> {
        let alt = read.text(&photo.id, TextKind::AltText)?;
        let default_alt = format!("A photo from {}, {}", event.name, event.date.strftime("%-d %B %Y"));
        Ok(Self {
            name: name(stem, photo),
            number: photo.ordinal,
            event: event.name.clone(),
            date: event.date,
            caption: read.text(&photo.id, TextKind::Caption)?,
            alt: alt.unwrap_or_else(|| default_alt.clone()),
            default_alt,
        })
    }
}

fn name(stem: &str, photo: &Photo) -> String {
    format!("{stem}-{:03}", photo.ordinal)
}
