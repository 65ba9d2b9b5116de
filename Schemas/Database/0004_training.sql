-- A job that trains is led by one `train` process at a time, the one whose lease runs.
ALTER TABLE jobs
    DROP CONSTRAINT jobs_state_check,
    ADD CONSTRAINT jobs_state_check CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    ADD COLUMN leader text,
    ADD COLUMN leased_until timestamptz,
    -- Counted up with every leader: what an earlier one still writes is refused.
    ADD COLUMN term bigint NOT NULL DEFAULT 0,
    -- Leaders that were lost since the last checkpoint.
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    -- Whether the topics know the outcome.
    ADD COLUMN announced boolean NOT NULL DEFAULT false;
UPDATE jobs SET announced = true WHERE state IN ('done', 'failed');
CREATE INDEX jobs_open ON jobs (created_at) WHERE state IN ('queued', 'running') OR NOT announced;

-- Jobs to train whose data set is complete.
CREATE VIEW trainable_jobs AS
SELECT job_id, created_at, leader, leased_until FROM jobs
WHERE kind = 'train' AND state IN ('queued', 'running')
    AND (SELECT count(*) FROM dataset_shards
        WHERE dataset = jobs.request->>'dataset' AND shard < (jobs.request->>'shards')::integer)
        = (jobs.request->>'shards')::integer;

-- The learning curve: the end of each epoch, and steps between them that grow rarer the longer a job runs.
CREATE TABLE job_progress (
    job_id               uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    step                 bigint NOT NULL,
    epoch                integer NOT NULL,
    -- Of the step's batch; at the end of an epoch, the mean of its batches.
    loss                 double precision NOT NULL,
    -- At the end of an epoch, where there are examples to validate on.
    validation_loss      double precision,
    learning_rate        real NOT NULL,
    gradient_norm        double precision NOT NULL,
    examples_per_second  double precision NOT NULL,
    -- Processes that shared the step.
    members              integer NOT NULL,
    at                   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, step)
);

-- The last checkpoint of a job (safetensors), cut in pieces: what its next leader and processes that join go on from.
CREATE TABLE training_checkpoints (
    job_id         uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    step           bigint NOT NULL,
    piece          integer NOT NULL,
    bytes          bytea NOT NULL,
    PRIMARY KEY (job_id, step, piece)
);
