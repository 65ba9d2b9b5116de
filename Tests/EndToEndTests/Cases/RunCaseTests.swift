import Events
import Foundation
import Genomics
import Hashing
import TestSupport
import Testing

extension EndToEnd {
    /// Inputs that once gave a wrong answer with exit status 0, through a stack.
    @Suite("Inputs that gave wrong answers: run", .serialized, .enabled(if: Case.areThere, "\(Case.absence)"))
    struct RunCaseTests {
        private static let stack = Task { try await Stack(.embedded, processes: ["train": 0]) }

        /// What `helicase run` of files of a case ends in.
        private struct Outcome {
            var program: Program
            var folder: URL
            var sample: String

            func report() throws -> Report {
                try EventCoding.decode(
                    Report.self, from: Array(Data(contentsOf: folder.appending(path: "\(sample).report.json"))))
            }
            func calls() throws -> [String] { try Case.calls(folder.appending(path: "\(sample).vcf.gz").path) }
        }

        private func run(
            _ files: Case, sample: String = "S1", reference: String = "ref.fa", _ options: [String],
            standardInput: String = "/dev/null"
        ) async throws -> Outcome {
            let folder = files.folder.appending(path: "out-\(UUID().uuidString.prefix(8))")
            let options = options.map { $0.hasPrefix("./") ? files.path(String($0.dropFirst(2))) : $0 }
            let program = try await Self.stack.value.helicase(
                [
                    "run", "--sample", sample, "--reference", files.path(reference), "--output", folder.path,
                ] + options, standardInput: standardInput)
            return Outcome(program: program, folder: folder, sample: sample)
        }

        @Test("A contig beyond 512 Mb has all calls and an index that can hold them")
        func longContig() async throws {
            let files = try Case("01-contig-over-512Mb")
            for _ in 0..<2 {
                let run = try await run(files, reference: "big.fa.gz", ["--alignments", "./big.bam"])
                #expect(run.program.status == 0, "\(run.program.errors)")
                #expect(try run.calls() == CallingCaseTests.beyond)
                #expect(FileManager.default.fileExists(atPath: run.folder.appending(path: "S1.vcf.gz.csi").path))
            }
        }

        @Test("Reads of another organism make an incomplete report that says so")
        func foreignReads() async throws {
            let files = try Case("07-two-samples")
            var random = SplitMix64(seed: 11)
            for mate in 1...2 {
                let reads = (0..<600).map { number in
                    let bases = String(
                        decoding: (0..<100).map { _ in Array("ACGT".utf8)[Int(random.next() % 4)] }, as: UTF8.self)
                    return "@r\(number)/\(mate)\n\(bases)\n+\n\(String(repeating: "I", count: 100))\n"
                }
                try Data(reads.joined().utf8).write(to: files.folder.appending(path: "F\(mate).fastq"))
            }
            let options = ["--fastq", "./F1.fastq", "--fastq2", "./F2.fastq"]
            let foreign = try await run(files, sample: "F", options)
            #expect(foreign.program.status == 1 && foreign.program.errors.contains("of 1200 reads are mapped"))
            #expect(try foreign.report().status == .incomplete)
            let accepted = try await run(files, sample: "F", options + ["--allow-incomplete"])
            #expect(accepted.program.status == 0, "\(accepted.program.errors)")
        }

        @Test("Two samples in one file are refused by name, or one of them is chosen")
        func twoSamples() async throws {
            let files = try Case("07-two-samples")
            let refused = try await run(files, sample: "X", ["--alignments", "./two.bam"])
            #expect(refused.program.status != 0)
            #expect(refused.program.errors.contains("Mother") && refused.program.errors.contains("Child"))
            let chosen = try await run(files, sample: "Child", ["--alignments", "./two.bam"])
            #expect(chosen.program.status == 0, "\(chosen.program.errors)")
            #expect(try chosen.calls() == ["ctgA:4000 T>C 1/1"])
        }

        @Test("Reads of another sample are refused, unless their name is to be changed")
        func otherSample() async throws {
            let files = try Case("24-messages")
            let refused = try await run(files, sample: "M", ["--alignments", "./base.bam"])
            #expect(refused.program.status != 0)
            #expect(refused.program.errors.contains("S1") && refused.program.errors.contains("--rename"))
            let renamed = try await run(files, sample: "M", ["--alignments", "./base.bam", "--rename"])
            #expect(renamed.program.status == 0, "\(renamed.program.errors)")
            #expect(try renamed.calls() == CallingCaseTests.eight)
        }

        @Test(
            "The order of contigs may be another in the reads than in the reference; order that is claimed is checked")
        func contigOrder() async throws {
            let files = try Case("10-contig-order")
            let run = try await run(files, ["--alignments", "./order.bam"])
            #expect(run.program.status == 0, "\(run.program.errors)")
            #expect(try run.calls().map { $0.prefix(7) } == ["c1:1000", "c2:1000", "c3:1000", "c4:1000"])
            let unsorted = try await self.run(files, ["--alignments", "./unsorted.bam"])
            if unsorted.program.status == 0 {
                #expect(try unsorted.calls() == run.calls())
            } else {
                #expect(unsorted.program.errors.contains("not sorted as its header says"), "\(unsorted.program.errors)")
            }
        }

        @Test("Callable is what a caller could use", arguments: [("intron.bam", 131), ("q2.bam", 0)])
        func callable(_ input: String, _ bases: Int) async throws {
            let files = try Case("13-callable")
            let run = try await run(files, ["--alignments", "./\(input)"])
            #expect(run.program.status == 0, "\(run.program.errors)")
            #expect(try run.report().callability.basesByState["callable"] ?? 0 == bases)
        }

        @Test("An empty list of regions is refused")
        func emptyRegions() async throws {
            let files = try Case("14-bed-of-another-naming")
            let run = try await run(files, ["--alignments", "./base.bam", "--regions", "./empty.bed"])
            #expect(run.program.status != 0 && run.program.errors.contains("empty.bed"), "\(run.program.errors)")
        }

        @Test("An exome's regions fit", .timeLimit(.minutes(5)))
        func exome() async throws {
            let files = try Case("15-exome-bed")
            let bed = (0..<198_600).map { "chrP\t\($0 * 10)\t\($0 * 10 + 4)\n" }.joined()
            try bed.write(toFile: files.path("exome.bed"), atomically: true, encoding: .utf8)
            let run = try await run(
                files, reference: "ref.fa.gz", ["--alignments", "./reads.bam", "--regions", "./exome.bed"])
            #expect(run.program.status == 0, "\(run.program.errors)")
            #expect(try run.report().callability.targetBases == 198_600 * 4)
            let alone = try await files.predict("reads.bam", reference: "ref.fa.gz", "--regions", "./exome.bed")
            #expect(alone.status == 0, "\(alone.errors)")
            #expect(try run.calls() == files.calls())
        }

        @Test(
            "Unmapped reads are mapped, whether contigs are listed or not",
            arguments: ["ubam-without-sq.bam", "ubam.bam"])
        func unmapped(_ input: String) async throws {
            let files = try Case("16-ubam-with-sq")
            let run = try await run(files, ["--alignments", "./\(input)"])
            #expect(run.program.status == 0, "\(run.program.errors)")
            #expect(try run.calls() == CallingCaseTests.eight)
        }

        @Test("A run none of whose reads could be used fails", arguments: ["wrapped.fq", "non-ascii.fq", "cr.fq", "-"])
        func nothingReadable(_ input: String) async throws {
            let files = try Case("17-nothing-could-be-read")
            let run = try await run(files, ["--fastq", input == "-" ? "-" : "./\(input)"])
            if run.program.status == 0 {
                // Only records of several lines can be read.
                #expect(input == "wrapped.fq")
                #expect(try run.report().input.reads == 60 && run.report().problemCount == 0)
            } else {
                #expect(run.program.status == 1 && !run.program.errors.isEmpty)
                // What is cut short within a record has the reads before it.
                let isWritten = FileManager.default.fileExists(atPath: run.folder.appending(path: "S1.vcf.gz").path)
                #expect(try !isWritten || run.report().status == .incomplete)
            }
        }

        @Test("Mates whose names differ in their suffix are joined by place", arguments: ["sra", "slash3"])
        func mateSuffixes(_ name: String) async throws {
            let files = try Case("18-mate-suffixes")
            let run = try await run(files, ["--fastq", "./\(name)_1.fq.gz", "--fastq2", "./\(name)_2.fq.gz"])
            if run.program.status == 0 {
                #expect(try run.report().problemCount == 0 && run.report().input.reads == 4000)
            } else {
                #expect(run.program.errors.contains("paired reads have different names"), "\(run.program.errors)")
            }
        }

        @Test("The same file for both mates, and qualities of another offset, are refused")
        func refusedPairs() async throws {
            let same = try Case("22-same-file-twice")
            let twice = try await run(same, ["--fastq", "./R1.fq.gz", "--fastq2", "./R1.fq.gz"])
            #expect(twice.program.status != 0 && twice.program.errors.contains("twice"), "\(twice.program.errors)")
            try FileManager.default.copyItem(atPath: same.path("R1.fq.gz"), toPath: same.path("copy.fq.gz"))
            let copied = try await run(same, ["--fastq", "./R1.fq.gz", "--fastq2", "./copy.fq.gz"])
            #expect(copied.program.status != 0 && copied.program.errors.contains("same"), "\(copied.program.errors)")
            let old = try Case("23-phred64")
            let shifted = try await run(old, ["--fastq", "./p64_1.fq.gz", "--fastq2", "./p64_2.fq.gz"])
            #expect(shifted.program.status != 0 && shifted.program.errors.contains("64"), "\(shifted.program.errors)")
        }

        @Test("A network of another task is not put into production, and infer goes on")
        func foreignNetwork() async throws {
            let files = try Case("20-promote-foreign-network")
            let stack = try await Self.stack.value
            let imported = try await stack.helicase("models", "import", files.path("foreign.safetensors"))
            let promoted = try await stack.helicase("models", "promote", "pileup-caller@2", "--reason", "x")
            #expect(imported.status != 0 || promoted.status != 0)
            let run = try await run(files, ["--alignments", "./base.bam"])
            #expect(run.program.status == 0, "\(run.program.errors)")
        }

        @Test("An output that is a file is refused in a sentence; zeros behind a gzip file are no problem")
        func messages() async throws {
            let files = try Case("24-messages")
            try Data().write(to: files.folder.appending(path: "file"))
            let stack = try await Self.stack.value
            let refused = try await stack.helicase(
                "run", "--sample", "S1", "--reference", files.path("ref.fa"), "--alignments", files.path("base.bam"),
                "--output", files.path("file"))
            #expect(refused.status != 0 && refused.errors.contains("\(files.path("file")) is no folder"))
            #expect(!refused.errors.contains("NSCocoaErrorDomain") && !refused.errors.contains("Error Domain"))
            let padded = try await run(files, ["--fastq", "./padded.fq.gz"])
            #expect(padded.program.status == 0, "\(padded.program.errors)")
            #expect(try padded.report().problemCount == 0)
        }

        @Test("In all of this no process died")
        func aftermath() async throws {
            let stack = try await Self.stack.value
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }
    }
}
