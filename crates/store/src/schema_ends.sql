-- Ends handed to the stack: when what will be unpublished where. A file is `asset` and its content hash.
CREATE TABLE scheduled_end (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  environment TEXT NOT NULL,
  locale TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, source_key, environment, locale)
) STRICT, WITHOUT ROWID;
