-- Interim reports: what can be said of a sample while its reads still come. All of it goes when the run ends.
CREATE TABLE interim_marks (
    run_id         uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    number         integer NOT NULL CHECK (number > 0),
    batches        bigint NOT NULL DEFAULT 0,
    mark           jsonb NOT NULL,
    passed_by      text,
    shards         integer,
    made_by        text,
    record         bytea,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, number)
);
COMMENT ON TABLE interim_marks IS 'Places in the reads of open runs at which an interim report is wanted.';
COMMENT ON COLUMN interim_marks.run_id IS 'The run.';
COMMENT ON COLUMN interim_marks.number IS 'The mark''s number, from 1.';
COMMENT ON COLUMN interim_marks.batches IS 'Batches of unaligned reads before it.';
COMMENT ON COLUMN interim_marks.mark IS 'The event.';
COMMENT ON COLUMN interim_marks.passed_by IS 'The unit of align with which all these batches were mapped.';
COMMENT ON COLUMN interim_marks.shards IS 'How many shards the report is made of.';
COMMENT ON COLUMN interim_marks.made_by IS 'The part with which the report was complete.';
COMMENT ON COLUMN interim_marks.record IS 'The report as it was published.';
COMMENT ON COLUMN interim_marks.created_at IS 'Since when it is known.';

CREATE TABLE interim_shards (
    run_id         uuid NOT NULL,
    number         integer NOT NULL,
    shard          text NOT NULL,
    summary        jsonb NOT NULL,
    PRIMARY KEY (run_id, number, shard),
    FOREIGN KEY (run_id, number) REFERENCES interim_marks ON DELETE CASCADE
);
COMMENT ON TABLE interim_shards IS 'What was callable in a shard at a mark, as the table callability has it of complete shards.';
COMMENT ON COLUMN interim_shards.run_id IS 'The run.';
COMMENT ON COLUMN interim_shards.number IS 'The mark.';
COMMENT ON COLUMN interim_shards.shard IS 'The shard.';
COMMENT ON COLUMN interim_shards.summary IS 'Stretches of bases by state, and what the reads are like.';

CREATE TABLE interim_parts (
    run_id         uuid NOT NULL,
    number         integer NOT NULL,
    part           text NOT NULL,
    shard          text NOT NULL,
    parts          integer NOT NULL CHECK (parts > 0),
    model          jsonb,
    candidates     integer NOT NULL,
    PRIMARY KEY (run_id, number, part),
    FOREIGN KEY (run_id, number) REFERENCES interim_marks ON DELETE CASCADE
);
COMMENT ON TABLE interim_parts IS 'Parts of shards whose calls at a mark are known.';
COMMENT ON COLUMN interim_parts.run_id IS 'The run.';
COMMENT ON COLUMN interim_parts.number IS 'The mark.';
COMMENT ON COLUMN interim_parts.part IS 'The part: the shard, a slash, and its number.';
COMMENT ON COLUMN interim_parts.shard IS 'The shard.';
COMMENT ON COLUMN interim_parts.parts IS 'How many parts the shard has at this mark.';
COMMENT ON COLUMN interim_parts.model IS 'The version that scored.';
COMMENT ON COLUMN interim_parts.candidates IS 'Candidate alleles that were scored.';

CREATE TABLE interim_calls (
    run_id         uuid NOT NULL,
    number         integer NOT NULL,
    contig_index   integer NOT NULL,
    position       bigint NOT NULL,
    reference      text NOT NULL,
    alternates     text NOT NULL,
    sexes          text NOT NULL,
    shard          text NOT NULL,
    call           jsonb NOT NULL,
    PRIMARY KEY (run_id, number, contig_index, position, reference, alternates, sexes),
    FOREIGN KEY (run_id, number) REFERENCES interim_marks ON DELETE CASCADE
);
COMMENT ON TABLE interim_calls IS 'Sites as they were called at a mark, as the table calls has them at the end.';
COMMENT ON COLUMN interim_calls.run_id IS 'The run.';
COMMENT ON COLUMN interim_calls.number IS 'The mark.';
COMMENT ON COLUMN interim_calls.contig_index IS 'The contig''s place in the reference, from 0.';
COMMENT ON COLUMN interim_calls.position IS 'POS.';
COMMENT ON COLUMN interim_calls.reference IS 'REF.';
COMMENT ON COLUMN interim_calls.alternates IS 'ALT, separated by commas.';
COMMENT ON COLUMN interim_calls.sexes IS 'The sexes with which it is a call, as in calls.';
COMMENT ON COLUMN interim_calls.shard IS 'The shard.';
COMMENT ON COLUMN interim_calls.call IS 'The rest of the VCF line.';

-- What is known of a run's shards: complete ones, and with a mark's number the others as they were at the mark.
CREATE FUNCTION shards_at(the_run uuid, mark bigint) RETURNS TABLE (shard text, summary jsonb) LANGUAGE sql STABLE AS $$
    SELECT c.shard, c.summary FROM callability c WHERE c.run_id = the_run
    UNION ALL
    SELECT s.shard, s.summary FROM interim_shards s
    WHERE s.run_id = the_run AND s.number = mark
        AND NOT EXISTS (SELECT 1 FROM callability c WHERE c.run_id = the_run AND c.shard = s.shard)
$$;
