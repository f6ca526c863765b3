-- The last look at each live page.
CREATE TABLE page_probe (
    work_key TEXT NOT NULL,
    site TEXT NOT NULL,
    probed_at TEXT NOT NULL,
    -- As the looking room writes it.
    probe TEXT NOT NULL,
    PRIMARY KEY (work_key, site)
) STRICT, WITHOUT ROWID;
