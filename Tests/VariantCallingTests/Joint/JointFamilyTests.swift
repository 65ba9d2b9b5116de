import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

@Suite struct JointFamilyTests {
    private let trio = "F child father mother 2 0\nF father 0 0 1 0\nF mother 0 0 2 0\n"
    private let format = "GT:AD:DP:GQ:PL"

    private func family(_ child: String, _ father: String, _ mother: String) throws -> JointFixture {
        let fixture = try JointFixture()
        for (name, values) in [("child", child), ("father", father), ("mother", mother)] {
            try fixture.add(name, "2 A G,<NON_REF> . GT:PL \(values)")
        }
        return fixture
    }

    private let heterozygous = "0/1:300,0,300,330,330,600"
    private let reference = "0/0:0,90,900,90,900,900"

    @Test func `What contradicts Mendel's law is an error where the reads allow it`() throws {
        // The mother's reads are few: with a heterozygous child and a father of the reference she has the allele.
        let fixture = try family(heterozygous, reference, "0/0:0,12,120,12,120,120")
        #expect(try fixture.genotypes() == ["2 A>G 0/1 0/0 0/0"])
        #expect(try fixture.genotypes(pedigree: trio) == ["2 A>G 0/1 0/0 0/1"])
        // A child whose reads are few beside parents who are both homozygous.
        let other = try family("1/1:60,3,0,60,3,60", "1/1:300,60,0,300,60,300", reference)
        #expect(try other.genotypes(pedigree: trio) == ["2 A>G 0/1 1/1 0/0"])
    }

    @Test func `A new allele is called, with its posterior, where both parents' reads leave no doubt`() throws {
        let sure = "0/0:0,150,990,150,990,990"
        let record = try #require(try family(heterozygous, sure, sure).join(pedigree: trio).first)
        #expect(record[9...].map { String($0.prefix(3)) } == ["0/1", "0/0", "0/0"])
        #expect(record[7].hasSuffix(";DN=child") && record[8] == "GT:GQ:DP:AD:PL:DNP")
        let posterior = try #require(Double(JointFixture.field("DNP", record, 0)))
        #expect(posterior > 0.99)
        #expect(JointFixture.field("DNP", record, 1) == ".")
        // With less certain parents an inherited allele is the likelier explanation.
        let doubtful = try #require(
            try family(heterozygous, reference, "0/0:0,30,300,30,300,300").join(pedigree: trio).first)
        #expect(try #require(Double(JointFixture.field("DNP", doubtful, 0))) < 0.1)
        #expect(!doubtful[7].contains("DN="))
    }

    @Test func `The posterior is the sum over all states of a family`() throws {
        // Two alleles: the formula, written out.
        func evidence(_ phred: [Double]) -> SampleEvidence {
            var evidence = SampleEvidence.nothing(ploidy: 2)
            evidence.likelihoods = phred.map { pow(10, -$0 / 10) }
            return evidence
        }
        let alleles = try SiteAlleles([JointCallerTests.record("2 A G")], hasDeletion: false)
        let (father, mother, child) = (evidence([0, 8, 60]), evidence([0, 11, 70]), evidence([20, 0, 30]))
        let frequencies = AlleleFrequencies([father, mother], alleles: alleles)
        let rates = [4e-9, 4e-9]
        let posterior = FamilyPosterior(
            parents: [.init(evidence: father), .init(evidence: mother)], children: [child],
            passes: [(father: true, mother: true)], frequencies: frequencies, rates: rates, isReference: [true, false])
        let prior = frequencies.prior(ploidy: 2)
        func gamete(_ genotype: Int) -> [Double] {
            let alternate = Double(genotype) / 2
            return genotype == 1 ? [0.5, 0.5] : [1 - alternate, alternate].map { $0 == 0 ? 4e-9 : 1 - 4e-9 }
        }
        var total = 0.0
        var best = (weight: 0.0, state: [0, 0, 0])
        var (nobody, childIsHeterozygous) = (0.0, 0.0)
        for f in 0..<3 {
            for m in 0..<3 {
                let (a, b) = (gamete(f), gamete(m))
                let chances = [a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[1] * b[1]]
                for c in 0..<3 {
                    let weight =
                        prior[f] * father.likelihoods[f] * prior[m] * mother.likelihoods[m] * chances[c]
                        * child.likelihoods[c]
                    total += weight
                    if f == 0, m == 0, c == 0 { nobody += weight }
                    if c == 1 { childIsHeterozygous += weight }
                    if weight > best.weight { best = (weight, [f, m, c]) }
                }
            }
        }
        #expect(posterior.genotypes == best.state)
        #expect(abs(posterior.logNobody - log10(nobody / total)) < 1e-6)
        if best.state[2] == 1 { #expect(abs(posterior.confidences[2] - childIsHeterozygous / total) < 1e-6) }
    }

    @Test func `X and Y are haploid for males outside of the regions where they pair`() throws {
        let (x, y) = (155_270_560, 59_373_566)
        #expect(
            SexChromosome.isPseudoautosomal(60_000, length: x) && !SexChromosome.isPseudoautosomal(59_999, length: x))
        #expect(SexChromosome.isPseudoautosomal(154_931_043, length: x))
        #expect(!SexChromosome.isPseudoautosomal(2_699_520, length: x))
        #expect(
            SexChromosome.isPseudoautosomal(10_000, length: y) && !SexChromosome.isPseudoautosomal(2_649_520, length: y)
        )
        #expect(SexChromosome.isPseudoautosomal(2_781_478, length: 156_040_895))
        let fixture = try JointFixture([("X", JointFixture.bases), ("Y", JointFixture.bases)])
        let pedigree = "F son father mother 1 0\nF father 0 0 1 0\nF mother 0 0 2 0\n"
        try fixture.add(
            "son", "X:2 A G,<NON_REF> . GT:PL 1/1:300,40,0,300,40,300", "Y:5 A C,<NON_REF> . GT:PL 1:300,0,300")
        try fixture.add(
            "father", "X:2 A <NON_REF> . GT:GQ:PL 0/0:60:0,60,600", "Y:5 A C,<NON_REF> . GT:PL 0/1:90,0,40,300,300,300")
        try fixture.add(
            "mother", "X:2 A G,<NON_REF> . GT:PL 0/1:200,0,200,230,230,400", "Y:5 A <NON_REF> . GT:GQ:PL 0/0:9:0,9,90")
        // The son's X is his mother's, so he and his father do not contradict each other, and neither does the Y of the two.
        #expect(try fixture.genotypes(pedigree: pedigree) == ["2 A>G 1 0 0/1", "5 A>C 1 1 ."])
        let records = try fixture.join(pedigree: pedigree)
        #expect(JointFixture.field("PL", records[0], 0) == "300,0")
        #expect(records.allSatisfy { !$0[7].contains("DN=") })
    }

    @Test func `Three generations agree`() throws {
        let fixture = try JointFixture()
        let pedigree = """
            F kid parent other 1 0
            F parent grandpa grandma 1 0
            F other 0 0 2 0
            F grandpa 0 0 1 0
            F grandma 0 0 2 0
            """
        let weak = "0/0:0,3,30,3,30,30"
        for (name, values) in [
            ("kid", heterozygous), ("parent", weak), ("other", "0/0:0,150,990,150,990,990"), ("grandpa", weak),
            ("grandma", heterozygous),
        ] {
            try fixture.add(name, "2 A G,<NON_REF> . GT:PL \(values)")
        }
        let genotypes = try #require(try fixture.genotypes(pedigree: pedigree).first)
        #expect(genotypes.hasPrefix("2 A>G 0/1 ") && genotypes.hasSuffix(" 0/1"), "\(genotypes)")
    }

    @Test(
        arguments: [
            ("F a b c 1", "columns", 1), ("# note\nF a 0 0 1 0\nF a 0 0 2 0", "a is on line 2", 3),
            ("F a b b 1 0", "both father and mother", 1), ("F a b 0 1 0\nF b 0 0 2 0", "the father of a, is female", 1),
            ("F a b 0 1 0\nF b a 0 1 0", "forebears", 1),
        ])
    func `Lines that are no pedigree are named`(_ text: String, _ words: String, _ line: Int) throws {
        do {
            _ = try Pedigree(text: text, file: "p.ped")
            Issue.record("read")
        } catch {
            #expect(error.description.contains(words) && error.record == line, "\(error)")
        }
    }

    /// The trio of the data folder by bcftools' gVCFs.
    @Test(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
    func `A real trio obeys Mendel's law, and every reader takes the file`() async throws {
        let fixture = try JointFixture()
        let folder = fixture.folder.path
        let fasta = HelicaseData.variants("trio_10kb/hs37d5.20.masked.fa.gz")
        func bcftools(_ arguments: String...) async throws -> Program {
            let program = try await Program.run(["bcftools"] + arguments)
            try #require(program.status == 0, "\(arguments): \(program.errors)")
            return program
        }
        var files: [String] = []
        for sample in ["HG001", "NA12891", "NA12892"] {
            let bam = HelicaseData.variants("trio_10kb/\(sample).chr20_10.00-10.01Mb.bam")
            let (pileup, path) = ("\(folder)/\(sample).bcf", "\(folder)/\(sample).g.vcf.gz")
            _ = try await bcftools(
                "mpileup", "-g", "0,5,15,30", "-a", "AD,DP", "-Ou", "-o", pileup, "-f", fasta, bam)
            _ = try await bcftools("call", "-m", "-g", "0,5,15,30", "-Oz", "-o", path, pileup)
            files.append(path)
        }
        let pedigree = try Pedigree(text: "F HG001 NA12891 NA12892 2 0\nF NA12891 0 0 1 0\nF NA12892 0 0 2 0\n")
        let caller = try JointCaller(gvcfs: files, pedigree: pedigree, reference: ReferenceGenome(path: fasta))
        let output = "\(folder)/trio.vcf.gz"
        let summary = try caller.run(output: output, source: "test")
        #expect(summary.sites > 60 && summary.newAlleles == 0)
        let mendelian = try await bcftools("+mendelian", output, "-t", "NA12892,NA12891,HG001", "-m", "c").output
        let counts = try #require(mendelian.split(separator: "\n").last).split(separator: "\t")
        #expect(counts[0] == "\(summary.sites)" && counts[1] == "0", "\(mendelian)")
        let normalised = try await bcftools("norm", "-c", "e", "-f", fasta, "-Ou", "-o", "\(folder)/n.bcf", output)
        #expect(!normalised.errors.contains("arning"), "\(normalised.errors)")
        let check = try FormatCheck(path: output)
        #expect(check.count == 0, "\(check.flaws)")
    }
}
