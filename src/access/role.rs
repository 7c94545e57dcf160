//! What each role may do: one table, shown to governors in the product and tested route by route.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::id::ChannelId;

/// Something that a request may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Open events and bring photos in.
    Upload,
    /// See photos as they were taken, say who is on them, count heads.
    NameFaces,
    /// See the pictures that wait for a channel, caption them, sign them off.
    Check,
    /// Fetch the pictures that a channel may show, and tell where they were placed.
    Pull,
    /// See pupils and what their families said.
    SeeConsents,
    /// Import pupils and consents, record what families say, link guardians.
    KeepConsents,
    /// Restrict a pupil, lift it, and see why.
    Restrict,
    /// Record incidents and follow them.
    Incidents,
    /// Search the audit chain.
    Audit,
    /// Take one person's whole file out.
    Export,
    /// See what is due for destruction, and destroy it.
    Retention,
    /// See the school's settings, and change them with a reason.
    Settings,
    /// Add accounts, give roles, reset, lock.
    Accounts,
    /// See how the service runs: metrics, jobs.
    Health,
    /// Decide for one's own children.
    OwnChildren,
    /// Decide for oneself.
    OwnSelf,
}

/// A role of an account; an account may have several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// Takes photos and names faces.
    Staff,
    /// Looks after one channel.
    Editor(ChannelId),
    /// Keeps the register and the consents.
    Office,
    /// The designated safeguarding lead.
    Dsl,
    /// The data protection officer, and governors who review.
    Dpo,
    /// Runs the machine, without seeing photos.
    NetworkManager,
    /// Manages accounts and settings.
    Admin,
    /// Has parental responsibility for pupils.
    Parent,
    /// Is a pupil.
    Pupil,
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role: use staff, editor:CHANNEL, office, dsl, dpo, network_manager, admin, parent or pupil")]
pub struct RoleError(String);

impl Role {
    /// Every role, the editor's for these channels; the order of the table shown to governors.
    #[must_use]
    pub fn all<'a>(channels: impl IntoIterator<Item = &'a ChannelId>) -> Vec<Self> {
        let editors = channels.into_iter().cloned().map(Self::Editor);
        let rest = [Self::Office, Self::Dsl, Self::Dpo, Self::NetworkManager, Self::Admin, Self::Parent, Self::Pupil];
        std::iter::once(Self::Staff).chain(editors).chain(rest).collect()
    }

    /// The table.
    #[must_use]
    pub fn permissions(&self) -> &'static [Permission] {
        use Permission::{
            Accounts, Audit, Check, Export, Health, Incidents, KeepConsents, NameFaces, OwnChildren, OwnSelf, Pull,
            Restrict, Retention, SeeConsents, Settings, Upload,
        };
        match self {
            Self::Staff => &[Upload, NameFaces],
            Self::Editor(_) => &[Check, Pull],
            Self::Office => &[Upload, NameFaces, SeeConsents, KeepConsents],
            Self::Dsl => &[NameFaces, SeeConsents, Restrict, Incidents],
            Self::Dpo => &[SeeConsents, Incidents, Audit, Export, Retention, Settings],
            Self::NetworkManager => &[Health],
            Self::Admin => &[SeeConsents, KeepConsents, Settings, Accounts, Health],
            Self::Parent => &[OwnChildren],
            Self::Pupil => &[OwnSelf],
        }
    }

    /// As people call it.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Staff => "Staff".to_owned(),
            Self::Editor(channel) => format!("{} editor", channel.title()),
            Self::Office => "Office".to_owned(),
            Self::Dsl => "Designated safeguarding lead".to_owned(),
            Self::Dpo => "Data protection officer or governor".to_owned(),
            Self::NetworkManager => "Network manager".to_owned(),
            Self::Admin => "Administrator".to_owned(),
            Self::Parent => "Parent or carer".to_owned(),
            Self::Pupil => "Pupil".to_owned(),
        }
    }

    /// Whether the role sees data of pupils other than the account's own family: it needs a second factor.
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        !matches!(self, Self::NetworkManager | Self::Parent | Self::Pupil)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff => f.write_str("staff"),
            Self::Editor(channel) => write!(f, "editor:{channel}"),
            Self::Office => f.write_str("office"),
            Self::Dsl => f.write_str("dsl"),
            Self::Dpo => f.write_str("dpo"),
            Self::NetworkManager => f.write_str("network_manager"),
            Self::Admin => f.write_str("admin"),
            Self::Parent => f.write_str("parent"),
            Self::Pupil => f.write_str("pupil"),
        }
    }
}

impl FromStr for Role {
    type Err = RoleError;
    fn from_str(text: &str) -> Result<Self, RoleError> {
        let wrong = || RoleError(text.to_owned());
        Ok(match text.trim() {
            "staff" => Self::Staff,
            "office" => Self::Office,
            "dsl" => Self::Dsl,
            "dpo" => Self::Dpo,
            "network_manager" => Self::NetworkManager,
            "admin" => Self::Admin,
            "parent" => Self::Parent,
            "pupil" => Self::Pupil,
            other => Self::Editor(other.strip_prefix("editor:").and_then(|id| id.parse().ok()).ok_or_else(wrong)?),
        })
    }
}

impl TryFrom<String> for Role {
    type Error = RoleError;
    fn try_from(text: String) -> Result<Self, RoleError> {
        text.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_come_back_from_their_texts() {
        let channel = "website".parse().unwrap();
        for role in Role::all([&channel]) {
            assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
        }
        for wrong in ["", "root", "editor", "editor:"] {
            assert!(wrong.parse::<Role>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn who_runs_the_machine_sees_no_photo_and_families_only_their_own() {
        assert_eq!(Role::NetworkManager.permissions(), [Permission::Health]);
        assert_eq!(Role::Parent.permissions(), [Permission::OwnChildren]);
        assert_eq!(Role::Pupil.permissions(), [Permission::OwnSelf]);
        let sealed = Role::all([]).into_iter().filter(|role| role.permissions().contains(&Permission::Restrict));
        assert_eq!(sealed.collect::<Vec<_>>(), [Role::Dsl]);
    }
}
