import Foundation
import Genomics
import TestSupport
import Testing

extension EndToEnd {
    /// The commands that compare and join VCF files, as they are typed.
    @Suite("evaluate variants and joint")
    struct CohortCommandTests {
        private let folder: URL
        // 1-based:             1234567890123456789012345678901234567890
        private let bases = "GATTACAGGGGGCTCACACACATGCATTTTTACGATCGAC"

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "cohort-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try write("r.fa", ">c\n\(bases)\n")
            try write("r.fa.fai", "c\t40\t3\t40\t41\n")
        }

        private func path(_ name: String) -> String { folder.appending(path: name).path }

        private func write(_ name: String, _ text: String) throws {
            try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        }

        /// A VCF file of one sample; columns are separated by spaces.
        private func write(_ name: String, sample: String, _ records: String...) throws {
            let head =
                "##fileformat=VCFv4.2\n##contig=<ID=c,length=40>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n"
                + "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Q\">\n"
                + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(sample)\n"
            try write(name, head + records.map { $0.replacing(" ", with: "\t") + "\n" }.joined())
        }

        private func helicase(_ arguments: String...) async throws -> Program {
            try await Program.run([Programs.path("helicase")] + arguments)
        }

        @Test("An evaluation leaves its records in files, a curve and tables of reliability")
        func evaluation() async throws {
            defer { try? FileManager.default.removeItem(at: folder) }
            try write(
                "truth.vcf", sample: "T", "c 2 . A G . PASS . GT 0/1", "c 5 . A C . PASS . GT 1/1",
                "c 26 . A AT,AC . PASS . GT 1/2")
            try write(
                "calls.vcf", sample: "S", "c 2 . A G 50 PASS . GT:GQ 0/1:40", "c 5 . A C 30 PASS . GT:GQ 0/1:20",
                "c 26 . A AT 40 PASS . GT:GQ 0/1:12", "c 26 . A AC 20 PASS . GT:GQ 1/0:12")
            let program = try await helicase(
                "evaluate", "variants", "--truth", path("truth.vcf"), "--predictions", path("calls.vcf"), "--reference",
                path("r.fa"), "--output", path("out"), "--roc", path("roc.tsv"))
            #expect(program.status == 0, "\(program.errors)")
            #expect(program.output.contains("SNP    1   1   1") && program.output.contains("INDEL  1   0   0"))
            #expect(program.output.contains("Reliability by GQ") && program.output.contains("Best F1 of ALL"))
            func positions(_ name: String) throws -> [Int] {
                #expect(FileManager.default.fileExists(atPath: path("out/\(name).vcf.gz.tbi")))
                return try VCFReader.variants(path: path("out/\(name).vcf.gz")).map(\.position)
            }
            #expect(try positions("tp") == [2, 26, 26] && positions("fp") == [5])
            #expect(try positions("tp-baseline") == [2, 26] && positions("fn") == [5])
            let curve = try String(contentsOfFile: path("roc.tsv"), encoding: .utf8).split(separator: "\n")
            #expect(curve.count == 9 && curve[2] == "ALL\t40.0\t1.50\t0\t2\t1.50\t1.0000\t0.5000\t0.6667")
            let again = try await helicase(
                "evaluate", "variants", "--truth", path("truth.vcf"), "--predictions", path("calls.vcf"), "--reference",
                path("r.fa"), "--output", path("out"))
            #expect(again.status != 0 && again.errors.contains("--force"))
        }

        @Test(
            "Calls of a file, of the same reads in two files and of standard input are the same; their gVCFs of a family join",
            .enabled(if: HelicaseData.isThere, "the data folder is not there"))
        func family() async throws {
            defer { try? FileManager.default.removeItem(at: folder) }
            let trio = HelicaseData.variants("trio_10kb")
            let reference = "\(trio)/hs37d5.20.masked.fa.gz"
            func call(_ name: String, _ inputs: [String], _ more: [String] = []) async throws {
                let program = try await Program.run(
                    [Programs.path("helicase"), "predict", "variants"] + inputs.flatMap { ["--alignments", $0] }
                        + ["--reference", reference, "--output", path("\(name).vcf.gz")] + more)
                #expect(program.status == 0, "\(program.errors)")
            }
            let names = ["HG001", "NA12891", "NA12892"]
            for name in names {
                try await call(
                    name, ["\(trio)/\(name).chr20_10.00-10.01Mb.bam"], ["--gvcf", path("\(name).g.vcf.gz")])
            }
            let first = "\(trio)/HG001.chr20_10.00-10.01Mb.bam"
            for (part, filter) in [("a", "-f"), ("b", "-F")] {
                let divided = try await Program.run(
                    ["samtools", "view", "-b", filter, "64", "-o", path("\(part).bam"), first])
                #expect(divided.status == 0, "\(divided.errors)")
            }
            try await call("two", [path("a.bam"), path("b.bam")], ["--workers", "1"])
            let piped = try await Program.run([
                "bash", "-c",
                "samtools view -h \(first) | \(Programs.path("helicase")) predict variants --alignments - --reference "
                    + "\(reference) --output \(path("piped.vcf.gz"))",
            ])
            #expect(piped.status == 0, "\(piped.errors)")
            let whole = try Data(contentsOf: URL(filePath: path("HG001.vcf.gz")))
            #expect(try Data(contentsOf: URL(filePath: path("two.vcf.gz"))) == whole)
            #expect(try Data(contentsOf: URL(filePath: path("piped.vcf.gz"))) == whole)

            let twice = try await helicase(
                "predict", "variants", "--alignments", first, "--input", first, "--reference", reference, "--output",
                path("twice.vcf.gz"))
            #expect(twice.status != 0 && twice.errors.contains("given twice"), "\(twice.errors)")

            try write("f.ped", "F\tHG001\tNA12891\tNA12892\t2\t0\nF\tNA12891\t0\t0\t1\t0\nF\tNA12892\t0\t0\t2\t0\n")
            let joined = try await Program.run(
                [Programs.path("helicase"), "joint"] + names.flatMap { ["--gvcf", path("\($0).g.vcf.gz")] } + [
                    "--pedigree", path("f.ped"), "--reference", reference, "--output", path("c.vcf.gz"),
                ])
            #expect(joined.status == 0, "\(joined.errors)")
            // How many of the doubtful ones are called depends on the network; that they fit the family does not.
            let sites = try #require(joined.output.firstMatch(of: /(\d+) sites of 3 samples/).flatMap { Int($0.1) })
            #expect(sites >= 70 && joined.output.contains("0 children's genotypes"), "\(joined.output)")
            // Other tools read it, and merge the gVCFs.
            for tool in [
                ["bcftools", "norm", "-c", "e", "-f", reference, "-o", "/dev/null", path("HG001.g.vcf.gz")],
                ["bcftools", "merge", "--gvcf", reference, "-o", "/dev/null"] + names.map { path("\($0).g.vcf.gz") },
            ] {
                let program = try await Program.run(tool)
                #expect(program.status == 0, "\(program.errors)")
            }
            let errors = try await Program.run([
                "bcftools", "+mendelian", path("c.vcf.gz"), "-t", "NA12892,NA12891,HG001", "-m", "c",
            ])
            #expect(errors.output.contains("\(sites)\t0\t0\t"), "\(errors.output)")
        }

        @Test(
            "A panel's alleles are called, or it is said why not; neighbours are phased",
            .enabled(if: HelicaseData.isThere, "the data folder is not there"))
        func panel() async throws {
            defer { try? FileManager.default.removeItem(at: folder) }
            let trio = HelicaseData.variants("trio_10kb")
            let reference = "\(trio)/hs37d5.20.masked.fa.gz"
            let genome = try ReferenceGenome(path: reference)
            let far = try genome.window("20", 10_004_999..<10_005_000)[10_004_999]
            let other = far == UInt8(ascii: "A") ? "C" : "A"
            try write(
                "panel.vcf",
                "##fileformat=VCFv4.3\n##contig=<ID=20>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                    + "20\t10005000\t.\t\(UnicodeScalar(far))\t\(other)\t.\t.\t.\n")
            let called = try await helicase(
                "predict", "variants", "--alignments", "\(trio)/HG001.chr20_10.00-10.01Mb.bam", "--reference",
                reference,
                "--sites", "\(trio)/HG001.truth.GIABv3.3.2.vcf.gz", "--output", path("truth.vcf.gz"))
            #expect(called.status == 0, "\(called.errors)")
            let truth = try VCFReader.variants(path: "\(trio)/HG001.truth.GIABv3.3.2.vcf.gz")
            let answered = try VCFReader.variants(path: path("truth.vcf.gz"))
            let words = answered.compactMap { record in record.info.first { $0.key == "WHY" }?.value }
            #expect(words.count >= truth.count && words.count(where: { $0 == "called" }) > 4 * words.count / 5)
            #expect(answered.contains { $0.genotype?.isPhased == true && $0.sampleField("PS") != nil })
            let absent = try await helicase(
                "predict", "variants", "--alignments", "\(trio)/HG001.chr20_10.00-10.01Mb.bam", "--reference",
                reference,
                "--sites", path("panel.vcf"), "--output", path("absent.vcf.gz"))
            #expect(absent.status == 0, "\(absent.errors)")
            let record = try #require(
                try VCFReader.variants(path: path("absent.vcf.gz")).first { $0.position == 10_005_000 })
            #expect(record.info.first { $0.key == "WHY" }?.value == "reference" && record.genotype == Genotype([0, 0]))
            let read = try await Program.run(["bcftools", "view", "-H", "-o", "/dev/null", path("truth.vcf.gz")])
            #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
        }

        @Test("Calls on a contig that the reference lacks are refused, and a file without genotypes is named")
        func refusals() async throws {
            defer { try? FileManager.default.removeItem(at: folder) }
            try write("truth.vcf", sample: "T", "c 2 . A G . PASS . GT 0/1", "d 2 . A G . PASS . GT 0/1")
            try write("calls.vcf", sample: "S", "c 2 . A G . PASS . GT 0/1", "d 2 . A G . PASS . GT 0/1")
            try write(
                "sites.vcf",
                "##fileformat=VCFv4.2\n##contig=<ID=c,length=40>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                    + "c\t2\t.\tA\tG\t.\tPASS\t.\n")
            let refused = try await helicase(
                "evaluate", "variants", "--truth", path("truth.vcf"), "--predictions", path("calls.vcf"), "--reference",
                path("r.fa"))
            #expect(refused.status != 0 && refused.errors.contains("contig d is not in"), "\(refused.errors)")
            let sites = try await helicase(
                "evaluate", "variants", "--truth", path("truth.vcf"), "--predictions", path("sites.vcf"), "--reference",
                path("r.fa"))
            #expect(sites.status == 0 && sites.errors.contains("sites.vcf holds no genotypes"), "\(sites.errors)")
            #expect(sites.errors.contains("on contigs that"))
            #expect(sites.output.contains("SNP    1   0   0"), "\(sites.output)")
        }

        @Test("A trio is joined with its pedigree")
        func joint() async throws {
            defer { try? FileManager.default.removeItem(at: folder) }
            for (sample, values) in [
                ("child", "0/1:300,0,300,330,330,600"), ("father", "0/0:0,90,900,90,900,900"),
                ("mother", "0/0:0,12,120,12,120,120"),
            ] {
                try write("\(sample).g.vcf", sample: sample, "c 2 . A G,<NON_REF> . . . GT:PL \(values)")
            }
            try write("trio.ped", "F child father mother 1 0\nF father 0 0 1 0\nF mother 0 0 2 0\n")
            let program = try await helicase(
                "joint", "--gvcf", path("child.g.vcf"), "--gvcf", path("father.g.vcf"), "--gvcf", path("mother.g.vcf"),
                "--pedigree", path("trio.ped"), "--reference", path("r.fa"), "--output", path("trio.vcf.gz"))
            #expect(program.status == 0 && program.output.hasPrefix("1 sites of 3 samples"), "\(program.errors)")
            let mother = try VCFReader.variants(path: path("trio.vcf.gz"), sample: "mother")
            #expect(mother.map(\.genotype) == [Genotype([0, 1])])
            #expect(FileManager.default.fileExists(atPath: path("trio.vcf.gz.tbi")))
            try write("bad.ped", "F child father mother 1 0\nF father 0 0\n")
            let refused = try await helicase(
                "joint", "--gvcf", path("child.g.vcf"), "--pedigree", path("bad.ped"), "--reference", path("r.fa"),
                "--output", path("other.vcf.gz"))
            #expect(refused.status != 0 && refused.errors.contains("bad.ped") && refused.errors.contains("2"))
            #expect(!FileManager.default.fileExists(atPath: path("other.vcf.gz")))
        }
    }
}
