import Events
import Foundation
import Genomics
import Messaging
import Storage
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// The suite as a user meets it: files in, a report out, the same bytes however the work was divided.
    @Suite("Whole runs", .serialized)
    struct RunTests {
        /// The calls of the sample, as the first run of this process made them: every other run has to make the same.
        private static let expected = Mutex<[Data]?>(nil)

        private static func expectSameCalls(_ run: FinishedRun, _ comment: Comment) throws {
            let files = [try run.vcf, try run.file("S.g.vcf.gz")]
            let first = expected.withLock { known in
                known = known ?? files
                return known
            }
            #expect(files == first, comment)
        }

        @Test("A sample's calls have the same bytes from every form of its reads", arguments: Stack.Broker.tested)
        func forms(_ broker: Stack.Broker) async throws {
            let sample = try await Sample.shared.value
            let stack = try await Stack(broker, settings: ["HELICASE_INGEST_BATCH_BYTES": "64KB"])
            let first = try sample.file("R1.fastq", sample.fastq(mate: 0))
            let second = try sample.file("R2.fastq", sample.fastq(mate: 1))
            let interleaved = try sample.file("both.fastq", sample.interleaved)
            for file in [first, second] {
                #expect(try await Program.run(["gzip", "-kf", file]).status == 0)
            }
            let reference = ["--reference", sample.reference]
            let plain = try await stack.run(reference + ["--fastq", first, "--fastq2", second])
            try Self.expectSameCalls(plain, "plain FASTQ")
            try await expectComplete(plain, of: sample, in: stack)
            let others: [(form: Comment, arguments: [String], input: String)] = [
                ("gzip", ["--fastq", first + ".gz", "--fastq2", second + ".gz"], "/dev/null"),
                ("interleaved", ["--fastq", interleaved, "--interleaved"], "/dev/null"),
                ("standard input", ["--fastq", "-", "--interleaved"], interleaved),
            ]
            for other in others {
                let run = try await stack.run(reference + other.arguments, standardInput: other.input)
                try Self.expectSameCalls(run, other.form)
                #expect(run.report.input.reads == 2 * sample.fragments.count, other.form)
                #expect(run.report.problemCount == 0, other.form)
            }
            #expect(try stack.state.members.allSatisfy { $0.restarts == 0 })
            try await stack.down()
        }

        @Test(
            "Large batches, small parts and two processes a stage make the same bytes",
            arguments: Stack.Broker.tested)
        func division(_ broker: Stack.Broker) async throws {
            let sample = try await Sample.shared.value
            let stack = try await Stack(
                broker, processes: ["ingest": 2, "align": 2, "encode": 2, "infer": 2, "report": 2, "train": 0],
                settings: ["HELICASE_INGEST_BATCH_BYTES": "2MB", "HELICASE_ENCODE_PART": "3"])
            let files = [
                "--fastq", try sample.file("R1.fastq", sample.fastq(mate: 0)),
                "--fastq2", try sample.file("R2.fastq", sample.fastq(mate: 1)),
            ]
            // Two samples at once have to share every process.
            async let one = stack.run(["--reference", sample.reference] + files)
            async let two = stack.run(["--reference", sample.reference] + files)
            for run in try await [one, two] {
                try Self.expectSameCalls(run, "two processes")
                try await expectComplete(run, of: sample, in: stack)
            }
            #expect(try stack.state.members.allSatisfy { $0.restarts == 0 })
            try await stack.down()
        }

        @Test("Aligned reads, sorted or not, give a report; regions limit it", arguments: Stack.Broker.tested)
        func alignments(_ broker: Stack.Broker) async throws {
            let sample = try await Sample.shared.value
            let stack = try await Stack(broker, settings: ["HELICASE_INGEST_BATCH_BYTES": "64KB"])
            let reference = ["--reference", sample.reference]
            let sorted = try sample.file("sorted.bam", sample.alignments(sorted: true))
            let unsorted = try sample.file("unsorted.bam", sample.alignments(sorted: false))
            let first = try await stack.run(reference + ["--alignments", sorted])
            let second = try await stack.run(reference + ["--alignments", unsorted])
            try Self.expectSameCalls(first, "sorted BAM")
            try Self.expectSameCalls(second, "unsorted BAM")
            for file in ["S.stats", "S.flagstat"] {
                #expect(try first.file(file) == second.file(file), "the order of the file changes nothing")
            }
            for run in [first, second] { try await expectComplete(run, of: sample, in: stack) }

            let regions = try sample.file("regions.bed", Array("contig1\t20000\t45000\ncontig2\t0\t5000\n".utf8))
            let limited = try await stack.run(reference + ["--alignments", sorted, "--regions", regions])
            #expect(limited.report.callability.targetBases == 30_000)
            let inside: Set<Substring> = try await Set(
                lines(of: limited).filter { line in
                    let columns = line.split(separator: "\t")
                    guard let position = Int(columns[1]) else { return false }
                    return columns[0] == "contig1"
                        ? (20_001...45_000).contains(position) : (1...5000).contains(position)
                })
            #expect(try await Set(lines(of: limited)) == inside)
            let all = try await Set(lines(of: first))
            #expect(!inside.isEmpty && inside.isSubset(of: all) && inside.count < all.count)
            try await stack.down()
        }

        /// Reads of NA12878 on 10 kb of chromosome 20.
        private static let realData = HelicaseData.folder.appending(path: "variants/trio_10kb")

        @Test(
            "Real reads get the calls that `helicase predict variants` makes without a stack",
            .enabled(if: HelicaseData.isThere, "needs the data folder: set HELICASE_DATA"))
        func realReads() async throws {
            let reads = Self.realData.appending(path: "HG001.chr20_10.00-10.01Mb.bam").path
            let reference = Self.realData.appending(path: "hs37d5.20.masked.fa.gz").path
            let stack = try await Stack(.embedded, processes: ["ingest": 1, "train": 0])
            let run = try await stack.run(["--reference", reference, "--alignments", reads, "--rename"])
            // Of 1,823 records 8 are supplementary alignments.
            #expect(run.report.input.reads == 1815)
            #expect(run.report.problemCount == 0)
            let local = stack.folder.appending(path: "local.vcf.gz").path
            let blocks = stack.folder.appending(path: "local.g.vcf.gz")
            let predicted = try await stack.helicase(
                "predict", "variants", "--input", reads, "--reference", reference, "--output", local, "--sample", "S",
                "--rename", "--quality-control", stack.folder.path, "--gvcf", blocks.path)
            try #require(predicted.status == 0, "\(predicted.errors)")
            #expect(try run.file("S.g.vcf.gz") == Data(contentsOf: blocks))
            let said = Set(
                predicted.output.split(separator: "\n").map { $0.split(separator: #/ {2,}/#).map(String.init) })
            let reliability = try #require(run.report.reliability)
            #expect(reliability.rows.rows.allSatisfy(said.contains), "\(predicted.output)")
            for file in ["S.stats", "S.flagstat"] {
                let alone = try Data(contentsOf: stack.folder.appending(path: file))
                #expect(try run.file(file) == alone, "\(file)")
            }
            // Duplicates are marked here, and were not in the file; everything else is as samtools counts it.
            func counts(_ text: String) -> [Substring] {
                text.split(separator: "\n").filter { !$0.contains("duplicates") }
            }
            let flagstat = try await Program.run(["samtools", "flagstat", reads])
            #expect(counts(String(decoding: try run.file("S.flagstat"), as: UTF8.self)) == counts(flagstat.output))
            let view = try await Program.run(["bcftools", "view", "--no-header", local])
            let lines = try await lines(of: run)
            #expect(lines.count > 20)
            #expect(view.output.split(separator: "\n") == lines)
            try await stack.down()
        }

        /// Everything of a run is there, once.
        private func expectComplete(_ run: FinishedRun, of sample: Sample, in stack: Stack) async throws {
            let report = run.report
            #expect(report.input.reads == 2 * sample.fragments.count)
            #expect(report.problemCount == 0 && report.problems.isEmpty)
            #expect(report.callability.targetBases == report.callability.basesByState.values.reduce(0, +))
            let lines = try await lines(of: run)
            #expect(lines.count > 20)
            #expect(report.calls.snvs + report.calls.indels + report.calls.filtered == lines.count)
            for artifact in report.artifacts {
                let size = try Data(contentsOf: run.folder.appending(path: artifact.name)).count
                #expect(size == artifact.size)
            }
            #expect(
                report.artifacts.map(\.name)
                    == [
                        "S.vcf.gz", "S.vcf.gz.tbi", "S.g.vcf.gz", "S.g.vcf.gz.tbi", "S.callable.bed.gz", "S.stats",
                        "S.flagstat", "S.report.html",
                    ])
            let reliability = try #require(report.reliability)
            #expect(reliability.bands.reduce(0) { $0 + $1.calls } == report.calls.snvs + report.calls.indels)
            #expect(reliability.kind != nil && reliability.bands.allSatisfy { $0.heldOut != nil })
            let quality = try #require(report.quality)
            #expect(quality.reads.reads == report.input.reads)
            #expect(quality.reads.bases == report.input.bases)
            #expect(quality.reads.mapped > quality.reads.reads * 9 / 10)
            #expect(quality.depth.targetBases > 0 && quality.depth.mean ?? 0 > 1)
            #expect(Set(quality.stages.map(\.stage)).isSuperset(of: ["ingest", "encode", "infer", "report"]))
            #expect(quality.stages.allSatisfy { $0.first >= 0 && $0.first <= $0.last })
            try await RowCheck(stack: stack, run: report.run).expectOnce(lines: lines.count, report: report)
        }

        /// The lines of a run's VCF behind its header, read through its index by bcftools, which must not complain.
        private func lines(of run: FinishedRun) async throws -> [Substring] {
            let file = run.folder.appending(path: "S.vcf.gz").path
            let view = try await Program.run(["bcftools", "view", file])
            #expect(view.status == 0 && view.errors.isEmpty, "\(view.errors)")
            let indexed = try await Program.run(["bcftools", "index", "--nrecords", file])
            let lines = view.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(Int(indexed.output.trimmingCharacters(in: .whitespacesAndNewlines)) == lines.count)
            return lines
        }
    }
}
