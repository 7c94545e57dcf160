//! Wiring: which rooms the program is made of, and the running service.
