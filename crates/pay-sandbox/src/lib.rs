//! Payment providers imitated as one local, stateful, faulty server.
