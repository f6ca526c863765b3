-- Format 8 of the state file adds milestones of titles, as last imported.
CREATE TABLE milestone (
  work_key TEXT NOT NULL,
  name TEXT NOT NULL,
  assignee TEXT,
  due TEXT,
  done TEXT,
  read_at TEXT NOT NULL,
  PRIMARY KEY (work_key, name)
) STRICT, WITHOUT ROWID;
