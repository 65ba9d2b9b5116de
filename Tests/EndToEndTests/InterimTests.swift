import Events
import Foundation
import Genomics
import Synchronization
import TestSupport
import Testing
import VariantCalling

extension EndToEnd {
    /// Reports of a sample whose reads still come.
    @Suite("Interim reports", .serialized)
    struct InterimTests {
        @Test(
            "Reports come while files are read, in their order, and leave the final one as it would have been",
            arguments: Stack.Broker.tested)
        func files(_ broker: Stack.Broker) async throws {
            let sample = try await DisturbedRun.sample.value
            let stack = try await Stack(
                broker, processes: ["encode": 2, "train": 0], settings: DisturbedRun.settings)
            let undisturbed = try await stack.run(DisturbedRun(stack: stack, sample: sample).arguments())
            let disturbed = DisturbedRun(stack: stack, sample: sample, options: ["--interim"])
            let run = try await stack.run(disturbed.arguments())
            try await disturbed.expectUnharmed(run, like: undisturbed)
            try await expectReports(of: run, stack)

            // With a gatherer killed in between, some may be left out, and nothing else changes.
            let killed = try await disturbed.run(inTheMiddleOf: Stage.encode) { try stack.signal("encode-1") }
            try await disturbed.expectUnharmed(killed, like: undisturbed)
            try await expectCleared(stack)
            try await stack.down()
        }

        @Test("Of a stream that is not at its end a report is at hand, whose stable calls stand")
        func stream() async throws {
            let sample = try Sample(lengths: [60_000], coverage: 20, seed: 12)
            let stack = try await Stack(
                Stack.Broker.installed.last ?? .embedded, processes: ["train": 0], settings: DisturbedRun.settings)
            let both = try sample.file("both.fastq", sample.interleaved)
            let whole = try await stack.run(["--reference", sample.reference, "--fastq", both, "--interleaved"])
            let pipe = try FedPipe(sample)
            let hurries = Mutex(false)
            pipe.trickle(sample.interleaved) { hurries.withLock { $0 } }
            let output = stack.folder.appending(path: "out")
            async let program = stack.helicase(
                FedPipe.arguments(sample, output.path) + ["--interim"], standardInput: pipe.path)
            let interim = output.appending(path: "S.interim.vcf.gz")
            let report = output.appending(path: "S.interim.report.json")
            let isThere = try await eventually(within: .seconds(90)) {
                try FileManager.default.fileExists(atPath: report.path) && read(report).stable > 0
            }
            #expect(isThere)
            let known = try read(report)
            let run = try #require(try await stack.newestRun()?.run)
            #expect(known.share == nil && known.run == Identifier(run))
            #expect(known.stable > 0 && known.stable + known.open == known.calls.snvs + known.calls.indels)
            let calls = try VCFReader.variants(path: interim.path)
            let prospects = calls.compactMap { $0.info.first { $0.key == SiteCall.interimKey }?.value }
            #expect(prospects.count == calls.count && prospects.count { $0 == "stable" } == known.stable)

            hurries.withLock { $0 = true }
            let ended = try await program
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.errors.contains("interim report 1: "))
            let finished = try FinishedRun(output)
            #expect(try finished.vcf == whole.vcf)
            let final = Set(try VCFReader.variants(path: output.appending(path: "S.vcf.gz").path).map(Self.identity))
            let lost = zip(calls, prospects).filter { $1 == "stable" && !final.contains(Self.identity($0)) }
            #expect(lost.isEmpty, "\(lost.map(\.0))")
            let left = try FileManager.default.contentsOfDirectory(atPath: output.path)
            #expect(left.allSatisfy { !$0.contains("interim") }, "\(left)")
            try await stack.down()
        }

        private func read(_ report: URL) throws -> InterimReport {
            let bytes = try Array(Data(contentsOf: report))
            #expect(try EventSchema.violations(in: bytes, of: .interimReport).isEmpty)
            return try EventCoding.decode(InterimReport.self, from: bytes)
        }

        /// Where, what and how often.
        private static func identity(_ variant: Variant) -> String {
            let alleles = (variant.genotype?.alleles ?? []).map { $0.map(String.init) ?? "." }.sorted()
            return "\(variant.contig) \(variant.position) \(variant.reference) \(variant.alternates) \(alleles)"
        }

        private func expectReports(of run: FinishedRun, _ stack: Stack) async throws {
            let records = try await stack.records(Topics.reports, of: run.report.run)
            let reports = try records.dropLast().map { record in
                #expect(record.header("ce_type") == EventType.interimReport.rawValue)
                return try EventCoding.decode(InterimReport.self, from: record.value ?? [])
            }
            #expect(records.last?.header("ce_type") == EventType.report.rawValue)
            let numbers = reports.map(\.number)
            #expect(!numbers.isEmpty && numbers.allSatisfy { (1...9).contains($0) })
            #expect(numbers == Set(numbers).sorted())
            for (before, after) in zip(reports, reports.dropFirst()) {
                #expect(before.read.reads < after.read.reads && before.share ?? 1 < after.share ?? 0)
            }
            #expect(reports.allSatisfy { $0.models == run.report.models && $0.sample == "S" })
            try await expectCleared(stack)
        }

        private func expectCleared(_ stack: Stack) async throws {
            for table in ["marks", "shards", "parts", "calls"] {
                let name = "interim_\(table)"
                let rows: Int = try await stack.database.scalar("SELECT count(*) FROM \(identifier: name)")
                #expect(rows == 0, "\(name)")
            }
            let files: Int = try await stack.database.scalar(
                "SELECT count(*) FROM artifacts WHERE name LIKE '%interim%'")
            #expect(files == 0)
        }
    }
}
