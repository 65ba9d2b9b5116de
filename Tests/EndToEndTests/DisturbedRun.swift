import Events
import Foundation
import Storage
import TestSupport
import Testing

/// A run that is under way while a test does harm to the stack.
struct DisturbedRun: Sendable {
    /// Small batches and parts, so that every stage has a middle that a test can meet.
    static let settings = ["HELICASE_INGEST_BATCH_BYTES": "32KB", "HELICASE_ENCODE_PART": "1"]

    /// A sample of some 8,000 pairs.
    static let sample = Task { try Sample(lengths: [180_000, 40_000], coverage: 8, seed: 5) }

    let stack: Stack
    let sample: Sample
    /// Lanes, each of which has all reads of the sample.
    var lanes = 1
    /// More options of `helicase run`.
    var options: [String] = []

    /// The arguments of `helicase run` for the sample's pairs.
    func arguments() throws -> [String] {
        ["--reference", sample.reference] + options
            + (try (1...lanes).flatMap { lane in
                try (0...1).flatMap { mate in
                    [
                        mate == 0 ? "--fastq" : "--fastq2",
                        try sample.file("L\(lane)_R\(mate + 1).fastq", sample.fastq(mate: mate)),
                    ]
                }
            })
    }

    /// Streams the sample, does harm once `stage` has begun and is not over, and returns what the run came to.
    func run(
        inTheMiddleOf stage: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ harm: @Sendable () async throws -> Void
    ) async throws -> FinishedRun {
        let before = try await newestRun()
        async let finished = stack.run(arguments())
        let isMet = try await eventually(within: .seconds(60)) {
            let run = try await newestRun()
            return run != before ? try await isInTheMiddle(of: stage, run) : false
        }
        #expect(isMet, "\(stage) was not met in the middle", sourceLocation: sourceLocation)
        try await harm()
        return try await finished
    }

    /// The run that was opened last.
    func newestRun() async throws -> UUID? {
        try await stack.database.query("SELECT run_id FROM runs ORDER BY opened_at DESC LIMIT 1").first?
            .decode("run_id", as: UUID.self)
    }

    private func isInTheMiddle(of stage: String, _ run: UUID?) async throws -> Bool {
        guard let run else { return false }
        let statement: Statement =
            switch stage {
            case Stage.ingest:
                "SELECT count(*) FROM runs WHERE run_id = \(run) AND state = 'opened' AND batches_sent > 0"
            case Stage.encode:
                """
                SELECT count(*) FROM runs r WHERE run_id = \(run) AND state IN ('opened', 'sealed')
                    AND EXISTS (SELECT 1 FROM spills s WHERE s.run_id = r.run_id)
                    AND NOT EXISTS (SELECT 1 FROM run_stages s WHERE s.run_id = r.run_id AND stage = 'encode'
                        AND closing_unit IS NOT NULL)
                """
            default:
                """
                SELECT count(*) FROM run_stages
                WHERE run_id = \(run) AND stage = \(stage) AND done > 0 AND closing_unit IS NULL
                """
            }
        return try await stack.database.scalar(statement) > 0
    }

    /// What must hold of a run whatever happened: the undisturbed calls, every effect once.
    func expectUnharmed(_ run: FinishedRun, like undisturbed: FinishedRun) async throws {
        #expect(try run.vcf == undisturbed.vcf)
        #expect(run.report.input == undisturbed.report.input)
        #expect(run.report.calls == undisturbed.report.calls)
        #expect(run.report.callability == undisturbed.report.callability)
        #expect(run.report.reliability == undisturbed.report.reliability)
        let calls = run.report.calls
        try await RowCheck(stack: stack, run: run.report.run)
            .expectOnce(lines: calls.snvs + calls.indels + calls.filtered, report: run.report)
    }
}
