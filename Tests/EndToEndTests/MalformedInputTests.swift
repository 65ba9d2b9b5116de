import Commands
import Delivery
import Events
import Foundation
import Messaging
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// What a lab's worst day sends: nothing dies of it, the good reads count, and the report says what is missing.
    @Suite("Malformed input", .serialized)
    struct MalformedInputTests {
        private static let sample = Task { try Sample(lengths: [20_000], coverage: 10, seed: 3) }
        private static let stack = Task { try await Stack(.embedded, processes: ["ingest": 2, "train": 0]) }

        @Test("FASTQ")
        func singles() async throws {
            try await check(MalformedInput.singles(GoodReads(Self.sample.value)))
        }

        @Test("Pairs of FASTQ")
        func pairs() async throws {
            try await check(MalformedInput.pairs(GoodReads(Self.sample.value)))
        }

        @Test("SAM and BAM")
        func alignments() async throws {
            try await check(MalformedInput.alignmentFiles(GoodReads(Self.sample.value)))
        }

        @Test("Files that are missing are said to be, and nothing is sent")
        func missing() async throws {
            let stack = try await Self.stack.value
            let sample = try await Self.sample.value
            for option in ["--fastq", "--alignments"] {
                let program = try await stack.helicase(
                    "run", "--sample", "S", "--reference", sample.reference, option, "/nowhere/at all", "--output",
                    "/tmp")
                #expect(program.status == 1)
                #expect(program.errors.contains("/nowhere/at all cannot be read"))
            }
            let program = try await stack.helicase(
                "run", "--sample", "S", "--reference", "/nowhere.fa", "--fastq", sample.reference, "--output", "/tmp")
            #expect(program.status == 1 && program.errors.contains("/nowhere.fa"))
        }

        @Test("In all of this no process died, and a good sample still has its report")
        func aftermath() async throws {
            let stack = try await Self.stack.value
            let sample = try await Self.sample.value
            let file = try sample.file("good.fastq", sample.fastq(mate: 0))
            let run = try await stack.run(["--reference", sample.reference, "--fastq", file])
            #expect(run.report.problemCount == 0)
            #expect(run.report.input.reads == sample.fragments.count)
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }

        /// Runs every input, a few at a time.
        private func check(_ inputs: [MalformedInput]) async throws {
            let stack = try await Self.stack.value
            let sample = try await Self.sample.value
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, input) in inputs.enumerated() {
                    if index >= 4 { try await group.next() }
                    group.addTask { try await check(input, stack, sample) }
                }
                try await group.waitForAll()
            }
        }

        private func check(_ input: MalformedInput, _ stack: Stack, _ sample: Sample) async throws {
            let name = Comment(rawValue: input.name)
            let folder = sample.folder.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let files = try input.files.enumerated().map { index, bytes in
                let file = folder.appending(path: "input\(index)")
                try Data(bytes).write(to: file)
                return file.path
            }
            let options = input.options.map { Int($0).map { files[$0] } ?? $0 }
            let output = folder.appending(path: "out")
            let program = try await stack.helicase(
                ["run", "--sample", "S", "--reference", sample.reference, "--output", output.path, "--json"] + options)
            switch input.outcome {
            case .failure(let words):
                #expect(program.status == 1, name)
                #expect(
                    program.errors.contains(words) && program.errors.contains(files[0]), "\(name): \(program.errors)")
            case .report(let reads, let places):
                // The files are written in any case; the exit status says whether reads are missing.
                #expect(program.status == (places.isEmpty ? 0 : 1), "\(name): \(program.errors)")
                #expect(places.isEmpty || program.errors.contains("is incomplete: "), "\(name): \(program.errors)")
                let report = try FinishedRun(output).report
                #expect(report.status == (places.isEmpty ? .final : .incomplete), name)
                #expect(report.missing?.isEmpty != true && (report.missing == nil) == places.isEmpty, name)
                #expect(reads < 0 || report.input.reads == reads, name)
                let found = report.problems.map { problem in
                    let file = files.firstIndex { $0 == problem.file } ?? -1
                    return MalformedInput.Place(file: file, record: problem.record ?? 0, field: problem.field ?? "")
                }
                let isAsExpected =
                    places.allSatisfy { $0.record >= 0 }
                    ? Set(found) == Set(places) : Set(found.map(\.field)).isSuperset(of: places.map(\.field))
                #expect(isAsExpected, "\(name): \(report.problems)")
                try await expectDeadLetters(report, stack, name)
            }
        }

        /// Every problem of a report is among the dead letters, with its reason and where it came from.
        private func expectDeadLetters(_ report: Report, _ stack: Stack, _ name: Comment) async throws {
            let letters = try await stack.records(Topics.deadLetters, of: report.run)
            #expect(report.input.problems == report.problemCount, name)
            #expect(report.problemCount == report.problems.reduce(0) { $0 + ($1.count ?? 1) }, name)
            #expect(letters.count == report.problemCount, name)
            let reasons = Set(letters.compactMap { $0.header(DeadLetter.reasonHeader) })
            let origins = Set(letters.compactMap { $0.header(DeadLetter.originHeader) })
            for problem in report.problems {
                #expect(reasons.contains("\(problem.field ?? ""): \(problem.message)"), name)
                #expect(origins.contains("\(problem.file ?? "") record \(problem.record ?? 0)"), name)
            }
        }
    }
}
