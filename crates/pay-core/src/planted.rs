//! Mistakes made on purpose, to prove that the search for faults finds them.
//!
//! They are compiled by `--cfg planted` only, which is no feature: nobody who uses these crates can
//! switch one on. `cargo xtask planted` builds them and lists them.

use std::sync::LazyLock;

/// Whether this mistake is to be made: the one that the environment variable `PLANTED` names.
#[must_use]
pub fn is(mistake: &str) -> bool {
    PLANTED.as_deref() == Some(mistake)
}

static PLANTED: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("PLANTED").ok());
