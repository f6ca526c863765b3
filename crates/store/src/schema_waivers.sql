-- Format 7 of the state file adds waivers of launch rules: one row for each ever asked for, none of them ever deleted.
CREATE TABLE waiver (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  work_key TEXT,
  site TEXT,
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  approved_by TEXT,
  approved_at TEXT,
  ended_by TEXT,
  ended_at TEXT
) STRICT, WITHOUT ROWID;
