//! Finds pupils' names in file names, folder names, captions and tags.
