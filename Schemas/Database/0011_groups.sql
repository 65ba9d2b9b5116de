-- Examples that are not independent of each other: one locus, gene or drug.
ALTER TABLE evaluation_sets ADD COLUMN groups bytea;
COMMENT ON COLUMN evaluation_sets.groups IS
    'Little-endian 64-bit integers, in the order of the files'' examples: those of one number are resampled together. NULL where each is independent of the others.';
