-- How far each stage has come in its topics, written in the transaction of the rows: a database that lost its newest rows
-- knows less than the broker, and the stage reads again from here.
CREATE TABLE stage_offsets (
    stage_group      text NOT NULL,
    topic            text NOT NULL,
    topic_partition  integer NOT NULL,
    -- The rows of every record before this one are stored.
    next_offset      bigint NOT NULL,
    moved_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage_group, topic, topic_partition)
);

ALTER TABLE runs
    -- Candidates in a record of `examples`: fixed by the process that first makes one, whatever others are configured to.
    ADD COLUMN encode_part integer,
    -- When ingest last sent something of the run, or encode read it again; the stages have times of their own.
    ADD COLUMN progressed_at timestamptz NOT NULL DEFAULT now(),
    -- Since when nothing has gone on, and which stage and unit is missing; NULL while the run goes on.
    ADD COLUMN stalled_at timestamptz,
    ADD COLUMN stalled_because text,
    -- Records were lost that may have been this run's: whether they were is found out at once.
    ADD COLUMN suspected_because text,
    -- The topic `runs` has yet to be told of the row's present state.
    ADD COLUMN untold boolean NOT NULL DEFAULT false;
CREATE INDEX runs_over ON runs (completed_at) WHERE state IN ('completed', 'failed');
CREATE INDEX runs_untold ON runs (run_id) WHERE untold;

CREATE FUNCTION run_progressed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.progressed_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER run_progressed BEFORE UPDATE OF state, batches_sent ON runs
    FOR EACH ROW EXECUTE FUNCTION run_progressed();

ALTER TABLE run_stages
    ADD COLUMN began_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN progressed_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN closed_at timestamptz;

-- What a unit fed to the next stage, as a digest of the names: whoever does the unit again must come to the same.
ALTER TABLE ledger ADD COLUMN fed_digest text;

-- Which dead letters were sent again, by whom and why.
CREATE TABLE dead_letter_replays (
    letter_partition  integer NOT NULL,
    letter_offset     bigint NOT NULL,
    -- Milliseconds since 1970 by the broker: a broker that was replaced counts offsets anew.
    letter_time       bigint NOT NULL,
    -- Where the record was read when it was rejected: `topic/partition/offset`.
    origin            text NOT NULL,
    reason            text NOT NULL,
    run_id            uuid,
    actor             text NOT NULL,
    -- Where the topic ended before it was sent again: whoever goes on after a crash looks from here on whether it was.
    topic             text NOT NULL,
    topic_partition   integer NOT NULL,
    topic_end         bigint NOT NULL,
    begun_at          timestamptz NOT NULL DEFAULT now(),
    sent_at           timestamptz,
    PRIMARY KEY (letter_partition, letter_offset, letter_time)
);
