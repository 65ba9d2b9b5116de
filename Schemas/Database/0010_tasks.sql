-- Predictions of any task are rows of one form.
ALTER TABLE predictions
    ADD COLUMN task   text NOT NULL DEFAULT 'variants',
    ADD COLUMN record text,
    ADD COLUMN number bigint,
    ADD COLUMN name   text,
    ADD COLUMN scores real[] NOT NULL DEFAULT '{}',
    ADD COLUMN problem text;
UPDATE predictions SET
    record = contig || ':' || position || ':' || reference || ':' || alternate, scores = ARRAY[hom_ref, het, hom_alt];
ALTER TABLE predictions
    DROP CONSTRAINT predictions_pkey,
    DROP COLUMN contig, DROP COLUMN position, DROP COLUMN reference, DROP COLUMN alternate,
    DROP COLUMN hom_ref, DROP COLUMN het, DROP COLUMN hom_alt,
    ALTER COLUMN record SET NOT NULL,
    ALTER COLUMN task DROP DEFAULT,
    ALTER COLUMN model_version DROP NOT NULL,
    ADD PRIMARY KEY (run_id, task, record);
CREATE INDEX predictions_number ON predictions (run_id, number) WHERE number IS NOT NULL;

COMMENT ON TABLE predictions IS
    'What a model said of each example of a run: a candidate allele, or an input record of another task.';
COMMENT ON COLUMN predictions.task IS 'The task, such as variants or sequence.';
COMMENT ON COLUMN predictions.record IS 'The example: an allele (chr20:100:A:T), or the number of an input record.';
COMMENT ON COLUMN predictions.number IS 'The place of the record in the input, counted from 0; empty for alleles.';
COMMENT ON COLUMN predictions.name IS 'What the input calls the record.';
COMMENT ON COLUMN predictions.scores IS
    'Probabilities or values in the order of the model''s outputs (of an allele: no copy, one copy, two copies); none where there is a problem.';
COMMENT ON COLUMN predictions.problem IS 'Why there are no scores.';

-- The version of its model that a run is scored with.
CREATE TABLE run_models (
    run_id    uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    task      text NOT NULL,
    name      text NOT NULL,
    version   integer NOT NULL,
    digest    text NOT NULL,
    fixed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, task)
);
COMMENT ON TABLE run_models IS
    'The one version of its model that a run is scored with; the first unit that is scored fixes it.';
COMMENT ON COLUMN run_models.run_id IS 'The run.';
COMMENT ON COLUMN run_models.task IS 'The task.';
COMMENT ON COLUMN run_models.name IS 'The model.';
COMMENT ON COLUMN run_models.version IS 'The version, counted from 1.';
COMMENT ON COLUMN run_models.digest IS 'SHA-256 of its package.';
COMMENT ON COLUMN run_models.fixed_at IS 'When it was fixed.';
