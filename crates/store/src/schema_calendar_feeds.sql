-- Secret addresses by which people's calendars read what is due. Kept as hashes only; of each account one stands.
CREATE TABLE calendar_feed (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    -- Only what is this role's task, and only on this site; everything where there is none.
    owner TEXT,
    site TEXT,
    made_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX calendar_feed_account ON calendar_feed (account) WHERE revoked_at IS NULL;
