-- A run is one sample's reads on their way to one report.
CREATE TABLE runs (
    run_id        uuid PRIMARY KEY,
    sample        text NOT NULL,
    state         text NOT NULL CHECK (state IN ('opened', 'sealed', 'completed', 'failed')),
    -- The ingest job as it was asked for: inputs, reference, preset, regions (event `job`).
    request       jsonb NOT NULL,
    -- What ingest counted when it sealed the run (event `run`, `counts`).
    counts        jsonb,
    failure       text,
    -- How many batches of reads are known to be in their topic: a restarted ingest sends on from here.
    batches_sent  bigint NOT NULL DEFAULT 0,
    -- Bytes of reads in a batch: whoever goes on with the run cuts it alike.
    batch_bytes   bigint NOT NULL DEFAULT 0,
    opened_at     timestamptz NOT NULL DEFAULT now(),
    sealed_at     timestamptz,
    completed_at  timestamptz
);
CREATE INDEX runs_open ON runs (run_id) WHERE state IN ('opened', 'sealed');

-- How far each stage of a run is. `expected` is unknown until the stage before it has closed.
CREATE TABLE run_stages (
    run_id        uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    stage         text NOT NULL,
    expected      bigint,
    done          bigint NOT NULL DEFAULT 0,
    fed           bigint NOT NULL DEFAULT 0,
    -- The unit whose transaction saw the stage close: it alone sends what follows from that, as often as it is delivered.
    closing_unit  text,
    PRIMARY KEY (run_id, stage)
);

-- The ledger: one row a finished unit of work, written in the transaction of its effects.
CREATE TABLE ledger (
    run_id        uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    stage         text NOT NULL,
    unit          text NOT NULL,
    fed           bigint NOT NULL,
    problem       text,
    recorded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, stage, unit)
);

-- How many batches of alignments each shard (a genome bin) of a run was sent.
CREATE TABLE shard_feeds (
    run_id        uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    shard         text NOT NULL,
    batches       bigint NOT NULL,
    PRIMARY KEY (run_id, shard)
);

-- Where an encode process began to spill a run's partition, and in which state folder the spill lies.
CREATE TABLE spills (
    run_id            uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    topic_partition   integer NOT NULL,
    state_folder      uuid NOT NULL,
    first_offset      bigint NOT NULL,
    PRIMARY KEY (run_id, topic_partition)
);

-- Bad input that was met on the way: what the report says is missing.
CREATE TABLE input_problems (
    run_id        uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    problem_id    text NOT NULL,
    stage         text NOT NULL,
    file          text,
    record        bigint,
    field         text,
    message       text NOT NULL,
    PRIMARY KEY (run_id, problem_id)
);
