-- What the network said of each candidate allele.
CREATE TABLE predictions (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    contig         text NOT NULL,
    position       bigint NOT NULL,
    reference      text NOT NULL,
    alternate      text NOT NULL,
    hom_ref        real NOT NULL,
    het            real NOT NULL,
    hom_alt        real NOT NULL,
    model_version  text NOT NULL,
    PRIMARY KEY (run_id, contig, position, reference, alternate)
);

-- The genotyped sites of a run, a row a line of its VCF.
CREATE TABLE calls (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    contig_index   integer NOT NULL,
    position       bigint NOT NULL,
    reference      text NOT NULL,
    -- As in the VCF, separated by commas.
    alternates     text NOT NULL,
    -- The rest of the VCF line: QUAL, FILTER, INFO and the sample's fields.
    call           jsonb NOT NULL,
    PRIMARY KEY (run_id, contig_index, position, reference, alternates)
);

-- Which bases of a shard could be called, and why not (event-independent; see CallabilitySummary).
CREATE TABLE callability (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    shard          text NOT NULL,
    summary        jsonb NOT NULL,
    -- The offset in `alignments` of the record that completed the shard: a reader that goes on behind it has sent the examples.
    completed_by   bigint NOT NULL,
    PRIMARY KEY (run_id, shard)
);

CREATE TABLE reports (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    version        integer NOT NULL,
    sample         text NOT NULL,
    report         jsonb NOT NULL,
    -- The record as it was published: a repeated publication has the same bytes.
    record         bytea NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, version)
);

-- Files of a report (VCF, its index), cut in pieces so that none is held in memory whole.
CREATE TABLE artifacts (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    name           text NOT NULL,
    piece          integer NOT NULL,
    bytes          bytea NOT NULL,
    PRIMARY KEY (run_id, name, piece)
);
