import Clinical
import Events
import Foundation
import Genomics
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// From calls to what they mean: the same report through the stack and by a command alone, made again, and amended.
    @Suite("Clinical reports", .serialized)
    struct ClinicalRunTests {
        /// One gene of one exon on contig1: its variants change codons or the frame.
        private static let genes = """
            ##gff-version 3
            contig1\ttest\tgene\t1001\t16000\t.\t+\t.\tID=gene:G1;Name=GENE1;biotype=protein_coding
            contig1\ttest\tmRNA\t1001\t16000\t.\t+\t.\tID=transcript:T1;Parent=gene:G1;biotype=protein_coding
            contig1\ttest\texon\t1001\t16000\t.\t+\t.\tParent=transcript:T1
            contig1\ttest\tCDS\t1001\t16000\t.\t+\t0\tID=CDS:P1;Parent=transcript:T1

            """

        /// ClinVar's VCF with one word for all alleles of some calls.
        private static func clinVar(_ lines: [Substring], _ word: String, _ sample: Sample, _ name: String) throws
            -> String
        {
            let head = """
                ##fileformat=VCFv4.2
                ##source=ClinVar
                ##contig=<ID=contig1,length=100000>
                ##INFO=<ID=CLNSIG,Number=.,Type=String,Description="Significance">
                ##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="Review">
                ##INFO=<ID=ALLELEID,Number=1,Type=Integer,Description="Allele">
                #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO

                """
            let records = lines.map { line in
                let columns = line.split(separator: "\t")
                return columns[..<5].joined(separator: "\t")
                    + "\t.\t.\tCLNSIG=\(word);CLNREVSTAT=reviewed_by_expert_panel;ALLELEID=1\n"
            }
            let text = try sample.file("\(name).vcf", Array((head + records.joined()).utf8))
            _ = try VCFTextWriter.copy(text, to: text + ".gz")
            return text + ".gz"
        }

        private static func clinical(_ report: Report) throws -> ClinicalReport {
            try ClinicalReport(decoding: EventCoding.encode(try #require(report.clinical)))
        }

        @Test(
            "Reads and calls get one report, which can be asked why, made again to the byte, and amended once",
            arguments: Stack.Broker.tested)
        func wholeLife(_ broker: Stack.Broker) async throws {
            let sample = try await Sample.shared.value
            let stack = try await Stack(broker, processes: ["train": 0])
            let genes = try sample.file("genes.gff3", Array(Self.genes.utf8))
            let bam = try sample.file("clinical.bam", sample.alignments(sorted: true))
            #expect(try await Program.run(["samtools", "index", bam]).status == 0)
            let asked = ["--reference", sample.reference, "--transcripts", genes, "--genes", "GENE1"]

            // From reads.
            let reads = try await stack.run(asked + ["--alignments", bam])
            let found = try Self.clinical(reads.report)
            #expect(!found.findings.isEmpty && found.findings.allSatisfy { $0.gene == "GENE1" })
            #expect(found.findings.allSatisfy { $0.classification.criteria.count == 28 })
            #expect(found.findings.contains { ($0.reads?.supporting ?? 0) > 0 }, "reads are pictured")
            #expect(found.coverage.map(\.gene) == ["GENE1"] && found.coverage.allSatisfy { $0.callable > 0 })
            for ending in ["report.html", "report.fhir.json", "annotated.vcf.gz", "calls.html"] {
                #expect(try !reads.file("S.\(ending)").isEmpty, "\(ending)")
            }

            // From its calls.
            let path = try sample.file("calls-\(broker.rawValue).vcf.gz", Array(reads.vcf))
            let calls = try await stack.run(asked + ["--variants", path])
            #expect(try calls.vcf == reads.vcf || calls.report.calls.snvs == reads.report.calls.snvs)
            let again = try Self.clinical(calls.report)
            #expect(again.findings.map(\.allele) == found.findings.map(\.allele))
            #expect(again.findings.map(\.classification) == found.findings.map(\.classification))

            // By a command alone.
            let output = stack.folder.appending(path: "alone").path
            let alone = try await Program.run(
                [Programs.path("helicase"), "interpret", "--variants", path, "--output", output] + asked)
            #expect(alone.status == 0, "\(alone.errors)")
            let local = try ClinicalReport(
                decoding: Data(contentsOf: URL(fileURLWithPath: output).appending(path: "S.report.json")))
            #expect(local.findings.map(\.id) == again.findings.map(\.id))
            #expect(local.findings.map(\.classification) == again.findings.map(\.classification))

            // What cannot be used as it was asked makes a run fail as it does the command, beside a report that says so.
            let lacking = try await stack.helicase(
                ["run", "--sample", "S", "--output", stack.folder.appending(path: "lacking").path]
                    + [
                        "--reference", sample.reference, "--transcripts", genes, "--genes", "GENE1,NOPE", "--variants",
                        path,
                    ])
            #expect(lacking.status == 1 && lacking.errors.contains("no gene of the transcripts is called NOPE"))

            // With ClinVar, of a knowledge base.
            let lines = try await Program.run(["zcat", path]).output.split(separator: "\n").filter {
                $0.hasPrefix("contig1")
            }
            let old = try Self.clinVar(lines, "Uncertain_significance", sample, "old")
            let new = try Self.clinVar(lines, "Pathogenic", sample, "new")
            for (file, version) in [(old, "1"), (new, "2")] {
                let added = try await stack.helicase("knowledge", "add", "clinvar", file, "--version", version)
                #expect(added.status == 0, "\(added.errors)")
            }
            let known = try await stack.run(asked + ["--variants", path, "--knowledge", "clinvar@1"])
            let run = known.report.run
            let first = try Self.clinical(known.report)
            #expect(first.findings.allSatisfy { $0.allele.clinVar?.source == "clinvar@1" })

            let finding = try #require(first.findings.first)
            let why = try await stack.helicase("report", "why", run.description, finding.id)
            #expect(why.status == 0 && why.output.contains("clinvar@1"), "\(why.output)\(why.errors)")
            let unknown = try await stack.helicase("report", "why", run.description, "finding.9999")
            #expect(unknown.status == 1 && unknown.errors.contains("no statement"))
            let absent = try await stack.helicase("report", "why", run.description, "--absent", "contig1:1:A>C")
            #expect(absent.output.contains("was not called in this person"), "\(absent.output)\(absent.errors)")

            let replay = try await stack.helicase("report", "replay", run.description)
            #expect(replay.status == 0 && replay.output.contains("the same bytes"), "\(replay.output)\(replay.errors)")

            let amend = ["report", "reanalyse", run.description, "--knowledge", "clinvar@2"]
            let trial = try await stack.helicase(amend + ["--dry-run"])
            #expect(trial.status == 0 && trial.output.contains("1 of 1 run would be amended"), "\(trial.output)")
            #expect(try await stack.records(Topics.reports, of: run).count == 1)
            let amended = try await stack.helicase(amend)
            #expect(amended.status == 0 && amended.output.contains("1 of 1 run amended"), "\(amended.errors)")
            let twice = try await stack.helicase(amend)
            #expect(twice.status == 0 && twice.output.contains("0 of 1 run amended"), "\(twice.output)\(twice.errors)")
            let records = try await stack.records(Topics.reports, of: run)
            #expect(records.count == 2)
            let last = try EventCoding.decode(Report.self, from: try #require(records.last?.value))
            #expect(last.version == 2 && last.amendment?.of == 1)
            #expect(last.amendment?.changes.contains { $0.contains("ClinVar") } == true)
            #expect(try Self.clinical(last).findings.allSatisfy { $0.allele.clinVar?.source == "clinvar@2" })
            #expect(try await stack.helicase("report", "replay", run.description).status == 0)
            let audit = try await stack.helicase("audit", "verify")
            #expect(audit.status == 0, "\(audit.errors)")
            #expect(try await stack.helicase("audit", "list").output.contains("report.amend"))
            #expect(try stack.state.members.allSatisfy { $0.restarts == 0 })
            try await stack.down()
        }
    }
}
