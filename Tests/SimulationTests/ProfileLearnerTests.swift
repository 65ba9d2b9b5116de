import Foundation
import Genomics
import Hashing
import Testing

@testable import Simulation

/// Profiles that are learned from simulated reads are those that made them.
struct ProfileLearnerTests {
    private static let length = 50_000

    /// A reference with repeats, as a file.
    private static let reference: Result<ReferenceGenome, any Error> = Result {
        var random = SplitMix64(seed: 77)
        var bases: [UInt8] = []
        while bases.count < length {
            let base = Nucleotide.letters[random.index(below: 4)]
            let other = Nucleotide.letters[random.index(below: 4)]
            switch random.index(below: 60) {
            case 0...2: bases += repeatElement(base, count: 4 + random.index(below: 9))
            case 3: for _ in 0..<(3 + random.index(below: 8)) { bases += [base, other] }
            default: bases.append(base)
            }
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "learner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "r.fa").path
        let sequence = String(decoding: bases.prefix(length), as: UTF8.self)
        try ">c\n\(sequence)\n".write(toFile: path, atomically: true, encoding: .utf8)
        return try ReferenceGenome(path: path)
    }

    private static func variants(_ window: ReferenceWindow) -> [Variant] {
        var random = SplitMix64(seed: 5)
        return RandomIndels.make(contig: "c", window: window, spacing: 1500, avoiding: [], with: &random)
    }

    /// Learns from the golden alignments of simulated reads.
    private static func learn(
        _ profile: SequencingProfile, coverage: Double, truth: [Variant]?
    ) throws -> LearnedProfile {
        let reference = try reference.get()
        let window = try reference.window("c", 0..<length)
        let simulator = ReadSimulator(
            contig: "c", window: window, variants: truth ?? [], profile: profile, coverage: coverage, seed: 21)
        var records = (0..<simulator.count).compactMap(simulator.fragment).flatMap {
            $0.aligned(contig: 0, window: window)
        }
        records.sort { $0.position < $1.position }
        let learner = ProfileLearner(
            reference: reference, technology: profile.technology, truth: truth.map { _ in simulator.variants },
            regions: nil)
        for record in records { try learner.add(record, contig: 0) }
        try learner.finish()
        return try learner.profile(name: "learned", sources: [], extent: length)
    }

    @Test(arguments: [SequencingProfile.hiSeq2000, .hifi, .ontR10])
    func `What is learned from simulated reads is what made them`(_ original: SequencingProfile) throws {
        var profile = original
        profile.slippageScale = 1
        profile.systematic.rate = 0
        profile.repeats.unevenness = [.init(share: 1, factor: 1)]
        let window = try Self.reference.get().window("c", 0..<Self.length)
        let learned = try Self.learn(profile, coverage: 20, truth: Self.variants(window)).profile
        #expect(learned.technology == original.technology)
        // Errors by quality, as a mean over the qualities of reads.
        let sampler = QualitySampler(original.qualities)
        let errors = sampler.mean(of: original.qualities.errorProbabilities) * original.errorScale
        let again = sampler.mean(of: learned.qualities.errorProbabilities) * learned.errorScale
        #expect(abs(again / errors - 1) < 0.25, "misread \(errors), learned \(again)")
        // Quantiles of the middle row, in qualities.
        let rows = (original.qualities.quantiles[0], learned.qualities.quantiles[0])
        let (old, new) = (Array(rows.0[rows.0.count / 2].utf8), Array(rows.1[rows.1.count / 2].utf8))
        // HiFi's qualities reach from a third to 93 within a few hundredths of the reads.
        let spread = original.technology == .hifi ? 12 : 4
        #expect(abs(Int(old[4]) - Int(new[4])) <= 6 && abs(Int(old[12]) - Int(new[12])) <= spread)
        #expect(abs(learned.qualities.readVariance - original.qualities.readVariance) < 0.16)
        // Runs of five to ten bases, which the reference has many of.
        func rate(_ profile: SequencingProfile, _ lengths: ClosedRange<Int>) -> Double {
            lengths.reduce(0) { sum, count in
                let rates = profile.repeats.rates(unit: 1, copies: count, base: 0, scale: 1)
                return sum + rates.insertion + rates.deletion
            }
        }
        let runs = (rate(original, 7...10), rate(learned, 7...10))
        let tolerance = original.technology == .shortPairs ? 0.6 : 0.4
        #expect(abs(runs.1 / runs.0 - 1) < tolerance, "changes of runs \(runs.0), learned \(runs.1)")
        if original.technology.isLong {
            // HiFi reads of a megabase have some fifty of each.
            let tolerance = original.technology == .hifi ? 0.7 : 0.5
            let indels = (original.indels, learned.indels)
            #expect(abs(indels.1.insertionRate / indels.0.insertionRate - 1) < tolerance)
            #expect(abs(indels.1.deletionRate / indels.0.deletionRate - 1) < tolerance)
        } else {
            #expect(learned.readLength == 101)
            #expect(abs(learned.insertMean - original.insertMean) < 6)
            #expect(abs(learned.insertDeviation - original.insertDeviation) < 8)
        }
    }

    @Test func `Substitutions by context come back`() throws {
        var profile = SequencingProfile.ontR10
        profile.substitutions = SubstitutionTable([
            "A": .init(to: [0, 8, 1, 1]), "C": .init(to: [1, 0, 1, 8]), "G": .init(to: [8, 1, 0, 1]),
            "T": .init(to: [1, 1, 8, 0]), "CGT": .init(rate: 5, to: [1, 0.5, 0, 8]),
        ])
        let learned = try Self.learn(profile, coverage: 30, truth: nil).profile.substitutions.contexts
        #expect(try #require(learned["A"]).to[1] > 0.65)
        let row = try #require(learned["CGT"])
        #expect(row.rate > 2.5 && row.to[3] > 0.6)
        #expect(try #require(learned["C"]).rate < 0.7 * row.rate)
    }

    @Test func `Systematic places are found at their rate`() throws {
        var profile = SequencingProfile.hiSeq2000
        profile.systematic = SystematicErrors(
            rate: 1.0 / 400, fractions: Quantiles([0.15, 0.6]), qualityDrop: 5, oneStrand: 0.5)
        profile.repeats = .geometric(run: (0, 1), longer: (0, 1))
        let window = try Self.reference.get().window("c", 0..<Self.length)
        let learned = try Self.learn(profile, coverage: 50, truth: Self.variants(window)).profile.systematic
        #expect(learned.rate > 1.0 / 900 && learned.rate < 1.0 / 250)
        #expect(learned.deletions < 0.1)
    }

    @Test func `Too little data is refused, a table's is named`() throws {
        #expect(throws: GenomicsError.self) { try Self.learn(.hiSeq2000, coverage: 1, truth: nil) }
        let learned = try Self.learn(.hiSeq2000, coverage: 4, truth: nil)
        #expect(learned.remarks.contains { $0.contains("systematic places") })
    }

    @Test func `Records out of order are refused`() throws {
        let reference = try Self.reference.get()
        let learner = ProfileLearner(reference: reference, technology: .shortPairs, truth: nil, regions: nil)
        func record(_ position: Int32) -> BAMRecord {
            BAMRecord(
                name: Array("r".utf8), flags: [], referenceID: 0, position: position, mappingQuality: 60,
                cigar: [CigarOperation(.match, 4)], sequence: Array("ACGT".utf8), qualities: [30, 30, 30, 30])
        }
        try learner.add(record(100), contig: 0)
        #expect(throws: GenomicsError.self) { try learner.add(record(99), contig: 0) }
    }

    @Test(arguments: SequencingProfile.bundled.map(\.name))
    func `A bundled profile is without a flaw and survives its JSON`(_ name: String) throws {
        let profile = try #require(SequencingProfile.bundled.first { $0.name == name }?.profile)
        #expect(profile.flaw == nil)
        let json = try profile.json
        #expect(try SequencingProfile(json: json) == profile)
        #expect(json.split(separator: "\n").count < 800)
    }

    @Test func `What makes a profile unusable is said`() {
        var profile = SequencingProfile.hifi
        profile.lengths = nil
        #expect(profile.flaw?.contains("lengths") == true)
        profile = .hiSeqX
        profile.chimeraRate = 1.5
        #expect(profile.flaw?.contains("rate") == true)
        profile = .hiSeqX
        profile.qualities.quantiles = [["abc"]]
        #expect(profile.flaw?.contains("abc") == true)
        profile = .hiSeqX
        profile.repeats.homopolymers.removeLast()
        #expect(profile.flaw?.contains("homopolymers") == true)
        profile = .hiSeqX
        profile.substitutions.contexts["G"] = nil
        #expect(profile.flaw?.contains("G has no row") == true)
    }
}
