-- Experiments compare versions of any model: classes, labels or numbers.
ALTER TABLE experiments ADD COLUMN answers jsonb;
COMMENT ON COLUMN experiments.answers IS
    'What both versions say, as it is compared: its kind, the names of the scores, and for numbers the tolerance. NULL for the genotypes of variant calling.';
