//! The database and the blobs: the only importer of the database crates.
