//! Ledger, snapshots and runs in SQLite.
