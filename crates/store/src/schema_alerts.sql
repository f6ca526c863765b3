-- What was told to whom: known alerts, titles that were ready, the days of digests, snoozes, and messages until they are sent.
CREATE TABLE alert (
    key TEXT PRIMARY KEY,
    -- As the deciding room writes it.
    remembered TEXT NOT NULL
) STRICT;

CREATE TABLE alert_ready (
    work_key TEXT NOT NULL,
    site TEXT NOT NULL,
    PRIMARY KEY (work_key, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_digest (
    channel TEXT PRIMARY KEY,
    day TEXT NOT NULL
) STRICT;

CREATE TABLE alert_snooze (
    id TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    until TEXT NOT NULL,
    reason TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at TEXT NOT NULL,
    ended_by TEXT,
    ended_at TEXT
) STRICT;

CREATE TABLE alert_message (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    made_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at TEXT NOT NULL,
    -- Somebody is sending it until then.
    taken_until TEXT,
    sent_at TEXT,
    given_up_at TEXT,
    trouble TEXT
) STRICT;

CREATE INDEX alert_message_due ON alert_message (next_at) WHERE sent_at IS NULL AND given_up_at IS NULL;

-- How often what is remembered was written: of two processes that look at once, one writes.
CREATE TABLE alert_round (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number INTEGER NOT NULL
) STRICT;
