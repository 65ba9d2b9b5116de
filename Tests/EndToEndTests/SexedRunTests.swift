import Events
import Foundation
import Genomics
import TestSupport
import Testing

extension EndToEnd {
    /// Sex, ploidy, a panel of sites and a gVCF, through the stack and in one process.
    @Suite("Sex, sites and gVCF", .serialized)
    struct SexedRunTests {
        @Test(
            "Through the stack and in one process, of BAM, CRAM and SAM, with one worker and four: one VCF, one gVCF, one sex"
        )
        func same() async throws {
            let sample = try await SexedSample()
            let stack = try await Stack(
                .embedded, processes: ["encode": 2, "report": 2, "train": 0], settings: ["HELICASE_ENCODE_PART": "3"])
            let common = ["--reference", sample.reference, "--rename", "--sites", sample.panel]
            let run = try await stack.run(common + ["--alignments", sample.alignments])

            let sex = try #require(run.report.sex)
            #expect(sex.sex == .xy && sex.basis == .coverage && sex.karyotype == "XY" && sex.warning == nil)
            #expect(run.report.problemCount == 0 && run.report.status == .final)
            try await expectAnswers(run)
            try await expectCopies(run, of: sample)

            let cram = sample.folder.appending(path: "reads.cram").path
            let made = try await Program.run(
                ["samtools", "view", "-C", "-T", sample.reference, "-o", cram, sample.alignments])
            try #require(made.status == 0, "\(made.errors)")
            let predict = "\(Programs.path("helicase")) predict variants --sample S \(common.joined(separator: " "))"
            for (form, line) in [
                ("cram", "\(predict) --alignments \(cram) --workers 4"),
                ("sam", "samtools view -h \(cram) | \(predict) --alignments - --workers 1"),
            ] {
                let (vcf, gvcf) = (path(sample, "\(form).vcf.gz"), path(sample, "\(form).g.vcf.gz"))
                let alone = try await stack.bash("set -o pipefail; \(line) --output \(vcf) --gvcf \(gvcf)")
                try #require(alone.status == 0, "\(form): \(alone.errors)")
                #expect(alone.errors.contains("called as XY: X is covered 0."), "\(alone.errors)")
                // Headers are the same too: the model in the registry is the bundled one.
                #expect(try Data(contentsOf: URL(filePath: vcf)) == run.vcf, "\(form)")
                #expect(try Data(contentsOf: URL(filePath: gvcf)) == run.file("S.g.vcf.gz"), "\(form)")
            }

            let wrong = try await stack.run(common + ["--alignments", sample.alignments, "--sex", "female"])
            #expect(wrong.report.sex?.sex == .xx && wrong.report.sex?.basis == .given)
            #expect(wrong.report.sex?.warning?.contains("XX was given") == true)
            #expect(wrong.report.problems.map(\.kind) == ["sex"] && wrong.report.status == .final)
            #expect(
                wrong.report.sites?.listed.filter { $0.contig == "chrY" }.allSatisfy { $0.answer == .absent } == true)
            #expect(try await genotypes(wrong, "S.g.vcf.gz", "chrY").isEmpty)
            #expect(try await genotypes(wrong, "S.g.vcf.gz", "chrX").isSubset(of: ["0/0", "./.", "1/1"]))
            try await stack.down()
        }

        private func path(_ sample: SexedSample, _ name: String) -> String { sample.folder.appending(path: name).path }

        /// Every allele of the panel is answered, in the report as in the VCF.
        private func expectAnswers(_ run: FinishedRun) async throws {
            let sites = try #require(run.report.sites)
            #expect(sites.alleles == sites.listed.count && sites.alleles > 50)
            #expect(Set(sites.byAnswer.keys) == ["called", "depth", "other"])
            #expect(sites.byAnswer.values.reduce(0, +) == sites.alleles)
            #expect(sites.listed.filter { $0.answer == .depth }.map(\.position) == [1_040_001])
            let view = try await Program.run([
                "bcftools", "query", "-f", "%CHROM %POS %REF %ALT %INFO/WHY [%GT]\n",
                run.folder.appending(path: "S.vcf.gz").path,
            ])
            #expect(view.status == 0 && view.errors.isEmpty, "\(view.errors)")
            let lines = view.output.split(separator: "\n").map(String.init)
            #expect(
                lines
                    == sites.listed.map {
                        let none = $0.contig == "chr1" ? "./." : "."
                        return
                            "\($0.contig) \($0.position) \($0.reference) \($0.alternate) \($0.answer) \($0.genotype ?? none)"
                    })
        }

        /// One chromosome of X and Y, two of the autosome; and bcftools reads the files without a word.
        private func expectCopies(_ run: FinishedRun, of sample: SexedSample) async throws {
            #expect(try await genotypes(run, "S.vcf.gz", "chr1").isSubset(of: ["0/1", "1/0", "0|1", "1|0", "./."]))
            for contig in ["chrX", "chrY"] {
                #expect(try await genotypes(run, "S.vcf.gz", contig).isSubset(of: ["1", "."]), "\(contig)")
                #expect(try await genotypes(run, "S.g.vcf.gz", contig).isSubset(of: ["0", "1", "."]), "\(contig)")
            }
            for name in ["S.vcf.gz", "S.g.vcf.gz"] {
                let file = run.folder.appending(path: name).path
                for tool in [
                    ["bcftools", "stats", file],
                    ["bcftools", "norm", "-c", "e", "-f", sample.reference, "-o", "/dev/null", file],
                ] {
                    let read = try await Program.run(tool)
                    let words = read.errors.split(separator: "\n").filter { !$0.hasPrefix("Lines") }
                    #expect(read.status == 0 && words.isEmpty, "\(tool): \(read.errors)")
                }
                try await expectPysamReads(file)
            }
        }

        /// pysam reads every record and every field without a word; where it is not installed, that is said.
        private func expectPysamReads(_ file: String) async throws {
            guard try await Program.run(["python3", "-c", "import pysam"]).status == 0 else {
                return print("\(file) is not read by pysam, which python3 does not have")
            }
            let script = """
                import sys, pysam
                with pysam.VariantFile(sys.argv[1]) as file:
                    for record in file:
                        dict(record.info), [dict(sample) for sample in record.samples.values()], list(record.filter)
                    print(sum(1 for contig in file.header.contigs for record in file.fetch(contig)))
                """
            let read = try await Program.run(["python3", "-W", "error", "-c", script, file])
            let lines = try await Program.run(["bcftools", "index", "--nrecords", file])
            #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
            #expect(read.output == lines.output)
        }

        private func genotypes(_ run: FinishedRun, _ name: String, _ contig: String) async throws -> Set<String> {
            let query = try await Program.run([
                "bcftools", "query", "-r", contig, "-f", "[%GT]\n", run.folder.appending(path: name).path,
            ])
            #expect(query.status == 0 && query.errors.isEmpty, "\(query.errors)")
            return Set(query.output.split(separator: "\n").map(String.init))
        }
    }
}
