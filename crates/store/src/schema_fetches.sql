-- Files that could not be fetched, with when that was last tried and why it failed, until one of that address and mark comes.
CREATE TABLE failed_fetch (
  link TEXT NOT NULL,
  mark TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  at TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (link, mark)
) STRICT, WITHOUT ROWID;
