//! The secret of this data folder.

use super::error::StoreError;
use super::handle::Read;

impl Read<'_> {
    /// 32 random bytes made with the data folder: the key of the noise that hides people.
    ///
    /// # Errors
    /// When the database fails.
    pub fn secret(&self) -> Result<[u8; 32], StoreError> {
        self.row("select secret from meta", [], |row| row.get(0))?.ok_or(StoreError::Foreign)
    }
}
