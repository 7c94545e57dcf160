//! The school's settings: `school.toml` in the data folder, read and checked as a whole; every key has a default.

pub mod change;

mod camera_folder;
mod mail;
mod push;
mod ready;
mod watched;

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::Deserialize;

use crate::access::password::Profile;
use crate::consent::policy::{self, Policy};
use crate::domain::camera::{AllowedCamera, Camera};
use crate::domain::category::Category;
use crate::domain::channel::Channel;
use crate::domain::id::ChannelId;
use crate::domain::text::unseen;

pub use camera_folder::CameraFolder;
pub use mail::{Mail, Security};
pub use push::Push;
pub use ready::Ready;
pub use watched::{Instead, Watched};

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("`{0}` cannot be read: check that it is a text file of less than a megabyte, and its permissions")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The file cannot be written.
    #[error("`{0}` cannot be written: check its permissions and the room on the disk")]
    Unwritable(PathBuf, #[source] std::io::Error),
    /// The file is no TOML of this shape; the source names the line and the key.
    #[error("`{0}` is not a settings file that this version knows: correct the line, or remove it for the default")]
    Shape(PathBuf, #[source] Box<toml::de::Error>),
    /// A value contradicts another.
    #[error("`{0}`: {1}")]
    Contradiction(PathBuf, String),
}

impl ConfigError {
    /// Where the file is wrong, by line and column; nothing of what it says.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let Self::Shape(_, error) = self else { return None };
        error.to_string().lines().next().map(str::to_owned)
    }
}

/// The file's name in the data folder.
pub const SETTINGS: &str = "school.toml";

/// The most bytes of a settings file.
const MOST_SETTINGS: u64 = 1 << 20;

/// What a settings file holds. Whatever is no file, such as a pipe that nobody writes to, is not waited for.
fn read_text(file: &Path) -> std::io::Result<String> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(file)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut text = String::new();
    // what was cut off could have been the stricter part
    let read = file.take(MOST_SETTINGS + 1).read_to_string(&mut text)?;
    let fits = u64::try_from(read).is_ok_and(|read| read <= MOST_SETTINGS);
    if fits { Ok(text) } else { Err(std::io::ErrorKind::FileTooLarge.into()) }
}

/// The longest name of a school and the longest credit, in characters.
const MOST_CREDIT: usize = 100;

/// Whether a name or a credit is written on one line that is not too long, with nothing unseen in it.
fn is_line(text: &str) -> bool {
    let written = !text.trim().is_empty() && !text.contains(unseen);
    written && text.chars().count() <= MOST_CREDIT
}

/// What a school has settled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct School {
    /// The school's name: the credit on the pictures of every channel that has none of its own.
    pub name: String,
    /// Where people reach the service, such as `https://eyelid.hill.example`: links in messages begin with it.
    pub address: Option<String>,
    /// Whether requests come through a proxy whose `X-Forwarded-For` is true.
    pub behind_proxy: bool,
    /// Which advice on passwords the school follows.
    pub passwords: Profile,
    /// Cameras whose photos are taken in; any when empty.
    pub cameras: Vec<AllowedCamera>,
    /// How messages leave; without it no message does.
    pub mail: Option<Mail>,
    /// Where cameras leave their photos; without it photos come by the pages only.
    pub camera_folder: Option<CameraFolder>,
    /// Whom families ask about their data: a name, an address or a telephone number.
    pub dpo_contact: Option<String>,
    /// Who may decide what, and until when consent lasts.
    pub policy: Policy,
    /// The purposes for which families are asked.
    pub categories: Vec<Category>,
    /// The queues that release pictures.
    pub channels: Vec<Channel>,
    /// Channels of ours that are turned on beside these.
    pub ready_channels: Vec<Ready>,
    /// How faces are matched, where the law's gate is open; it does not open it.
    pub recognition: Recognition,
    /// How long what is no longer used is kept.
    pub retention: Retention,
    /// What may be reached when pictures are sent out.
    pub push: Push,
}

/// How faces are matched to the people of an event's roster.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognition {
    /// The farthest Euclidean distance of a suggestion. At the default, 9 of 10 adults are found in a roster of 30 and
    /// one stranger of a hundred gets a wrong name; nothing is known of children, who are harder.
    pub max_distance: f32,
    /// The height in pixels of the smallest face that is compared.
    pub min_face_px: u32,
}

impl Default for Recognition {
    fn default() -> Self {
        Self { max_distance: 0.477, min_face_px: 40 }
    }
}

/// How long what is no longer used is kept; nothing is destroyed before somebody runs the retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Originals are destroyed so many days after they may no longer be used (`policy.keep_days`).
    pub originals_days: u32,
    /// What waits in quarantine is destroyed so many days after it came in.
    pub refused_days: u32,
    /// Photos are destroyed so many days after their event, whatever else allows.
    pub events_days: Option<u32>,
    /// Reasons of restrictions are kept up to this birthday of the pupil.
    pub safeguarding_age: u8,
}

impl Default for Retention {
    fn default() -> Self {
        Self { originals_days: 30, refused_days: 30, events_days: None, safeguarding_age: 25 }
    }
}

impl Default for School {
    fn default() -> Self {
        Self {
            name: "The school".to_owned(),
            address: None,
            behind_proxy: false,
            passwords: Profile::default(),
            cameras: Vec::new(),
            mail: None,
            camera_folder: None,
            dpo_contact: None,
            policy: Policy::default(),
            // constants that fit; were they not to, nothing would be released
            categories: policy::categories().unwrap_or_default(),
            channels: policy::channels().unwrap_or_default(),
            ready_channels: Vec::new(),
            recognition: Recognition::default(),
            retention: Retention::default(),
            push: Push::default(),
        }
    }
}

impl School {
    /// The settings of a data folder; the defaults when it holds no `school.toml`.
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key or contradicts itself.
    pub fn load(data: &Path) -> Result<Self, ConfigError> {
        let file = data.join(SETTINGS);
        let text = match read_text(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(ConfigError::Unreadable(file, error)),
        };
        Self::read(&text, &file)
    }

    /// The settings of a text that stands in `file`, or is about to.
    ///
    /// # Errors
    /// When it has an unknown key or contradicts itself.
    pub fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let whole = toml::from_str(text).and_then(|mut school: Self| {
            let own = toml::from_str::<toml::Table>(text)?.contains_key("categories");
            school.ready_channels.clone().into_iter().try_for_each(|ready| ready.turn_on(&mut school, own))?;
            Ok(school)
        });
        let school = match whole {
            Ok(school) => school,
            Err(error) => return Err(ConfigError::Shape(file.to_owned(), Box::new(error))),
        };
        match school.contradiction() {
            Some(what) => Err(ConfigError::Contradiction(file.to_owned(), what)),
            None => Ok(school),
        }
    }

    /// Whether photos of this camera are taken in: all are until the school lists cameras; then an untold one is not.
    #[must_use]
    pub fn allows(&self, camera: Option<&Camera>) -> bool {
        self.cameras.is_empty() || camera.is_some_and(|camera| self.cameras.iter().any(|listed| listed.matches(camera)))
    }

    /// The channel of that id with its category.
    #[must_use]
    pub fn channel(&self, id: &ChannelId) -> Option<(&Channel, &Category)> {
        let channel = self.channels.iter().find(|channel| channel.id == *id)?;
        Some((channel, self.category_of(channel)?))
    }

    /// The credit on a channel's pictures: its own line, or the school's name.
    #[must_use]
    pub fn credit<'a>(&'a self, channel: &'a Channel) -> &'a str {
        channel.credit.as_deref().unwrap_or(&self.name)
    }

    /// Every channel with its category, in the school's order.
    pub fn channels(&self) -> impl Iterator<Item = (&Channel, &Category)> {
        self.channels.iter().filter_map(|channel| Some((channel, self.category_of(channel)?)))
    }

    fn category_of(&self, channel: &Channel) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == channel.category)
    }

    fn contradiction(&self) -> Option<String> {
        if !(0.0..=1.0).contains(&self.recognition.max_distance) {
            return Some("[recognition] has a max_distance outside 0 to 1".to_owned());
        }
        if !is_line(&self.name) {
            return Some(format!(
                "name is no line of 1 to {MOST_CREDIT} characters: give the school's, every picture bears it"
            ));
        }
        let categories: BTreeSet<_> = self.categories.iter().map(|category| &category.id).collect();
        let channels: BTreeSet<_> = self.channels.iter().map(|channel| &channel.id).collect();
        if categories.len() != self.categories.len() {
            return Some("two categories have the same id: rename one".to_owned());
        }
        if channels.len() != self.channels.len() {
            return Some("two channels have the same id: rename one".to_owned());
        }
        let site = |address: &str| {
            let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
            host.is_some_and(|host| {
                !host.is_empty() && host.is_ascii() && !host.trim_end_matches('/').contains(['/', '?', '#'])
            })
        };
        if self.address.as_deref().is_some_and(|address| !site(address)) {
            return Some("address has to be like `https://eyelid.hill.example`, without a path".to_owned());
        }
        if let Some(what) = self.push.contradiction() {
            return Some(what.to_owned());
        }
        if let Some(mail) = &self.mail {
            if self.address.is_none() {
                return Some("[mail] needs `address`: links in messages begin with it".to_owned());
            }
            if let Some(what) = mail.contradiction() {
                return Some(what.to_owned());
            }
        }
        if let Some(what) = self.camera_folder.as_ref().and_then(CameraFolder::contradiction) {
            return Some(what.to_owned());
        }
        let file_name =
            |id: &ChannelId| id.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        self.channels.iter().find_map(|channel| {
            let id = &channel.id;
            if !file_name(id) {
                Some(format!("the channel `{id}` may hold only letters, digits, `_` and `-`"))
            } else if !categories.contains(&channel.category) {
                Some(format!("the channel `{id}` is for the category `{}`, which is not listed", channel.category))
            } else if channel.max_px == 0 {
                Some(format!("the channel `{id}` has max_px = 0: give the longest side in pixels"))
            } else if !(0.0..=1.0).contains(&channel.max_obscured_share) {
                Some(format!("the channel `{id}` has a max_obscured_share outside 0 to 1"))
            } else if channel.credit.as_deref().is_some_and(|credit| !is_line(credit)) {
                Some(format!("the channel `{id}` has a credit that is no line of 1 to {MOST_CREDIT} characters"))
            } else if channel.networks.iter().any(|network| !is_line(&network.name)) {
                Some(format!("the channel `{id}` has a network whose name is no line of 1 to {MOST_CREDIT} characters"))
            } else if channel.networks.iter().any(|network| network.max_px == 0 || network.max_alt == Some(0)) {
                Some(format!("the channel `{id}` has a network with max_px or max_alt = 0: give at least 1"))
            } else {
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_agree_with_themselves() {
        assert_eq!(School::default().contradiction(), None);
        assert!(School::default().channels().count() >= 3);
    }

    #[test]
    fn a_settings_file_is_refused_for_what_it_cannot_mean() {
        let folder = tempfile::tempdir().unwrap();
        let load = |text: &str| {
            std::fs::write(folder.path().join("school.toml"), text).unwrap();
            School::load(folder.path())
        };
        assert!(matches!(load("nmae = 'x'"), Err(ConfigError::Shape(..))));
        let long = format!("#{}\npolicy.four_eyes = true", "x".repeat(1 << 20));
        assert!(matches!(load(&long), Err(ConfigError::Unreadable(..))), "nothing is cut off without a word");
        let other = "[[channels]]\nid = 'x'\ncategory = 'nowhere'\nmax_px = 100\n";
        assert!(matches!(load(other), Err(ConfigError::Contradiction(..))));
        assert!(matches!(load("[recognition]\nmax_distance = nan"), Err(ConfigError::Contradiction(..))));
        assert!(matches!(load("[recognition]\non = true"), Err(ConfigError::Shape(..))));
        let credit =
            |line: &str| load(&format!("[[channels]]\nid = 'x'\ncategory = 'website'\nmax_px = 9\ncredit = {line}\n"));
        for wrong in ["''", "'  '", "\"a\\nb\"", "\"\\u202EgnoW oeL\"", &format!("'{}'", "x".repeat(101))] {
            assert!(matches!(credit(wrong), Err(ConfigError::Contradiction(..))), "{wrong}");
        }
        let network = |lines: &str| credit(&format!("'Hill'\n[[channels.networks]]\n{lines}"));
        for wrong in [
            "name = ''\nmax_px = 9",
            "name = \"a\\u202Eb\"\nmax_px = 9",
            "name = 'N'\nmax_px = 0",
            "name = 'N'\nmax_px = 9\nmax_alt = 0",
        ] {
            assert!(matches!(network(wrong), Err(ConfigError::Contradiction(..))), "{wrong}");
        }
        assert_eq!(network("name = 'N'\nmax_px = 9").unwrap().channels[0].networks[0].max_alt, None);
        let own = credit("'Photo: Hill School / A. Smith'").unwrap();
        assert_eq!(own.credit(&own.channels[0]), "Photo: Hill School / A. Smith");
        for wrong in [
            "''",
            "' '",
            "\"Hill\\nSchool\"",
            "\"\\u202EgnoW oeL\"",
            "\"Hill\\u2066\"",
            &format!("'{}'", "x".repeat(101)),
        ] {
            assert!(matches!(load(&format!("name = {wrong}")), Err(ConfigError::Contradiction(..))), "{wrong}");
        }
        assert_eq!(load("name = 'Hill School'").unwrap().name, "Hill School");
        let larger = load("[recognition]\nmin_face_px = 60").unwrap().recognition;
        assert_eq!((larger.min_face_px, larger.max_distance), (60, 0.477));
    }
}
