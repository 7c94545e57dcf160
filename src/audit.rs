//! What happened, as a hash chain that shows every later change.
