-- Where books stand in the workflow of the launch gate, as we last set it: `held`, `cleared`, or `unknown` where a reply was lost.
CREATE TABLE stage (
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  locale TEXT NOT NULL,
  stage TEXT NOT NULL,
  PRIMARY KEY (kind, source_key, locale)
) STRICT, WITHOUT ROWID;
