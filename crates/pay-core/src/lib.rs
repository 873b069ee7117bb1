//! What users of the provider crates see, and the engine those crates stand on.

// values
pub mod amount;
mod clock;
pub mod currency;
mod future;
mod invalid;
mod luhn;
mod manual_clock;
mod randomness;
mod reference;
mod secret;
pub use amount::Amount;
pub use clock::{Clock, SystemClock};
pub use currency::Currency;
pub use future::BoxFuture;
pub use invalid::Invalid;
pub use manual_clock::ManualClock;
pub use randomness::{Randomness, SeededRandomness, SystemRandomness};
pub use reference::Reference;
pub use secret::Secret;
// end of values
