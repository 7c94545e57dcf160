//! Changes of the school's settings, each with its reason.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;

/// A change of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// The setting's key in `school.toml`, such as `policy.voice_age`.
    pub setting: String,
    /// The value before, as people read it.
    pub before: String,
    /// The value since then.
    pub after: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: ActorId,
}

impl Read {
    /// Every change, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn setting_changes(&self) -> Result<Vec<SettingChange>, StoreError> {
        let sql = "select setting, before, after, reason, at, actor from setting_changes order by id desc";
        self.rows(sql, [], |row| {
            Ok(SettingChange {
                setting: row.get(0)?,
                before: row.get(1)?,
                after: row.get(2)?,
                reason: row.get(3)?,
                at: row.get::<_, At>(4)?.0,
                by: row.get(5)?,
            })
        })
    }
}

impl Write<'_> {
    /// Records that a setting was changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_setting(&self, setting: &str, before: &str, after: &str, reason: &str) -> Result<(), StoreError> {
        let sql = "insert into setting_changes (setting, before, after, reason, at, actor)
                   values (?1, ?2, ?3, ?4, ?5, ?6)";
        let changed = |change| Event::SettingChanged { change, setting: setting.to_owned() };
        self.change(sql, (setting, before, after, reason, At(self.now), self.actor), changed).map(drop)
    }
}
