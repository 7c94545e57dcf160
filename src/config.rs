//! The school's settings, validated once.
