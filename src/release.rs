//! What leaves: packs for each channel, decided at the moment of use.
