//! Contract scenarios and fixtures.
