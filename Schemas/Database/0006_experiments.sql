-- A second version of a model beside the one in production: on all examples in silence, or for a share of the runs.
CREATE TABLE experiments (
    experiment_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL,
    -- The version that was in production when it began, and the one that is tried.
    champion       integer NOT NULL,
    challenger     integer NOT NULL,
    mode           text NOT NULL CHECK (mode IN ('shadow', 'canary')),
    -- The share of the runs that the challenger scores; 0 of a shadow.
    share          double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
    thresholds     jsonb NOT NULL,
    -- Whether the verdict to promote is carried out.
    automatic      boolean NOT NULL,
    -- What the inputs are compared with: those of the challenger's training, or the first of the experiment.
    baseline       jsonb,
    state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'concluded', 'stopped', 'refused')),
    actor          text NOT NULL,
    reason         text NOT NULL,
    started_at     timestamptz NOT NULL DEFAULT now(),
    ended_at       timestamptz,
    ended_by       text,
    -- What came of it, in a sentence.
    outcome        text,
    -- The unit whose transaction concluded it, and what was announced then: it alone announces it, as often as it is delivered.
    closing_unit   text,
    announcement   jsonb,
    FOREIGN KEY (name, champion) REFERENCES model_versions,
    FOREIGN KEY (name, challenger) REFERENCES model_versions
);
CREATE UNIQUE INDEX experiment_open ON experiments (name) WHERE state = 'open';
CREATE INDEX experiment_closing_unit ON experiments (closing_unit) WHERE closing_unit IS NOT NULL;

-- What each unit of work adds to an open experiment, written in the transaction of the unit's effects; sums over the units
-- are the experiment's figures. The rows go when it ends: the last verdict has the figures.
CREATE TABLE experiment_units (
    experiment_id  bigint NOT NULL REFERENCES experiments ON DELETE CASCADE,
    run_id         uuid NOT NULL,
    unit           text NOT NULL,
    pairs          bigint NOT NULL,
    -- As the type Observations lays them out.
    counts         bigint[] NOT NULL,
    PRIMARY KEY (experiment_id, run_id, unit) INCLUDE (pairs)
);

-- Every look at an experiment: how many pairs there were, what was decided, on which figures.
CREATE TABLE experiment_verdicts (
    experiment_id  bigint NOT NULL REFERENCES experiments ON DELETE CASCADE,
    pairs          bigint NOT NULL,
    decision       text NOT NULL CHECK (decision IN ('promote', 'reject', 'continue')),
    verdict        jsonb NOT NULL,
    actor          text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (experiment_id, pairs)
);
