-- Every change of a version says what was done, and what the promotion's guard found.
ALTER TABLE model_events ADD COLUMN action text
    CHECK (action IN ('register', 'promote', 'override', 'rollback', 'retire'));
ALTER TABLE model_events ADD COLUMN verdict jsonb;
UPDATE model_events
    SET action = CASE state WHEN 'candidate' THEN 'register' WHEN 'production' THEN 'promote' ELSE 'retire' END;
ALTER TABLE model_events ALTER COLUMN action SET NOT NULL;
-- The default was the begin of the transaction, which need not be in the order of the changes: the registry gives the time.
ALTER TABLE model_events ALTER COLUMN at DROP DEFAULT;
CREATE INDEX model_events_of_model ON model_events (name, event_id);

-- What a model is for, in the words of those who answer for it; the newest row counts.
CREATE TABLE model_descriptions (
    description_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL,
    description     jsonb NOT NULL,
    actor           text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now()
);

-- Labelled examples that versions are scored on, by name.
CREATE TABLE evaluation_sets (
    name             text PRIMARY KEY,
    task             text NOT NULL,
    -- What predictions and targets are: classes, the probability of yes, or a number.
    kind             jsonb NOT NULL,
    feature_version  text NOT NULL,
    -- SHA-256 of the files' digests in their order.
    digest           text NOT NULL,
    examples         bigint NOT NULL,
    -- Name, digest, examples and split of each file.
    files            jsonb NOT NULL,
    -- Little-endian 32-bit floats, in the order of the files' examples.
    targets          bytea NOT NULL,
    description      text NOT NULL,
    actor            text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now()
);

-- The files themselves, cut in pieces: a figure can be made again wherever the database is.
CREATE TABLE evaluation_set_files (
    set_name  text NOT NULL REFERENCES evaluation_sets,
    file      integer NOT NULL,
    piece     integer NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (set_name, file, piece)
);

-- How a version does on a set; the newest row of the two counts.
CREATE TABLE evaluations (
    evaluation_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL,
    version        integer NOT NULL,
    set_name       text NOT NULL REFERENCES evaluation_sets,
    -- By the metric's name: value, and the bounds of its bootstrap interval.
    metrics        jsonb NOT NULL,
    -- Points of the card's plots.
    figures        jsonb NOT NULL,
    -- Little-endian 32-bit floats, an example's outputs after another's: two versions are compared in pairs.
    predictions    bytea NOT NULL,
    actor          text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (name, version) REFERENCES model_versions
);
CREATE INDEX evaluations_of_version ON evaluations (name, version, set_name, evaluation_id);

-- What a version must show before it is promoted; a rule that is replaced or removed stays as history.
CREATE TABLE promotion_policies (
    policy_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL,
    set_name    text NOT NULL REFERENCES evaluation_sets,
    metric      text NOT NULL,
    -- Which values of the metric are better.
    direction   text NOT NULL CHECK (direction IN ('higher', 'lower')),
    -- The worst value that is good enough.
    required    double precision,
    -- How much worse than production it may be, at the unfavourable bound of the paired bootstrap.
    margin      double precision CHECK (margin >= 0),
    actor       text NOT NULL,
    reason      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    removed_by  text,
    removed_at  timestamptz,
    CHECK (required IS NOT NULL OR margin IS NOT NULL)
);
CREATE UNIQUE INDEX promotion_policy_in_force ON promotion_policies (name, set_name, metric) WHERE removed_at IS NULL;

-- The record of what was done and what it rested on is only ever added to.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER model_events_are_kept BEFORE UPDATE OR DELETE ON model_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evaluation_sets_are_kept BEFORE UPDATE OR DELETE ON evaluation_sets
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evaluation_set_files_are_kept BEFORE UPDATE OR DELETE ON evaluation_set_files
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evaluations_are_kept BEFORE UPDATE OR DELETE ON evaluations
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
