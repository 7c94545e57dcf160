//! The school's settings: changed with a reason, kept, and in force from the next request on.

use std::fs;
use std::io;

use crate::config::change::{self, ChangeError, Setting};
use crate::config::{ConfigError, SETTINGS, School};
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::store::Store;

use super::error::OfficeError;
use super::text::written;

/// Changes a setting in the data folder's `school.toml` and records why; whoever follows the file goes by it from then on.
///
/// # Errors
/// When the value is none of the setting's, the reason is empty or too long, the file cannot be read or written, or the
/// store fails.
pub fn change(
    store: &Store,
    setting: Setting,
    value: &str,
    reason: &str,
    actor: &ActorId,
    now: Timestamp,
) -> Result<(), OfficeError> {
    let reason = written(reason, 1000)?;
    let file = store.folder().join(SETTINGS);
    store.write(actor, now, |w| {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ChangeError::from(ConfigError::Unreadable(file.clone(), error)).into()),
        };
        let before = School::read(&text, &file).map_err(ChangeError::from)?;
        let (text, school) = change::changed(&text, &file, setting, value)?;
        let (old, new) = (setting.value(&before), setting.value(&school));
        if old != new {
            let (table, key) = setting.place();
            let place = table.map_or_else(|| key.to_owned(), |table| format!("{table}.{key}"));
            w.change_setting(&place, &old, &new, &reason)?;
            // last, so that a file is never changed without its row
            change::keep(store.folder(), &text).map_err(ChangeError::from)?;
        }
        Ok(())
    })
}
