-- Format 6 of the state file adds the addresses at which a page was ever public: only from these may anything lead on.
CREATE TABLE public_address (
  url TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
-- Of a file of an earlier format: an address that was made, not chosen, was made because its page became public, and so
-- is one whose entry or whose redirect is published.
INSERT OR IGNORE INTO public_address
  SELECT url FROM url WHERE url NOT IN (SELECT to_url FROM address_change)
    OR EXISTS (SELECT 1 FROM publication p WHERE p.kind = url.kind AND p.source_key = url.source_key);
INSERT OR IGNORE INTO public_address
  SELECT from_url FROM address_change WHERE from_url IS NOT NULL AND (
    from_url NOT IN (SELECT to_url FROM address_change)
    OR EXISTS (
      SELECT 1 FROM publication p
      WHERE p.kind = 'redirect' AND p.source_key = 'frontlist:redirect:' || address_change.id));
