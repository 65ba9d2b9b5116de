import Foundation
import Genomics
import TestSupport
import Testing

extension EndToEnd {
    /// Inputs that once gave a wrong answer with exit status 0, through the commands that need no stack.
    @Suite("Inputs that gave wrong answers: predict and evaluate", .enabled(if: Case.areThere, "\(Case.absence)"))
    struct CallingCaseTests {
        /// What the reads of most cases hold.
        static let eight = six.map { "ctgA:\($0)" } + ["ctgB:1500 G>A 0/1", "ctgB:3000 C>T 1/1"]
        private static let six = [
            "2000 A>G 0/1", "3000 T>C 1/1", "5000 A>AGATTC 1/1", "7000 TGCA>T 0/1", "8000 C>T 0/1", "10000 G>A 0/1",
        ]
        static let beyond = six.map { call in
            let parts = call.split(separator: " ", maxSplits: 1)
            return "chrBig:\((Int(parts[0]) ?? 0) + 538_000_000) \(parts[1])"
        }

        @Test("A contig beyond 512 Mb has all calls and an index that can hold them")
        func longContig() async throws {
            let files = try Case("01-contig-over-512Mb")
            let program = try await files.predict("big.bam", reference: "big.fa.gz")
            #expect(program.status == 0, "\(program.errors)")
            #expect(try files.calls() == Self.beyond)
            #expect(FileManager.default.fileExists(atPath: files.path("o.vcf.gz.csi")))
            let place = try await Program.run(
                ["bcftools", "view", "-H", files.path("o.vcf.gz"), "chrBig:538005000-538005000"])
            #expect(place.status == 0 && place.output.contains("\t538005000\t"), "\(place.errors)")
        }

        @Test("An index that is older than its FASTA is made again")
        func staleIndex() async throws {
            let files = try Case("04-stale-fai")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_577_836_800)],
                ofItemAtPath: files.path("ref.fa.fai"))
            let program = try await files.predict("base.bam")
            #expect(program.status == 0, "\(program.errors)")
            #expect(try files.calls() == Self.eight)
        }

        @Test("An index of another FASTA is made again, however new it is")
        func foreignIndex() async throws {
            let files = try Case("04-stale-fai")
            try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: files.path("ref.fa.fai"))
            let program = try await files.predict("base.bam")
            #expect(program.status == 0, "\(program.errors)")
            #expect(try files.calls() == Self.eight)
        }

        @Test("A mapping quality of 255 is none, not a high one")
        func unavailableMappingQuality() async throws {
            let files = try Case("05-mapq-255")
            let program = try await files.predict("mq255.bam")
            #expect(program.status == 0, "\(program.errors)")
            #expect(try files.calls() == Self.eight)
            let qualities = try VCFReader.variants(path: files.path("o.vcf.gz")).compactMap { $0.info("MQ") }
            #expect(!qualities.contains { $0.hasPrefix("255") })
        }

        @Test("Two samples in one file are refused by name, or one of them is chosen")
        func twoSamples() async throws {
            let files = try Case("07-two-samples")
            let refused = try await files.predict("two.bam")
            #expect(refused.status != 0)
            #expect(refused.errors.contains("Mother") && refused.errors.contains("Child"), "\(refused.errors)")
            for (sample, call) in [("Mother", "ctgA:3000 T>C 1/1"), ("Child", "ctgA:4000 T>C 1/1")] {
                let chosen = try await files.predict("two.bam", "--sample", sample)
                #expect(chosen.status == 0, "\(chosen.errors)")
                #expect(try files.calls() == [call])
            }
        }

        @Test("An insertion beside a deletion is one allele", arguments: ["id.bam", "di.bam"])
        func neighbouringOperations(_ input: String) async throws {
            let files = try Case("09-insertion-beside-deletion")
            let program = try await files.predict(input)
            #expect(program.status == 0, "\(program.errors)")
            let reference = try ReferenceGenome(path: files.path("ref.fa"))
            let truth = Variant(
                contig: "ctgA", position: 7500, reference: "GCCCCA", alternates: ["GAA"], genotype: Genotype([1, 1]))
            let result = try VariantComparison(mode: .genotype).compare(
                truth: [truth], calls: VCFReader.variants(path: files.path("o.vcf.gz")),
                confident: BED([("ctgA", 7480..<7520)]), reference: reference.window)
            let calls = try files.calls()
            #expect(result.falseNegatives.isEmpty && result.falsePositives.isEmpty, "\(calls)")
        }

        @Test("The order of contigs may be another in the reads than in the reference")
        func contigOrder() async throws {
            let files = try Case("10-contig-order")
            let program = try await files.predict("order.bam")
            #expect(program.status == 0, "\(program.errors)")
            #expect(try files.calls() == ["c1:1000 A>G 1/1", "c2:1000 T>C 1/1", "c3:1000 A>G 1/1", "c4:1000 T>C 1/1"])
        }

        @Test("A file that is not sorted as its header says is called right, or refused in one sentence")
        func notSorted() async throws {
            let files = try Case("10-contig-order")
            let program = try await files.predict("unsorted.bam")
            if program.status == 0 {
                #expect(try files.calls().count == 4)
            } else {
                #expect(program.errors.contains("not sorted as its header says"), "\(program.errors)")
                #expect(program.errors.split(separator: "\n").count <= 2)
                #expect(!FileManager.default.fileExists(atPath: files.path("o.vcf.gz")))
            }
        }

        @Test("An amplicon's duplicates can be kept, and a word says that most reads are taken for some")
        func amplicon() async throws {
            let files = try Case("12-amplicon")
            let marked = try await files.predict("amp.bam")
            #expect((marked.errors + marked.output).contains("--duplicates keep"))
            let kept = try await files.predict("amp.bam", "--duplicates", "keep")
            #expect(kept.status == 0, "\(kept.errors)")
            #expect(try files.calls() == ["ctgA:3000 T>C 1/1", "ctgA:3040 T>C 0/1"])
        }

        @Test(
            "Regions of another naming, beyond a contig, or none at all are refused; a byte order mark is passed over")
        func regions() async throws {
            let files = try Case("14-bed-of-another-naming")
            for (bed, name) in [
                ("other.bed", "A"), ("chr.bed", "chrctgA"), ("part.bed", "ctgC"), ("empty.bed", "empty"),
            ] {
                let program = try await files.predict("base.bam", "--regions", "./\(bed)")
                #expect(program.status != 0 && program.errors.contains(name), "\(bed): \(program.errors)")
            }
            let marked = try await files.predict("base.bam", "--regions", "./bom.bed")
            #expect(marked.status == 0, "\(marked.errors)")
            #expect(try files.calls().count == 6)
        }

        @Test("Regions of another naming are refused by evaluate too")
        func evaluatedRegions() async throws {
            let files = try Case("14-bed-of-another-naming")
            let program = try await files.helicase(
                "evaluate", "variants", "--truth", "./truth.vcf", "--predictions", "./calls.vcf", "--regions",
                "./chr.bed", "--reference", "./ref.fa")
            #expect(program.status != 0 && program.errors.contains("chrctgA"), "\(program.errors)")
        }

        @Test("Reads of which none is mapped are not called")
        func unmapped() async throws {
            let files = try Case("16-ubam-with-sq")
            let program = try await files.predict("ubam.bam")
            #expect(program.status != 0 && program.errors.contains("mapped"), "\(program.errors)")
        }

        @Test("An output that is a device stays one", .enabled(if: geteuid() == 0, "devices are made by root"))
        func device() async throws {
            let files = try Case("19-output-and-name")
            let made = try await Program.run(["mknod", files.path("null"), "c", "1", "3"])
            try #require(made.status == 0, "\(made.errors)")
            _ = try await files.helicase(
                "predict", "variants", "--input", "./base.bam", "--reference", "./ref.fa", "--output", "./null")
            var status = stat()
            #expect(lstat(files.path("null"), &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
            #expect(!FileManager.default.fileExists(atPath: files.path("null.partial")))
        }

        @Test("A name that is none is refused", arguments: ["", "a\tb", "../x", "a b"])
        func sampleName(_ name: String) async throws {
            let files = try Case("19-output-and-name")
            let program = try await files.predict("base.bam", "--sample", name)
            #expect(program.status != 0 && program.errors.contains("--sample"), "\(program.errors)")
            #expect(!FileManager.default.fileExists(atPath: files.path("o.vcf.gz")))
        }

        @Test("A file of several samples is not evaluated before one is chosen")
        func evaluatedSamples() async throws {
            let files = try Case("21-evaluate-many-samples")
            func evaluate(_ options: String...) async throws -> Program {
                try await Program.run(
                    [
                        Programs.path("helicase"), "evaluate", "variants", "--truth", files.path("truth.vcf"),
                        "--predictions", files.path("trio.vcf"), "--regions", files.path("a.bed"), "--reference",
                        files.path("ref.fa"), "--json",
                    ] + options)
            }
            let refused = try await evaluate()
            #expect(refused.status != 0 && refused.errors.contains("--sample"), "\(refused.errors)")
            let chosen = try await evaluate("--sample", "S")
            #expect(chosen.status == 0 && chosen.output.contains("\"falsePositives\" : [\n\n    ]"), "\(chosen.errors)")
        }

        @Test("A full scratch disk is named", .enabled(if: geteuid() == 0, "disks are mounted by root"))
        func fullScratch() async throws {
            let files = try Case("24-messages")
            let place = files.path("t")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let mounted = try await Program.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", place])
            try #require(mounted.status == 0, "\(mounted.errors)")
            _ = try await Program.run(["sh", "-c", "head -c 8192 /dev/zero > '\(place)/f'"])
            var environment = ProcessInfo.processInfo.environment
            environment["TMPDIR"] = place
            let program = try await Program.run(
                [
                    Programs.path("helicase"), "predict", "variants", "--input", files.path("base.bam"), "--reference",
                    files.path("ref.fa"), "--output", files.path("o.vcf.gz"),
                ], environment: environment)
            _ = try await Program.run(["umount", place])
            #expect(program.status != 0 && program.errors.contains("No space left on device"), "\(program.errors)")
        }
    }
}
