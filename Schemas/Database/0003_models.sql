-- Training and its data sets.
CREATE TABLE jobs (
    job_id         uuid PRIMARY KEY,
    kind           text NOT NULL,
    state          text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    request        jsonb NOT NULL,
    progress       jsonb,
    outcome        jsonb,
    created_at     timestamptz NOT NULL DEFAULT now(),
    finished_at    timestamptz
);

-- Which shards of a data set are spooled, and where in the topic they can be read again.
CREATE TABLE dataset_shards (
    dataset          text NOT NULL,
    shard            integer NOT NULL,
    examples         bigint NOT NULL,
    topic_partition  integer NOT NULL,
    record_offset    bigint NOT NULL,
    PRIMARY KEY (dataset, shard)
);

-- The registry: every version of every model, with what it was made from.
CREATE TABLE model_versions (
    name             text NOT NULL,
    version          integer NOT NULL,
    state            text NOT NULL CHECK (state IN ('candidate', 'production', 'retired')),
    digest           text NOT NULL,
    feature_version  text NOT NULL,
    architecture     jsonb NOT NULL,
    lineage          jsonb NOT NULL,
    -- The model package: one safetensors file.
    package          bytea NOT NULL,
    -- The job that trained it: a repeated delivery of the job finds its version.
    job_id           uuid UNIQUE,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version),
    UNIQUE (name, digest)
);
CREATE UNIQUE INDEX model_production ON model_versions (name) WHERE state = 'production';

-- Who moved which version from state to state, when and why.
CREATE TABLE model_events (
    event_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL,
    version        integer NOT NULL,
    state          text NOT NULL,
    actor          text NOT NULL,
    reason         text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (name, version) REFERENCES model_versions
);
