-- A run's report can be amended: its next version is stored first and published then, with the bytes that are stored.
ALTER TABLE reports ADD COLUMN is_published boolean NOT NULL DEFAULT true;

COMMENT ON COLUMN reports.is_published IS 'Whether the broker acknowledged the record; false of an amendment that is still to be sent.';

CREATE INDEX reports_unpublished ON reports (run_id, version) WHERE NOT is_published;
