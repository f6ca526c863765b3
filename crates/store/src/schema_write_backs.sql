-- Links that were made at the source, each written down before it was made.
CREATE TABLE written_link (
    id TEXT PRIMARY KEY,
    work_key TEXT NOT NULL,
    site TEXT NOT NULL,
    product INTEGER NOT NULL,
    link TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Its number at the source; nothing while no answer has said it.
    link_id INTEGER,
    -- intent, stands or gone.
    state TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX written_link_place ON written_link (work_key, site) WHERE state <> 'gone';
