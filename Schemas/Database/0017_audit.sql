-- What changes what patients' reports say: each act is a row that names the one before it by its hash.
CREATE TABLE audit (
    number     bigint PRIMARY KEY CHECK (number > 0),
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    act        text NOT NULL,
    subject    text NOT NULL,
    details    text NOT NULL,
    previous   text NOT NULL,
    hash       text NOT NULL UNIQUE
);
COMMENT ON TABLE audit IS 'Acts that change what reports say, a chain: helicase audit verify computes every hash again.';
COMMENT ON COLUMN audit.number IS 'From 1, without gaps.';
COMMENT ON COLUMN audit.at IS 'When; not before the one in front.';
COMMENT ON COLUMN audit.actor IS 'Who.';
COMMENT ON COLUMN audit.act IS 'What was done, such as model.promote.';
COMMENT ON COLUMN audit.subject IS 'To what, such as pileup-caller@2; never a patient.';
COMMENT ON COLUMN audit.details IS 'More of it as JSON with sorted keys: text, for its bytes are what is hashed.';
COMMENT ON COLUMN audit.previous IS 'The hash of the row before; 64 zeros of the first.';
COMMENT ON COLUMN audit.hash IS 'SHA-256 of the row without it (Shared/Audit/AuditEntry.swift).';
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_kept_whole BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What others publish and reports rest on.
CREATE TABLE knowledge (
    name       text NOT NULL,
    version    text NOT NULL,
    kind       text NOT NULL,
    path       text NOT NULL,
    bytes      bigint NOT NULL CHECK (bytes >= 0),
    digest     text NOT NULL,
    licence    text,
    records    bigint NOT NULL CHECK (records >= 0),
    contigs    jsonb NOT NULL DEFAULT '{}',
    actor      text NOT NULL,
    added_at   timestamptz NOT NULL,
    PRIMARY KEY (name, version)
);
COMMENT ON TABLE knowledge IS 'Knowledge bases: files that others publish, by name and version.';
COMMENT ON COLUMN knowledge.name IS 'The name by which reports and commands call it, such as clinvar.';
COMMENT ON COLUMN knowledge.version IS 'The version, as its publisher calls it.';
COMMENT ON COLUMN knowledge.kind IS 'What it is: transcripts, variants, ontology, table or scores.';
COMMENT ON COLUMN knowledge.path IS 'Where the file lies, on the machine of the services.';
COMMENT ON COLUMN knowledge.bytes IS 'Its size.';
COMMENT ON COLUMN knowledge.digest IS 'Its SHA-256.';
COMMENT ON COLUMN knowledge.licence IS 'On what terms it may be used; null where nobody said.';
COMMENT ON COLUMN knowledge.records IS 'How many records were read when it was added.';
COMMENT ON COLUMN knowledge.contigs IS 'Lengths of the contigs that it names, where it says them: the build.';
COMMENT ON COLUMN knowledge.actor IS 'Who added it.';
COMMENT ON COLUMN knowledge.added_at IS 'When it was added.';
-- A file may be moved, and its licence told later; nothing else of a version changes.
CREATE FUNCTION refuse_other_knowledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.name, NEW.version, NEW.kind, NEW.bytes, NEW.digest, NEW.records, NEW.contigs, NEW.actor, NEW.added_at)
            IS NOT DISTINCT FROM
            (OLD.name, OLD.version, OLD.kind, OLD.bytes, OLD.digest, OLD.records, OLD.contigs, OLD.actor, OLD.added_at)
            AND (OLD.licence IS NULL OR NEW.licence IS NOT DISTINCT FROM OLD.licence)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER knowledge_is_kept BEFORE UPDATE OR DELETE ON knowledge
    FOR EACH ROW EXECUTE FUNCTION refuse_other_knowledge();
