//! The decision engine: pure, total, and explained.
