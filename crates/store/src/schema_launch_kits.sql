-- Campaign pages that were made for titles, one each for ever: written down before it is made.
CREATE TABLE launch_kit (
    work_key TEXT PRIMARY KEY,
    content_type TEXT NOT NULL,
    -- By which it is found again where the answer that made it was lost.
    title TEXT NOT NULL,
    meant_at TEXT NOT NULL,
    -- Its uid, once it is known to be there.
    entry TEXT
) STRICT, WITHOUT ROWID;
