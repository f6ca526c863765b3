-- Format 10 of the state file adds where titles are used: the editors' entries that refer to them, as they were when they were last
-- read. All rows are of one reading, whose time the other table keeps.
CREATE TABLE module (
    content_type TEXT NOT NULL,
    uid TEXT NOT NULL,
    locale TEXT NOT NULL,
    environment TEXT NOT NULL,
    -- From when it will be live; empty where it is live.
    live_from TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    -- Uids of the entries that it refers to, in its order: a JSON array.
    refers_to TEXT NOT NULL,
    PRIMARY KEY (content_type, uid, locale, environment, live_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE module_reading (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    read_at TEXT NOT NULL
) STRICT;
