//! The roll of names, kept until the register changes.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::time::Timestamp;
use crate::names::{Roll, RollEntry};
use crate::store::{Read, StoreError};

/// The roll as it was last read; share it between requests.
#[derive(Debug, Default)]
pub struct RollCache(Mutex<Option<(i64, Arc<Roll>)>>);

impl RollCache {
    /// The names that everybody on the register bears or has borne, as this snapshot holds them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(&self, read: &Read) -> Result<Arc<Roll>, StoreError> {
        let version = read.names_version()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, roll)) = kept.as_ref()
            && *known == version
        {
            return Ok(Arc::clone(roll));
        }
        let roll = roll(read)?;
        *kept = Some((version, Arc::clone(&roll)));
        Ok(roll)
    }
}

/// The names that everybody on the register bears or has borne, against which texts are read.
///
/// # Errors
/// When the store fails.
pub fn roll(read: &Read) -> Result<Arc<Roll>, StoreError> {
    roll_at(read, Timestamp::MAX)
}

/// The names that the register had known by a moment.
///
/// # Errors
/// When the store fails.
pub fn roll_at(read: &Read, at: Timestamp) -> Result<Arc<Roll>, StoreError> {
    Ok(Arc::new(Roll::new(read.names(at)?.into_iter().map(|(id, name)| RollEntry { id, name }))))
}
