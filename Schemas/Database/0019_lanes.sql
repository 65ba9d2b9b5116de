-- A run is divided into lanes, a number that is fixed when it opens: a batch sends at most one record a lane, and a lane is complete
-- with a number of batches. What is kept does not grow with batches x bins.
ALTER TABLE runs ADD COLUMN lanes integer NOT NULL DEFAULT 16 CHECK (lanes BETWEEN 1 AND 64);
ALTER TABLE ledger
    ADD COLUMN lanes bigint NOT NULL DEFAULT 0,
    ADD COLUMN is_part boolean NOT NULL DEFAULT false;

CREATE TABLE run_lanes (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    lane           integer NOT NULL,
    shards         integer NOT NULL,
    completed_by   bigint NOT NULL,
    PRIMARY KEY (run_id, lane)
);

CREATE TABLE interim_lanes (
    run_id         uuid NOT NULL,
    number         integer NOT NULL,
    lane           integer NOT NULL,
    shards         integer NOT NULL CHECK (shards > 0),
    PRIMARY KEY (run_id, number, lane),
    FOREIGN KEY (run_id, number) REFERENCES interim_marks ON DELETE CASCADE
);

DROP TABLE shard_feeds;

-- What is on its way of an open run of reads is divided by bin, which no process of this version gathers.
UPDATE runs SET state = 'failed', completed_at = now(), untold = true, stalled_at = NULL, stalled_because = NULL,
    failure = 'the suite was upgraded while the run was under way, and divides runs otherwise now; run the sample again'
WHERE state IN ('opened', 'sealed') AND NOT request ? 'task';

COMMENT ON COLUMN runs.lanes IS 'How many ways the run''s alignments are divided, fixed when it opens.';
COMMENT ON COLUMN ledger.lanes IS 'The lanes that a unit of align sent a batch to: bit n of lane n.';
COMMENT ON COLUMN ledger.is_part IS 'The unit is a part of one that is counted when all of it is done, such as a shard of a lane.';
COMMENT ON TABLE run_lanes IS 'The lanes of open runs of which all shards are encoded.';
COMMENT ON COLUMN run_lanes.run_id IS 'The run.';
COMMENT ON COLUMN run_lanes.lane IS 'The lane, from 0.';
COMMENT ON COLUMN run_lanes.shards IS 'How many shards it had.';
COMMENT ON COLUMN run_lanes.completed_by IS
    'The offset in alignments of the record that completed the lane: a reader that goes on behind it has sent the examples.';
COMMENT ON TABLE interim_lanes IS 'Lanes that have been asked what can be said of their shards at a mark.';
COMMENT ON COLUMN interim_lanes.run_id IS 'The run.';
COMMENT ON COLUMN interim_lanes.number IS 'The mark.';
COMMENT ON COLUMN interim_lanes.lane IS 'The lane, from 0.';
COMMENT ON COLUMN interim_lanes.shards IS 'How many shards the interim report has of it; one that stands for the lane is among them.';
