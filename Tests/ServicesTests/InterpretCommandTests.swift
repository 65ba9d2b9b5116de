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
