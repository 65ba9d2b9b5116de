-- For people: an index where they look, views without JSON, and what every table and column is.

CREATE INDEX runs_of_sample ON runs (sample, opened_at);

-- What keeps a run from going on, in the words of the stage that cannot; null when nothing does.
ALTER TABLE runs ADD COLUMN waiting_for text;

CREATE VIEW report_summary AS
SELECT run_id, reports.sample, reports.version, report ->> 'status' AS status, reports.created_at,
    round(extract(epoch FROM reports.created_at - runs.opened_at), 1) AS duration_seconds,
    report ->> 'reference' AS reference,
    (report #>> '{input,reads}')::bigint AS reads,
    (report #>> '{input,bases}')::bigint AS bases,
    (report #>> '{calls,candidates}')::bigint AS candidates,
    (report #>> '{calls,snvs}')::bigint AS snvs,
    (report #>> '{calls,indels}')::bigint AS indels,
    (report #>> '{calls,heterozygous}')::bigint AS heterozygous,
    (report #>> '{calls,homozygous}')::bigint AS homozygous,
    (report #>> '{calls,filtered}')::bigint AS filtered,
    round((report #>> '{calls,transitionsToTransversions}')::numeric, 3) AS transitions_to_transversions,
    (report #>> '{callability,targetBases}')::bigint AS target_bases,
    coalesce((report #>> '{callability,basesByState,callable}')::bigint, 0) AS callable_bases,
    round(
        100 * coalesce((report #>> '{callability,basesByState,callable}')::numeric, 0)
            / nullif((report #>> '{callability,targetBases}')::numeric, 0), 2) AS callable_percent,
    (report ->> 'problemCount')::bigint AS problems,
    (SELECT string_agg((model ->> 'name') || '@' || (model ->> 'version'), ', ' ORDER BY model ->> 'name')
        FROM jsonb_array_elements(report -> 'models') AS model) AS models,
    vcf ->> 'name' AS vcf, vcf ->> 'sha256' AS vcf_sha256
FROM reports JOIN runs USING (run_id)
    CROSS JOIN LATERAL (SELECT jsonb_path_query_first(
        report, '$.artifacts[*] ? (@.name like_regex "\\.vcf\\.gz$" && !(@.name like_regex "\\.g\\.vcf\\.gz$"))'
    ) AS vcf) AS files;

CREATE VIEW call_table AS
SELECT run_id, sample, contig_index, call ->> 'contig' AS contig, calls.position, calls.reference, calls.alternates,
    round((call ->> 'quality')::numeric, 2) AS quality,
    coalesce(
        nullif((SELECT string_agg(filter, ';') FROM jsonb_array_elements_text(call -> 'filters') AS filter), ''),
        'PASS') AS filter,
    (SELECT string_agg(allele, '/' ORDER BY place)
        FROM jsonb_array_elements_text(call -> 'genotype') WITH ORDINALITY AS alleles (allele, place)) AS genotype,
    (call ->> 'genotypeQuality')::integer AS genotype_quality,
    (call ->> 'depth')::integer AS depth,
    (call #>> '{alleleDepths,0}')::integer AS reference_depth,
    alternate_depth,
    round(
        100.0 * alternate_depth / nullif((call #>> '{alleleDepths,0}')::integer + alternate_depth, 0), 1
    ) AS alternate_percent,
    round((call ->> 'mappingQuality')::numeric, 2) AS mapping_quality
FROM calls JOIN runs USING (run_id)
    CROSS JOIN LATERAL (SELECT coalesce(sum(reads::integer), 0)::integer AS alternate_depth
        FROM jsonb_array_elements_text(call -> 'alleleDepths') WITH ORDINALITY AS depths (reads, place)
        WHERE place > 1) AS alternates_depth;

COMMENT ON TABLE schema_migrations IS
    'Which numbered scripts made this database.';
COMMENT ON COLUMN schema_migrations.number IS 'The script''s number.';
COMMENT ON COLUMN schema_migrations.name IS 'What the script is about.';
COMMENT ON COLUMN schema_migrations.checksum IS
    'FNV-1a of the script: one that was changed after it was applied is refused.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied.';

COMMENT ON TABLE runs IS
    'A run is one sample''s reads on their way to one report.';
COMMENT ON COLUMN runs.run_id IS 'The run''s UUID.';
COMMENT ON COLUMN runs.sample IS 'The sample''s name.';
COMMENT ON COLUMN runs.state IS
    'opened: reads are arriving. sealed: all reads are in the topics. completed: the report is published. failed: given up, see failure.';
COMMENT ON COLUMN runs.request IS 'The ingest job as it was asked for: inputs, reference, preset, regions (event job).';
COMMENT ON COLUMN runs.counts IS
    'What ingest counted when it sealed the run: reads, bases, batches, problems (event run).';
COMMENT ON COLUMN runs.failure IS 'Why the run failed.';
COMMENT ON COLUMN runs.batches_sent IS
    'How many batches of reads are known to be in their topic: a restarted ingest sends on from here.';
COMMENT ON COLUMN runs.batch_bytes IS 'Bytes of reads in a batch: whoever goes on with the run cuts it alike.';
COMMENT ON COLUMN runs.opened_at IS 'When the run was asked for.';
COMMENT ON COLUMN runs.sealed_at IS 'When all its reads were in the topics.';
COMMENT ON COLUMN runs.completed_at IS 'When its report was made.';
COMMENT ON COLUMN runs.waiting_for IS
    'What keeps the run from going on, in the words of the stage that cannot; null when nothing does.';
COMMENT ON COLUMN runs.resume_point IS
    'Where a process that takes over goes on reading; all records before it are in their topics.';
COMMENT ON COLUMN runs.ingested_at IS
    'When everything of the run was in the topics: a request that is delivered again leads to nothing.';
COMMENT ON COLUMN runs.fed_at IS
    'When the process that reads the run''s stream was heard of last; null for runs of files.';
COMMENT ON COLUMN runs.reads_so_far IS 'Reads that were read so far.';
COMMENT ON COLUMN runs.bytes_so_far IS 'Bytes of the files that were read so far.';
COMMENT ON COLUMN runs.bytes_in_all IS 'Bytes of all files, where they have a size.';

COMMENT ON TABLE run_stages IS
    'How far each stage of a run is.';
COMMENT ON COLUMN run_stages.run_id IS 'The run.';
COMMENT ON COLUMN run_stages.stage IS 'The stage: ingest, align, encode, infer or report.';
COMMENT ON COLUMN run_stages.expected IS
    'Units of work that the stage has to do; null until the stage before it has closed.';
COMMENT ON COLUMN run_stages.done IS 'Units that it has done.';
COMMENT ON COLUMN run_stages.fed IS 'Units that it gave the next stage.';
COMMENT ON COLUMN run_stages.closing_unit IS
    'The unit whose transaction saw the stage close: it alone sends what follows from that.';

COMMENT ON TABLE ledger IS
    'One row a finished unit of work, written in the transaction of its effects.';
COMMENT ON COLUMN ledger.run_id IS 'The run.';
COMMENT ON COLUMN ledger.stage IS 'The stage that did it.';
COMMENT ON COLUMN ledger.unit IS 'The unit''s name, the same after any restart.';
COMMENT ON COLUMN ledger.fed IS 'Units that it gave the next stage.';
COMMENT ON COLUMN ledger.problem IS 'What was wrong with the unit, where it could not be used.';
COMMENT ON COLUMN ledger.recorded_at IS 'When it was finished.';

COMMENT ON TABLE shard_feeds IS
    'How many batches of alignments each shard (a genome bin) of a run was sent.';
COMMENT ON COLUMN shard_feeds.run_id IS 'The run.';
COMMENT ON COLUMN shard_feeds.shard IS 'The bin: contig index, dot, bin index, or unplaced.';
COMMENT ON COLUMN shard_feeds.batches IS 'Batches that were sent to it.';

COMMENT ON TABLE spills IS
    'Where an encode process began to spill a partition of a run, and in which state folder the spill lies.';
COMMENT ON COLUMN spills.run_id IS 'The run.';
COMMENT ON COLUMN spills.topic_partition IS 'The partition of the topic alignments.';
COMMENT ON COLUMN spills.state_folder IS 'The state folder''s UUID.';
COMMENT ON COLUMN spills.first_offset IS 'The offset of the first record in the spill.';

COMMENT ON TABLE input_problems IS
    'Input that could not be used: what the report says is missing.';
COMMENT ON COLUMN input_problems.run_id IS 'The run.';
COMMENT ON COLUMN input_problems.problem_id IS 'Names the problem, so that it is there once after any restart.';
COMMENT ON COLUMN input_problems.stage IS 'The stage that met it.';
COMMENT ON COLUMN input_problems.file IS 'The file.';
COMMENT ON COLUMN input_problems.record IS 'The record''s number in the file, counted from 1.';
COMMENT ON COLUMN input_problems.field IS 'The field of the record.';
COMMENT ON COLUMN input_problems.message IS 'What is wrong.';
COMMENT ON COLUMN input_problems.kind IS
    'What kind of damage it is, in one stable word: problems of one file and kind are one row.';
COMMENT ON COLUMN input_problems.occurrences IS 'How many records have it.';
COMMENT ON COLUMN input_problems.places IS 'The first of these records, by their numbers.';
COMMENT ON COLUMN input_problems.is_loss IS 'Whether reads are missing or torn apart because of it.';

COMMENT ON TABLE predictions IS
    'What the network said of each candidate allele.';
COMMENT ON COLUMN predictions.run_id IS 'The run.';
COMMENT ON COLUMN predictions.contig IS 'CHROM.';
COMMENT ON COLUMN predictions.position IS 'POS, counted from 1.';
COMMENT ON COLUMN predictions.reference IS 'REF.';
COMMENT ON COLUMN predictions.alternate IS 'ALT, one allele.';
COMMENT ON COLUMN predictions.hom_ref IS 'Probability of no copy.';
COMMENT ON COLUMN predictions.het IS 'Probability of one copy.';
COMMENT ON COLUMN predictions.hom_alt IS 'Probability of two copies.';
COMMENT ON COLUMN predictions.model_version IS 'The version that said so, name@version.';

COMMENT ON TABLE calls IS
    'The genotyped sites of a run, a row a line of its VCF; the view call_table shows them in columns.';
COMMENT ON COLUMN calls.run_id IS 'The run.';
COMMENT ON COLUMN calls.contig_index IS 'The contig''s place in the reference, from 0.';
COMMENT ON COLUMN calls.position IS 'POS, counted from 1.';
COMMENT ON COLUMN calls.reference IS 'REF.';
COMMENT ON COLUMN calls.alternates IS 'ALT, separated by commas.';
COMMENT ON COLUMN calls.call IS 'The rest of the VCF line: QUAL, FILTER, INFO and the sample''s fields.';

COMMENT ON TABLE callability IS
    'Which bases of a shard could be called, and why not.';
COMMENT ON COLUMN callability.run_id IS 'The run.';
COMMENT ON COLUMN callability.shard IS 'The bin: contig index, dot, bin index, or unplaced.';
COMMENT ON COLUMN callability.summary IS 'Stretches of bases by state.';
COMMENT ON COLUMN callability.completed_by IS
    'The offset in alignments of the record that completed the shard: a reader that goes on behind it has sent the examples.';

COMMENT ON TABLE reports IS
    'The reports as they were published; the view report_summary shows them in columns.';
COMMENT ON COLUMN reports.run_id IS 'The run.';
COMMENT ON COLUMN reports.version IS 'The version of this run''s report, counted from 1.';
COMMENT ON COLUMN reports.sample IS 'The sample''s name.';
COMMENT ON COLUMN reports.report IS 'The report (event report), to be searched.';
COMMENT ON COLUMN reports.record IS 'The record as it was published: a repeated publication has the same bytes.';
COMMENT ON COLUMN reports.created_at IS 'When it was made.';

COMMENT ON TABLE artifacts IS
    'Files of a report (VCF, its index), cut in pieces so that none is held in memory whole.';
COMMENT ON COLUMN artifacts.run_id IS 'The run.';
COMMENT ON COLUMN artifacts.name IS 'The file''s name.';
COMMENT ON COLUMN artifacts.piece IS 'The piece''s number, from 0.';
COMMENT ON COLUMN artifacts.bytes IS 'The piece.';

COMMENT ON TABLE jobs IS
    'Requests for training, and what came of them.';
COMMENT ON COLUMN jobs.job_id IS 'The job''s UUID.';
COMMENT ON COLUMN jobs.kind IS 'What was asked for: train.';
COMMENT ON COLUMN jobs.state IS 'queued, running, done, failed or cancelled.';
COMMENT ON COLUMN jobs.request IS 'The request as it was made (event job).';
COMMENT ON COLUMN jobs.progress IS 'The last step, its loss and rate (event job).';
COMMENT ON COLUMN jobs.outcome IS 'The version that came of it, or why none did.';
COMMENT ON COLUMN jobs.created_at IS 'When it was asked for.';
COMMENT ON COLUMN jobs.finished_at IS 'When it ended.';
COMMENT ON COLUMN jobs.leader IS 'The process that leads it.';
COMMENT ON COLUMN jobs.leased_until IS 'Until when the leader''s lease runs: after that another process takes over.';
COMMENT ON COLUMN jobs.term IS 'Counted up with every leader: what an earlier one still writes is refused.';
COMMENT ON COLUMN jobs.attempts IS 'Leaders that were lost since the last checkpoint.';
COMMENT ON COLUMN jobs.announced IS 'Whether the topics know the outcome.';

COMMENT ON VIEW trainable_jobs IS
    'Jobs to train whose data set is complete.';
COMMENT ON COLUMN trainable_jobs.job_id IS 'The job.';
COMMENT ON COLUMN trainable_jobs.created_at IS 'When it was asked for.';
COMMENT ON COLUMN trainable_jobs.leader IS 'The process that leads it.';
COMMENT ON COLUMN trainable_jobs.leased_until IS 'Until when the leader''s lease runs.';

COMMENT ON TABLE dataset_shards IS
    'Which shards of a data set are spooled, and where in the topic they can be read again.';
COMMENT ON COLUMN dataset_shards.dataset IS 'The data set: the job''s UUID.';
COMMENT ON COLUMN dataset_shards.shard IS 'The shard''s number, from 0.';
COMMENT ON COLUMN dataset_shards.examples IS 'Examples in it.';
COMMENT ON COLUMN dataset_shards.topic_partition IS 'The partition of labelled-examples that holds it.';
COMMENT ON COLUMN dataset_shards.record_offset IS 'Its offset there.';

COMMENT ON TABLE model_versions IS
    'The registry: every version of every model, with what it was made from.';
COMMENT ON COLUMN model_versions.name IS 'The model.';
COMMENT ON COLUMN model_versions.version IS 'Counted from 1.';
COMMENT ON COLUMN model_versions.state IS 'candidate, production or retired.';
COMMENT ON COLUMN model_versions.digest IS 'SHA-256 of the package.';
COMMENT ON COLUMN model_versions.feature_version IS 'The definition of the features that it reads.';
COMMENT ON COLUMN model_versions.architecture IS 'The layers.';
COMMENT ON COLUMN model_versions.lineage IS 'Data digests, split, seed, command, metrics and curve of its training.';
COMMENT ON COLUMN model_versions.package IS 'The model package: one safetensors file.';
COMMENT ON COLUMN model_versions.job_id IS 'The job that trained it: a repeated delivery of the job finds its version.';
COMMENT ON COLUMN model_versions.created_at IS 'When it was registered.';

COMMENT ON TABLE model_events IS
    'Who moved which version from state to state, when and why; rows are never changed.';
COMMENT ON COLUMN model_events.event_id IS 'In the order of the changes.';
COMMENT ON COLUMN model_events.name IS 'The model.';
COMMENT ON COLUMN model_events.version IS 'The version.';
COMMENT ON COLUMN model_events.state IS 'The state that it came to.';
COMMENT ON COLUMN model_events.actor IS 'Who did it.';
COMMENT ON COLUMN model_events.reason IS 'Why.';
COMMENT ON COLUMN model_events.at IS 'When, of the moment of the change.';
COMMENT ON COLUMN model_events.action IS 'register, promote, override, rollback or retire.';
COMMENT ON COLUMN model_events.verdict IS 'The figures that the promotion''s guard looked at.';

COMMENT ON TABLE job_progress IS
    'The learning curve: the end of each epoch, and steps between them that grow rarer the longer a job runs.';
COMMENT ON COLUMN job_progress.job_id IS 'The job.';
COMMENT ON COLUMN job_progress.step IS 'The step, counted from 1.';
COMMENT ON COLUMN job_progress.epoch IS 'The epoch, counted from 1.';
COMMENT ON COLUMN job_progress.loss IS 'Of the step''s batch; at the end of an epoch, the mean of its batches.';
COMMENT ON COLUMN job_progress.validation_loss IS 'At the end of an epoch, where there are examples to validate on.';
COMMENT ON COLUMN job_progress.learning_rate IS 'The step''s learning rate.';
COMMENT ON COLUMN job_progress.gradient_norm IS 'Norm of the gradient before it is clipped.';
COMMENT ON COLUMN job_progress.examples_per_second IS 'Examples a second since the row before.';
COMMENT ON COLUMN job_progress.members IS 'Processes that shared the step.';
COMMENT ON COLUMN job_progress.at IS 'When.';

COMMENT ON TABLE training_checkpoints IS
    'The last checkpoint of a job (safetensors), cut in pieces: what its next leader and processes that join go on from.';
COMMENT ON COLUMN training_checkpoints.job_id IS 'The job.';
COMMENT ON COLUMN training_checkpoints.step IS 'The step after which it was taken.';
COMMENT ON COLUMN training_checkpoints.piece IS 'The piece''s number, from 0.';
COMMENT ON COLUMN training_checkpoints.bytes IS 'The piece.';

COMMENT ON TABLE model_descriptions IS
    'What a model is for, in the words of those who answer for it; the newest row counts.';
COMMENT ON COLUMN model_descriptions.description_id IS 'In the order of writing.';
COMMENT ON COLUMN model_descriptions.name IS 'The model.';
COMMENT ON COLUMN model_descriptions.description IS 'Summary, intended use, out of scope, limits, contact.';
COMMENT ON COLUMN model_descriptions.actor IS 'Who wrote it.';
COMMENT ON COLUMN model_descriptions.at IS 'When.';

COMMENT ON TABLE evaluation_sets IS
    'Labelled examples that versions are scored on, by name; rows are never changed.';
COMMENT ON COLUMN evaluation_sets.name IS 'The set.';
COMMENT ON COLUMN evaluation_sets.task IS 'variants, classes, binary or regression.';
COMMENT ON COLUMN evaluation_sets.kind IS
    'What predictions and targets are: classes, the probability of yes, or a number.';
COMMENT ON COLUMN evaluation_sets.feature_version IS 'The definition of the features.';
COMMENT ON COLUMN evaluation_sets.digest IS 'SHA-256 of the files'' digests in their order.';
COMMENT ON COLUMN evaluation_sets.examples IS 'Examples in it.';
COMMENT ON COLUMN evaluation_sets.files IS 'Name, digest, examples and split of each file.';
COMMENT ON COLUMN evaluation_sets.targets IS 'Little-endian 32-bit floats, in the order of the files'' examples.';
COMMENT ON COLUMN evaluation_sets.description IS 'Where they are from and what they stand for.';
COMMENT ON COLUMN evaluation_sets.actor IS 'Who registered it.';
COMMENT ON COLUMN evaluation_sets.created_at IS 'When it was registered.';

COMMENT ON TABLE evaluation_set_files IS
    'The files of the sets, cut in pieces: a figure can be made again wherever the database is.';
COMMENT ON COLUMN evaluation_set_files.set_name IS 'The set.';
COMMENT ON COLUMN evaluation_set_files.file IS 'The file''s place in the set, from 0.';
COMMENT ON COLUMN evaluation_set_files.piece IS 'The piece''s number, from 0.';
COMMENT ON COLUMN evaluation_set_files.bytes IS 'The piece.';

COMMENT ON TABLE evaluations IS
    'How a version does on a set; the newest row of the two counts, and rows are never changed.';
COMMENT ON COLUMN evaluations.evaluation_id IS 'In the order of evaluating.';
COMMENT ON COLUMN evaluations.name IS 'The model.';
COMMENT ON COLUMN evaluations.version IS 'The version.';
COMMENT ON COLUMN evaluations.set_name IS 'The set.';
COMMENT ON COLUMN evaluations.metrics IS 'By the metric''s name: value, and the bounds of its bootstrap interval.';
COMMENT ON COLUMN evaluations.figures IS 'Points of the model card''s plots.';
COMMENT ON COLUMN evaluations.predictions IS
    'Little-endian 32-bit floats, an example''s outputs after another''s: two versions are compared in pairs.';
COMMENT ON COLUMN evaluations.actor IS 'Who evaluated it.';
COMMENT ON COLUMN evaluations.at IS 'When.';

COMMENT ON TABLE promotion_policies IS
    'What a version must show before it is promoted; a rule that is replaced or removed stays as history.';
COMMENT ON COLUMN promotion_policies.policy_id IS 'In the order of making.';
COMMENT ON COLUMN promotion_policies.name IS 'The model.';
COMMENT ON COLUMN promotion_policies.set_name IS 'The evaluation set.';
COMMENT ON COLUMN promotion_policies.metric IS 'The metric.';
COMMENT ON COLUMN promotion_policies.direction IS 'Which values of the metric are better: higher or lower.';
COMMENT ON COLUMN promotion_policies.required IS 'The worst value that is good enough.';
COMMENT ON COLUMN promotion_policies.margin IS
    'How much worse than production it may be, at the unfavourable bound of the paired bootstrap.';
COMMENT ON COLUMN promotion_policies.actor IS 'Who made the rule.';
COMMENT ON COLUMN promotion_policies.reason IS 'Why.';
COMMENT ON COLUMN promotion_policies.created_at IS 'Since when it is in force.';
COMMENT ON COLUMN promotion_policies.removed_by IS 'Who ended it.';
COMMENT ON COLUMN promotion_policies.removed_at IS 'When it ended; null while it is in force.';

COMMENT ON TABLE experiments IS
    'A second version of a model beside the one in production: on all examples in silence, or for a share of the runs.';
COMMENT ON COLUMN experiments.experiment_id IS 'In the order of beginning.';
COMMENT ON COLUMN experiments.name IS 'The model.';
COMMENT ON COLUMN experiments.champion IS 'The version that was in production when it began.';
COMMENT ON COLUMN experiments.challenger IS 'The version that is tried.';
COMMENT ON COLUMN experiments.mode IS 'shadow or canary.';
COMMENT ON COLUMN experiments.share IS 'The share of the runs that the challenger scores; 0 of a shadow.';
COMMENT ON COLUMN experiments.thresholds IS 'How many examples the verdict rests on, and what they must show.';
COMMENT ON COLUMN experiments.automatic IS 'Whether the verdict to promote is carried out.';
COMMENT ON COLUMN experiments.baseline IS
    'What the inputs are compared with: those of the challenger''s training, or the first of the experiment.';
COMMENT ON COLUMN experiments.state IS 'open, concluded, stopped or refused.';
COMMENT ON COLUMN experiments.actor IS 'Who began it.';
COMMENT ON COLUMN experiments.reason IS 'Why.';
COMMENT ON COLUMN experiments.started_at IS 'When it began.';
COMMENT ON COLUMN experiments.ended_at IS 'When it ended.';
COMMENT ON COLUMN experiments.ended_by IS 'Who ended it.';
COMMENT ON COLUMN experiments.outcome IS 'What came of it, in a sentence.';
COMMENT ON COLUMN experiments.closing_unit IS
    'The unit whose transaction concluded it: it alone announces the outcome.';
COMMENT ON COLUMN experiments.announcement IS 'What was announced then.';

COMMENT ON TABLE experiment_units IS
    'What each unit of work adds to an open experiment, written in the transaction of the unit''s effects.';
COMMENT ON COLUMN experiment_units.experiment_id IS 'The experiment.';
COMMENT ON COLUMN experiment_units.run_id IS 'The run.';
COMMENT ON COLUMN experiment_units.unit IS 'The unit''s name.';
COMMENT ON COLUMN experiment_units.pairs IS 'Examples that both versions scored.';
COMMENT ON COLUMN experiment_units.counts IS 'As the type Observations lays them out.';

COMMENT ON TABLE experiment_verdicts IS
    'Every look at an experiment: how many pairs there were, what was decided, on which figures.';
COMMENT ON COLUMN experiment_verdicts.experiment_id IS 'The experiment.';
COMMENT ON COLUMN experiment_verdicts.pairs IS 'Pairs that there were.';
COMMENT ON COLUMN experiment_verdicts.decision IS 'promote, reject or continue.';
COMMENT ON COLUMN experiment_verdicts.verdict IS 'The figures.';
COMMENT ON COLUMN experiment_verdicts.actor IS 'Who looked.';
COMMENT ON COLUMN experiment_verdicts.at IS 'When.';

COMMENT ON VIEW report_summary IS
    'A row a published report, for people: counts and names as numbers and text.';
COMMENT ON COLUMN report_summary.run_id IS 'The run.';
COMMENT ON COLUMN report_summary.sample IS 'The sample''s name.';
COMMENT ON COLUMN report_summary.version IS 'The version of this run''s report, counted from 1.';
COMMENT ON COLUMN report_summary.status IS 'final, or incomplete where input is missing.';
COMMENT ON COLUMN report_summary.created_at IS 'When the report was made.';
COMMENT ON COLUMN report_summary.duration_seconds IS 'From the request to the report.';
COMMENT ON COLUMN report_summary.reference IS 'File name of the reference.';
COMMENT ON COLUMN report_summary.reads IS 'Reads of the input, each mate counted.';
COMMENT ON COLUMN report_summary.bases IS 'Bases of these reads.';
COMMENT ON COLUMN report_summary.candidates IS 'Candidate alleles that were scored.';
COMMENT ON COLUMN report_summary.snvs IS 'Sites that passed, single-nucleotide.';
COMMENT ON COLUMN report_summary.indels IS 'Sites that passed, insertions and deletions.';
COMMENT ON COLUMN report_summary.heterozygous IS 'Passed sites with two different alleles.';
COMMENT ON COLUMN report_summary.homozygous IS 'Passed sites with two equal alternate alleles.';
COMMENT ON COLUMN report_summary.filtered IS 'Sites that were called and filtered.';
COMMENT ON COLUMN report_summary.transitions_to_transversions IS 'Of the passed SNVs; null without a transversion.';
COMMENT ON COLUMN report_summary.target_bases IS 'Bases of the target: the regions asked for, or the whole reference.';
COMMENT ON COLUMN report_summary.callable_bases IS 'Bases of the target that could be called.';
COMMENT ON COLUMN report_summary.callable_percent IS 'Their share in percent.';
COMMENT ON COLUMN report_summary.problems IS 'Records and files that could not be used.';
COMMENT ON COLUMN report_summary.models IS 'Every model version that scored a candidate, name@version.';
COMMENT ON COLUMN report_summary.vcf IS 'File name of the calls.';
COMMENT ON COLUMN report_summary.vcf_sha256 IS 'SHA-256 of that file.';

COMMENT ON VIEW call_table IS
    'A row a site of a run''s VCF, for people: its fields as numbers and text.';
COMMENT ON COLUMN call_table.run_id IS 'The run.';
COMMENT ON COLUMN call_table.sample IS 'The sample''s name.';
COMMENT ON COLUMN call_table.contig_index IS
    'The contig''s place in the reference, from 0: sort by it and by position.';
COMMENT ON COLUMN call_table.contig IS 'CHROM.';
COMMENT ON COLUMN call_table.position IS 'POS, counted from 1.';
COMMENT ON COLUMN call_table.reference IS 'REF.';
COMMENT ON COLUMN call_table.alternates IS 'ALT, separated by commas.';
COMMENT ON COLUMN call_table.quality IS 'QUAL: Phred-scaled probability that there is no alternate allele, at most 99.';
COMMENT ON COLUMN call_table.filter IS 'PASS, or what it did not pass, separated by semicolons.';
COMMENT ON COLUMN call_table.genotype IS 'GT.';
COMMENT ON COLUMN call_table.genotype_quality IS 'GQ.';
COMMENT ON COLUMN call_table.depth IS 'DP: reads that cover the site.';
COMMENT ON COLUMN call_table.reference_depth IS 'AD of the reference allele.';
COMMENT ON COLUMN call_table.alternate_depth IS 'AD of all alternate alleles together.';
COMMENT ON COLUMN call_table.alternate_percent IS 'Their share in percent.';
COMMENT ON COLUMN call_table.mapping_quality IS 'MQ: root mean square mapping quality.';
