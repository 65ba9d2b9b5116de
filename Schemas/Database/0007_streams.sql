-- Problems of one file and kind are one row: how many records have it, the first of them, and whether reads are missing
-- or torn apart because of it.
ALTER TABLE input_problems
    ADD COLUMN kind         text,
    ADD COLUMN occurrences  bigint NOT NULL DEFAULT 1,
    ADD COLUMN places       bigint[],
    ADD COLUMN is_loss      boolean NOT NULL DEFAULT true;

ALTER TABLE runs
    -- Where a process that takes over goes on: the type ResumePoint of ingest. All records before it are in their topics.
    ADD COLUMN resume_point  jsonb,
    -- Everything of the run is in the topics: a request that is delivered again leads to nothing.
    ADD COLUMN ingested_at   timestamptz,
    -- When the process that reads the run's stream was heard of last; NULL for runs of files.
    ADD COLUMN fed_at        timestamptz,
    -- How far the reading is: reads so far, and bytes of the files where they have a size.
    ADD COLUMN reads_so_far  bigint NOT NULL DEFAULT 0,
    ADD COLUMN bytes_so_far  bigint NOT NULL DEFAULT 0,
    ADD COLUMN bytes_in_all  bigint;
