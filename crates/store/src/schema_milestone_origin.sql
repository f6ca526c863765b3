-- Dates that the source's own records have stand beside imported to-dos, and neither replaces the other.
ALTER TABLE milestone ADD COLUMN origin TEXT NOT NULL DEFAULT 'import';
