-- Trainings of many configurations, of which the best is kept.
CREATE TABLE searches (
    search      text PRIMARY KEY,
    digest      text NOT NULL,
    command     text NOT NULL,
    metric      text NOT NULL,
    lower_is_better boolean NOT NULL,
    judged_on   text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE searches IS 'Searches among configurations of a training, by name.';
COMMENT ON COLUMN searches.search IS 'The name.';
COMMENT ON COLUMN searches.digest IS 'SHA-256 of the configurations, the documents and the data: a search goes on only with the same.';
COMMENT ON COLUMN searches.command IS 'What was typed.';
COMMENT ON COLUMN searches.metric IS 'The figure that the best trial is chosen by.';
COMMENT ON COLUMN searches.lower_is_better IS 'Whether smaller figures are better.';
COMMENT ON COLUMN searches.judged_on IS 'The examples that the figure is of.';
COMMENT ON COLUMN searches.created_at IS 'Since when.';

CREATE TABLE search_trials (
    search         text NOT NULL REFERENCES searches ON DELETE CASCADE,
    trial          integer NOT NULL CHECK (trial >= 0),
    configuration  jsonb NOT NULL,
    state          text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    figure         double precision,
    figures        jsonb,
    problem        text,
    started_at     timestamptz,
    finished_at    timestamptz,
    PRIMARY KEY (search, trial)
);
COMMENT ON TABLE search_trials IS 'The trials of searches: one configuration each.';
COMMENT ON COLUMN search_trials.search IS 'The search.';
COMMENT ON COLUMN search_trials.trial IS 'Its number, from 0.';
COMMENT ON COLUMN search_trials.configuration IS 'What is changed, by the path in the document.';
COMMENT ON COLUMN search_trials.state IS 'waiting, running, done or failed; a trial whose process was ended is running until the search goes on.';
COMMENT ON COLUMN search_trials.figure IS 'The value of the metric.';
COMMENT ON COLUMN search_trials.figures IS 'All figures of the lineage.';
COMMENT ON COLUMN search_trials.problem IS 'Why it failed.';
COMMENT ON COLUMN search_trials.started_at IS 'When it was begun last.';
COMMENT ON COLUMN search_trials.finished_at IS 'When it was done, or failed.';
