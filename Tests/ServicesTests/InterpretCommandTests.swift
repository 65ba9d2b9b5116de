import Clinical
import Commands
import Events
import Foundation
import Genomics
import Reporting
import Testing

@testable import helicase

/// `helicase interpret`: families, and what is asked for and cannot be used.
@Suite("Interpret command")
struct InterpretCommandTests {
    private static func report(_ fixture: ClinicFixture, _ sample: String) throws -> ClinicalReport {
        try ClinicalReport(
            decoding: Data(contentsOf: URL(fileURLWithPath: "\(fixture.folder)/out/\(sample).report.json")))
    }

    private static let pedigree = """
        F KID DAD MUM 1 2
        F SIS DAD MUM 2 2
        F DAD 0 0 1 1
        F MUM 0 0 2 1
        F GRAN 0 0 2 1

        """

    @Test("Parents tell that two alleles lie apart and that a third is new, and an affected sister has both")
    func family() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(
            ["KID", "SIS", "DAD", "MUM"],
            [
                ("chr1", 10, ["0/1", "0/1", "0/0", "0/1"]), ("chr1", 20, ["0/1", "0/1", "0/1", "0/0"]),
                ("chr2", 30, ["0/1", "0/0", "0/0", "0/0"]),
            ])
        let pedigree = try fixture.file("f.ped", Self.pedigree.replacing("F MUM 0 0", with: "F MUM 0 GRAN"))
        let asked = ["--variants", calls, "--sample", "KID", "--genes", "LARP7,NF1"]
        try fixture.interpret(asked + ["--pedigree", pedigree])
        let report = try Self.report(fixture, "KID")
        let pair = report.findings.filter { $0.gene == "LARP7" }
        #expect(pair.count == 2 && pair.allSatisfy { $0.inheritance.finding == .compoundHeterozygous })
        #expect(pair.allSatisfy { $0.classification.isMet(.pm3) && !$0.classification.isMet(.pp1) })
        let new = try #require(report.findings.first { $0.gene == "NF1" })
        #expect(new.classification.isMet(.pm6) && !new.classification.isMet(.ps2), "too few places confirm the parents")
        #expect(
            new.classification.criteria.contains { $0.criterion == .bs4 && $0.outcome == .met }, "the sister lacks it")
        #expect(report.subject.sex == .male)
        #expect(report.geneIDs == ["LARP7": "HGNC:24912", "NF1": "HGNC:7765"])
        let bundle = try String(contentsOfFile: "\(fixture.folder)/out/KID.report.fhir.json", encoding: .utf8)
        #expect(bundle.contains("HGNC:7765"))
        let family = try #require(report.family)
        #expect(family.relatives.map(\.relation) == ["sister", "father", "mother", "grandmother"])
        #expect(family.relatives.map(\.isCalled) == [true, true, true, false])
        #expect(family.gaps.contains { $0.contains("GRAN (grandmother)") })
        #expect(report.limits.contains { $0.text.contains("too few to confirm that DAD and MUM are parents") })

        // Without them nobody knows.
        try fixture.interpret(asked)
        let alone = try Self.report(fixture, "KID")
        #expect(alone.family == nil)
        #expect(
            alone.findings.filter { $0.gene == "LARP7" }.allSatisfy {
                $0.inheritance.finding == .possiblyCompoundHeterozygous
            })
        #expect(alone.findings.allSatisfy { !$0.classification.isMet(.pm6) })
    }

    @Test("The pedigree of a phenopacket's family does the same, and one that contradicts the case is refused")
    func phenopacket() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(["KID", "DAD", "MUM"], [("chr2", 30, ["0/1", "0/0", "0/0"])])
        func packet(_ sex: String, _ term: String = "HP:0000365") throws -> String {
            try fixture.file(
                "case.json",
                """
                {"id": "f", "proband": {"id": "case", "subject": {"id": "KID", "sex": "\(sex)"},
                 "phenotypicFeatures": [{"type": {"id": "\(term)"}}]}, "pedigree": {"persons": [
                 {"individualId": "KID", "paternalId": "DAD", "maternalId": "MUM", "sex": "MALE", "affectedStatus": "AFFECTED"},
                 {"individualId": "DAD", "sex": "MALE", "affectedStatus": "UNAFFECTED"},
                 {"individualId": "MUM", "sex": "FEMALE", "affectedStatus": "UNAFFECTED"}]}}
                """)
        }
        let asked = ["--variants", calls, "--phenotypes", try fixture.phenotypes()]
        try fixture.interpret(asked + ["--case", try packet("MALE")])
        let report = try Self.report(fixture, "KID")
        #expect(report.findings.first?.classification.isMet(.pm6) == true)
        #expect(report.diagnosis?.genes.first?.gene == "NF1")
        let error = #expect(throws: GenomicsError.self) {
            try fixture.interpret(asked + ["--case", try packet("FEMALE")])
        }
        #expect(error?.message.contains("the case that the person is FEMALE") == true)
    }

    @Test(
        "A name that no gene has, a term that HPO does not know and an unknown sex make the report and fail the command"
    )
    func losses() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(["KID"], [("chr2", 30, ["0/1"])])
        func failure(_ words: [String]) -> String {
            do {
                try fixture.interpret(["--variants", calls] + words)
                return ""
            } catch { return ErrorText.sentence(error) }
        }
        #expect(failure(["--genes", "NF1"]) == "")
        #expect(failure(["--genes", "NF1,nf1"]).contains("is NF1 meant?"))
        #expect(failure(["--genes", "NF1,XYZZY"]).contains("no gene of the transcripts is called XYZZY"))
        #expect(try Self.report(fixture, "KID").findings.map(\.gene) == ["NF1"], "the others are looked at")
        let packet = try fixture.file(
            "case.json",
            #"{"id":"c","subject":{"id":"KID"},"phenotypicFeatures":[{"type":{"id":"HP:0000365"}},{"type":{"id":"HP:7777777"}}]}"#
        )
        let named = ["--phenotypes", try fixture.phenotypes(), "--case", packet]
        #expect(failure(named).contains("HP:7777777 is no term of HPO"))
        #expect(failure(["--genes", "NF1", "--callable", calls]) != "", "no BED file")
        #expect(failure(["--genes", "all", "--callable", calls]).contains("--callable"))
    }

    @Test("Knowledge that cannot speak of the genome, or that another file replaces, is refused")
    func knowledge() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(["KID"], [("chr2", 30, ["0/1"])])
        func frequencies(_ contig: String, _ length: Int) throws -> String {
            let text = try fixture.file(
                "o.vcf",
                """
                ##fileformat=VCFv4.2
                ##contig=<ID=\(contig),length=\(length)>
                ##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">
                #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
                \(contig)\t5\t.\tG\tA\t.\t.\tAF=0.1

                """)
            _ = try VCFTextWriter.copy(text, to: text + ".gz")
            return text + ".gz"
        }
        func failure(_ name: String, _ path: String) -> String {
            do {
                try fixture.interpret(["--variants", calls, "--genes", "NF1", "--frequencies", "\(name)=\(path)"])
                return ""
            } catch { return ErrorText.sentence(error) }
        }
        #expect(failure("other", try frequencies("chr1", 5_000)).contains("another release of the genome"))
        #expect(failure("other", try frequencies("scaffold9", 5_000)).contains("scaffold9 is not in"))
        #expect(failure("gnomad", fixture.frequencies).contains("have the same name, gnomad"))
    }

    @Test("A list of secondary findings that is brought takes the place of the suite's, and needs consent")
    func secondaryList() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(["KID"], [("chr2", 30, ["0/1"])])
        let list = try fixture.file(
            "list.tsv",
            "gene\tdisease\tdisease_id\tinheritance\tsince\treport\tsource\nNF1\tNeurofibromatosis\tOMIM:162200\tAD\t9.1\tall\tus\n"
        )
        let asked = ["--variants", calls, "--genes", "LARP7"]
        try fixture.interpret(asked + ["--secondary-findings"])
        #expect(try Self.report(fixture, "KID").secondary?.isEmpty == true, "ACMG does not list NF1")
        try fixture.interpret(asked + ["--secondary-findings", "--secondary-list", list])
        let report = try Self.report(fixture, "KID")
        #expect(report.secondary?.map(\.gene) == ["NF1"])
        #expect(report.provenance.knowledge.contains { $0.name == "list.tsv" && $0.digest.count == 64 })
        #expect(!report.provenance.knowledge.contains { $0.name == "acmg-sf" })
        #expect(throws: StartError.self) { try fixture.interpret(asked + ["--secondary-list", list]) }
    }

    /// A scoring file of weights at codons of chr1.
    private static func score(_ fixture: ClinicFixture, _ name: String, _ weights: [Int: Double]) throws -> String {
        let rows = weights.sorted { $0.key < $1.key }.map { "1\t\(ClinicFixture.codon($0.key))\tT\tC\t\($0.value)" }
        return try fixture.file(
            "\(name).txt",
            "#pgs_id=\(name)\n#trait_reported=Height\n#genome_build=GRCh38\nchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n"
                + rows.joined(separator: "\n") + "\n")
    }

    @Test(
        "A score is told as far as its variants are there, and one that is not makes the report and fails the command")
    func scores() throws {
        let fixture = try ClinicFixture()
        let calls = try fixture.calls(["KID"], [("chr1", 10, ["0/1"]), ("chr1", 20, ["1/1"])])
        let whole = try Self.score(fixture, "PGS1", [10: 0.5, 20: 0.25])
        let part = try Self.score(fixture, "PGS2", [10: 0.5, 30: 0.25, 40: 1])
        try fixture.interpret(["--variants", calls, "--scores", whole])
        let report = try Self.report(fixture, "KID")
        #expect(report.risk.map(\.value) == [1] && report.risk.first?.score == "PGS1" && report.untoldRisk == nil)
        #expect(report.risk.first?.matched == 2 && report.risk.first?.variants == 2)
        #expect(report.provenance.knowledge.contains { $0.name == "PGS1.txt" && $0.digest.count == 64 })
        let error = #expect(throws: ControlError.self) {
            try fixture.interpret(["--variants", calls, "--scores", whole, "--scores", part])
        }
        #expect(error?.description.contains("PGS2 is not told: 33.3 % of its variants") == true)
        let less = try Self.report(fixture, "KID")
        #expect(less.risk.map(\.score) == ["PGS1"] && less.untoldRisk?.map(\.score) == ["PGS2"])
        #expect(less.limits.contains { $0.text.contains("PGS2, Height, is not told") })
        #expect(ReportDifference(from: report, to: less).changes.map(\.kind) == [.risk])
        let page = try String(contentsOfFile: "\(fixture.folder)/out/KID.report.html", encoding: .utf8)
        #expect(page.contains("Scores that are not told"))
        #expect(throws: StartError.self) {
            try fixture.interpret(["--variants", calls, "--genes", "NF1", "--panel", calls])
        }
    }

    @Test("A percentile is among a panel's people, whose nearest population is named")
    func panel() throws {
        let fixture = try ClinicFixture()
        let people = (0..<120).map { "P\($0)" }
        // Two populations that differ at the first twenty sites.
        func genotype(_ person: Int, _ site: Int) -> String {
            let state =
                (UInt64(person) &* 6_364_136_223_846_793_005 &+ UInt64(site) &* 1_442_695_040_888_963_407) >> 33 % 10
            let isMany = (person % 2 == 0) == (site < 20) ? state < 7 : state < 3
            return isMany ? state % 2 == 0 ? "0/1" : "1/1" : "0/0"
        }
        let sites = 0..<40
        let panel = try fixture.calls(
            people, sites.map { site in ("chr1", 10 + site, people.indices.map { genotype($0, site) }) },
            name: "panel.vcf")
        let calls = try fixture.calls(["KID"], sites.map { ("chr1", 10 + $0, [genotype(0, $0)]) })
        let labels = try fixture.file(
            "labels.tsv",
            "sample\tsuperpopulation\n" + people.indices.map { "P\($0)\t\($0 % 2 == 0 ? "ONE" : "TWO")\n" }.joined())
        let score = try Self.score(fixture, "PGS1", Dictionary(uniqueKeysWithValues: sites.map { (10 + $0, 1.0) }))
        let asked = ["--variants", calls, "--scores", score, "--panel", panel]
        try fixture.interpret(asked + ["--labels", labels])
        let risk = try #require(try Self.report(fixture, "KID").risk.first)
        let percentile = try #require(risk.percentile)
        #expect((0...100).contains(percentile) && risk.panel == "panel.vcf" && risk.population == "ONE")
        #expect((risk.populationProbability ?? 0) > 0.9)
        let interval = try #require(risk.interval)
        #expect(interval.count == 2 && interval[0] <= percentile && percentile <= interval[1])
    }

    @Test("What a run was asked for and could not use makes its report incomplete, until a newer one can")
    func runs() {
        var report = Report(
            run: Identifier(), version: 1, status: .final, sample: "S", createdAt: Date(timeIntervalSince1970: 0),
            reference: "r.fa", referenceDigest: "", input: RunCounts(), calls: .init(), models: [],
            callability: .init(targetBases: 0, basesByState: [:], notCallable: [], notCallableStretches: 0),
            problems: [],
            problemCount: 0, artifacts: [])
        report.take(clinicalLosses: [])
        #expect(report.status == .final && report.missing == nil)
        report.take(clinicalLosses: ["HP:7777777 is no term of HPO"])
        #expect(report.status == .incomplete && report.problemCount == 1)
        #expect(report.missing == ["what was asked of the calls: HP:7777777 is no term of HPO"])
        #expect(report.problems.map(\.isLoss) == [true])
        report.take(clinicalLosses: (0..<50).map { "term \($0)" })
        #expect(report.missing?.count == Report.missingLimit)
        report.take(clinicalLosses: [])
        #expect(report.status == .final && report.problemCount == 0 && report.problems.isEmpty)
    }
}
