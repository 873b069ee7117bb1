//! What users of the provider crates see, and the engine those crates stand on.
