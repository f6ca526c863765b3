-- Format 2 of the state file adds holds: one row for each ever placed, none of them ever deleted.
CREATE TABLE hold (
  id TEXT PRIMARY KEY,
  work_key TEXT NOT NULL,
  site TEXT,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  placed_by TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  lifted_by TEXT,
  lifted_at TEXT
) STRICT, WITHOUT ROWID;
