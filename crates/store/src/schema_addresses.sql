-- Format 5 of the state file adds changes of addresses: one row for each ever made, none of them ever deleted.
CREATE TABLE address_change (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  from_url TEXT,
  to_url TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
