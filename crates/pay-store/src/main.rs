//! For the person on call.
fn main() {}
