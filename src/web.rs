//! The service that people touch.
