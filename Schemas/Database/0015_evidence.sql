-- What a report needs beside the calls, calls for each sex that the depths may show, and qualities of the reference.

ALTER TABLE calls ADD COLUMN sexes text NOT NULL DEFAULT '';
ALTER TABLE calls DROP CONSTRAINT calls_pkey;
ALTER TABLE calls ADD PRIMARY KEY (run_id, contig_index, position, reference, alternates, sexes);
COMMENT ON COLUMN calls.sexes IS
    'The sexes with which the row is a call, separated by commas, until the depths of the whole run tell which one it is; empty where it does not depend on the sex. When the report is made, the rows of other sexes are removed.';

CREATE TABLE shard_evidence (
    run_id  uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    shard   text NOT NULL,
    blocks  bytea NOT NULL,
    sites   jsonb,
    PRIMARY KEY (run_id, shard)
);
COMMENT ON TABLE shard_evidence IS
    'What of the reads of a shard the report needs beside the calls; the rows of a run are removed when its report is made.';
COMMENT ON COLUMN shard_evidence.run_id IS 'The run.';
COMMENT ON COLUMN shard_evidence.shard IS 'The shard: the contig''s index, a dot, the bin''s index.';
COMMENT ON COLUMN shard_evidence.blocks IS 'Where the reads show the reference, packed (ReferenceBlock+Packing.swift).';
COMMENT ON COLUMN shard_evidence.sites IS 'The reads at each allele of the panel; NULL where no panel asks.';

CREATE TABLE block_limits (
    run_id  uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    shard   text NOT NULL,
    unit    text NOT NULL,
    limits  bytea NOT NULL,
    PRIMARY KEY (run_id, shard, unit)
);
COMMENT ON TABLE block_limits IS
    'Where the network weighed alleles and found the reference likelier, a row a unit; the rows of a run are removed when its report is made.';
COMMENT ON COLUMN block_limits.run_id IS 'The run.';
COMMENT ON COLUMN block_limits.shard IS 'The shard: the contig''s index, a dot, the bin''s index.';
COMMENT ON COLUMN block_limits.unit IS 'The unit of the stage report: the shard, a slash, the part.';
COMMENT ON COLUMN block_limits.limits IS 'Positions and the most that GQ is there, packed (BlockLimits.swift).';
