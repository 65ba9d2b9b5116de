import Genomics
import Interpretation
import Testing
import VariantCalling

/// On what the calling network's word on an allele rests.
@Suite("Explained calls")
struct CallExplainerTests {
    private let bases = Fixture.bases(400, seed: 3)

    /// Reads of which some show another letter at 200, at the alleles of a bin.
    private func site(alternate: Int, of depth: Int = 30) throws -> SitePileup {
        let folder = try ScratchFolder()
        let reference = try folder.reference([("chr1", bases)])
        let letters = Array(bases.utf8)
        let other: UInt8 = letters[200] == UInt8(ascii: "A") ? UInt8(ascii: "G") : UInt8(ascii: "A")
        let records = (0..<depth).map { index in
            var own = Array(letters[(140 + index)..<(240 + index)])
            if index < alternate { own[60 - index] = other }
            return BAMRecord(
                name: "r\(index)".utf8, flags: index % 2 == 0 ? [] : .reverse, referenceID: 0,
                position: Int32(140 + index), mappingQuality: 60, cigar: [CigarOperation(.match, 100)], sequence: own,
                qualities: [UInt8](repeating: 35, count: 100))
        }
        let candidate = Candidate(
            contig: "chr1", position: 201, reference: String(UnicodeScalar(letters[200])),
            alternate: String(UnicodeScalar(other)))
        let pileups = try ExampleMaker(reference: reference).pileups(
            at: [candidate], contig: 0, index: 0, records: records, readGroups: [])
        return try #require(pileups[0])
    }

    @Test("Contributions add up, and half of the reads make one copy, because of the reads that show it")
    func called() async throws {
        let explainer = try CallExplainer(CallingModel.bundledPackage())
        let site = try site(alternate: 15)
        let explanation = try await explainer.explain(site)
        #expect(explanation.copies == 1 && explanation.probabilities[1] > 0.9)
        let sum = explanation.contributions.reduce(0) { $0 + Double($1) }
        let difference = explanation.score - explanation.referenceScore
        #expect(difference > 1 && abs(sum - difference) < 0.02 * abs(difference) && explanation.error < 0.01)
        #expect(abs(explanation.evidence.reduce(0) { $0 + $1.sum } - sum) < 1e-3)
        #expect(abs(explanation.evidence.reduce(0) { $0 + $1.share } - 1) < 1e-6)
        let first = explanation.evidence.prefix(2).map(\.kind)
        #expect(first.contains(.support) || first.contains(.bases))
        // What is the same in both pictures adds nothing.
        #expect(explanation.evidence.allSatisfy { ![.context, .depth, .length].contains($0.kind) || $0.share == 0 })
        await #expect(throws: InterpretationError.self) { try await explainer.explain(site, maximumError: 1e-12) }
    }

    @Test("Words say what was seen, and why nothing was asked")
    func words() async throws {
        let few = try CallWords(site(alternate: 1), nil)
        #expect(few.reads.hasPrefix("1 of 30 reads show ") && few.reads.contains("29 the reference"))
        #expect(
            few.verdict
                == "The allele was not proposed to the network: that takes 2 reads and 10 % of those that show an allele."
        )
        #expect(few.reasons == nil)
        let site = try site(alternate: 15)
        let words = CallWords(site, try await CallExplainer(CallingModel.bundledPackage()).explain(site))
        #expect(words.verdict.hasPrefix("The network says 0/1, one copy of the allele, with "))
        #expect(words.reasons?.contains("0/1 became more likely. For it speak ") == true)
    }

    @Test("Every channel of the picture is one kind of evidence")
    func channels() {
        #expect(PictureEvidence.allCases.flatMap(\.channels).sorted() == Array(0..<PileupEncoder.channels))
    }
}
