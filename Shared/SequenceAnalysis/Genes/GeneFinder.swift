import NeuralNetwork
import Tasks

/// Finds the genes of a bacterial genome, contig by contig.
///
/// First it learns from the genome itself (``learn(from:)``), then the network judges each candidate, and a dynamic programme chooses
/// those that can stand beside each other.
public struct GeneFinder: Sendable {
    /// Where what is said of codons and starts comes from.
    public enum Source: Sendable, Hashable {
        /// From long open frames of the genome itself.
        case genome
        /// From the genome that the model was fitted to: this one is too small, and its composition is much the same.
        case model
        /// From the composition of this genome, of starts from the model's: it is too small.
        case composition
    }

    /// Whether all contigs are closed to circles.
    public let isCircular: Bool
    /// Where the statistics come from.
    public private(set) var source = Source.model

    let model: GeneModel
    let workers: Int
    let promoters: PromoterEvidence?
    private(set) var statistics: GenomeStatistics
    private var distances = NeighbourDistances.initial

    /// A circle is read on over its end by so many bases.
    private static let overrun = 30_000
    /// Shares of bases that differ by less are those of a relative.
    private static let related: Float = 0.02
    /// A gene's own score is above this.
    private static let leastScore: Float = -1
    /// Bases in which distances of neighbours are counted.
    private static let counted = 12_000_000

    /// Takes a model, and perhaps one of promoters, which then says what it thinks of the bases before genes.
    public init(
        _ model: GeneModel, isCircular: Bool = false, promoters: ModelPackage? = nil, workers: Int = 1
    ) throws {
        self.promoters = try promoters.map { try PromoterEvidence($0) }
        self.model = model
        self.isCircular = isCircular
        self.workers = workers
        statistics = model.statistics
    }

    /// Learns codons, starts and distances from contigs of the genome, as many as ``basesToLearnFrom``.
    public mutating func learn(from contigs: [[UInt8]]) async throws {
        let readings = contigs.map { GenomeReadings(letters: $0, openEnds: !isCircular) }
        let training = SelfTraining(readings)
        let composition = training.composition.map(Float.init)
        // Of few bases the shares are those of chance.
        let tolerance = Self.related + 1 / Float(max(1, readings.reduce(0) { $0 + $1.count })).squareRoot()
        let isRelated = zip(composition, model.statistics.composition).allSatisfy { abs($0 - $1) < tolerance }
        // A relative says more than a few genes do.
        if let own = training.statistics(least: isRelated ? SelfTraining.enough : SelfTraining.least) {
            (statistics, source) = (own, .genome)
        } else if isRelated {
            (statistics, source) = (model.statistics, .model)
        } else {
            let expected = CodingStatistics(composition: composition)
            statistics = GenomeStatistics(
                coding: expected, atypical: expected, starts: model.statistics.starts, composition: composition)
            source = .composition
        }
        var counts = NeighbourDistances.Counts()
        var bases = 0
        for contig in readings where bases < Self.counted {
            bases += contig.count
            let judged = try await judge(contig)
            let chosen = GeneChoice(distances: .initial).chosen(of: judged.options)
            Self.count(chosen, judged, into: &counts)
        }
        distances = counts.distances
    }

    /// Bases of contigs that are enough to learn from.
    public static var basesToLearnFrom: Int { SelfTraining.most }

    /// The genes of a contig, in the order of their first bases.
    public func genes(of contig: String, letters: [UInt8]) async throws -> [Gene] {
        let overrun = isCircular ? min(Self.overrun, letters.count) : 0
        let readings = GenomeReadings(letters: letters + letters.prefix(overrun), openEnds: !isCircular)
        let judged = try await judge(readings)
        // What its neighbours speak for more than its own score is left out.
        let chosen = GeneChoice(distances: distances).chosen(of: judged.options).filter {
            judged.scores[judged.places[$0]] > Self.leastScore
        }
        // Of a circle, a window of its length that begins away from both ends of what was read.
        let window = (overrun / 2)..<(overrun / 2 + letters.count)
        let found = try await addPromoters(to: chosen.map { gene(judged, $0, contig, readings) }, readings)
        let genes = found.compactMap { gene -> Gene? in
            var gene = gene
            guard isCircular else { return gene }
            guard window.contains(gene.range.lowerBound) else { return nil }
            if gene.range.lowerBound >= letters.count {
                gene.range = (gene.range.lowerBound - letters.count)..<(gene.range.upperBound - letters.count)
            }
            return gene
        }
        return genes.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    }

    /// Says of genes what promoter stands before them, where that is asked for.
    private func addPromoters(to genes: [Gene], _ readings: GenomeReadings) async throws -> [Gene] {
        guard let promoters else { return genes }
        let places = genes.map { gene in
            let strand = gene.isReverse ? 1 : 0
            return (strand: readings.strands[strand], start: readings.forward(gene.range, of: strand).lowerBound)
        }
        let findings = try await promoters.findings(before: places, workers: workers)
        return zip(genes, findings).map { gene, finding in
            var gene = gene
            if gene.startCodon != nil, let finding {
                (gene.promoter, gene.promoterDistance) = (finding.probability, finding.distance)
            }
            return gene
        }
    }

    private static func count(_ chosen: [Int], _ judged: Judged, into counts: inout NeighbourDistances.Counts) {
        var places: [Int: [Int]] = [:]
        for (option, place) in judged.places.enumerated() {
            places[judged.candidates[place].frame, default: []].append(option)
        }
        for (left, right) in zip(chosen, chosen.dropFirst()) {
            let (first, second) = (judged.options[left], judged.options[right])
            guard first.strand == second.strand else { continue }
            // The one of the two that follows in the direction of reading.
            let follower = first.strand == 0 ? right : left
            for option in places[judged.candidates[judged.places[follower]].frame] ?? [] {
                let other = judged.options[option].range
                let distance =
                    first.strand == 0
                    ? other.lowerBound - first.range.upperBound : second.range.lowerBound - other.upperBound
                counts.add(distance, isChosen: option == follower)
            }
        }
    }

    private func gene(_ judged: Judged, _ option: Int, _ contig: String, _ readings: GenomeReadings) -> Gene {
        let place = judged.places[option]
        let candidate = judged.candidates[place]
        let frame = readings.frames[candidate.frame]
        let start = frame.starts[candidate.start]
        let strand = readings.strands[frame.strand]
        var site: (letters: String, spacing: Int)?
        if let found = candidate.judgement.site, found.motif > 2 {
            let end = start.place - found.spacing
            site = (strand.letters((end - RibosomeMotif.width)..<end), found.spacing)
        }
        let bases = strand.bases[start.place..<frame.end]
        return Gene(
            contig: contig, range: judged.options[option].range, isReverse: frame.strand == 1,
            startCodon: start.codon?.text, hasStop: frame.hasStop,
            confidence: 1 / (1 + PortableMath.exp(-judged.scores[place])),
            startConfidence: judged.starts[place], score: judged.scores[place], ribosomeSite: site?.letters,
            ribosomeSpacing: site?.spacing,
            strongShare: Float(bases.count { $0 == 1 || $0 == 2 }) / Float(max(1, bases.count { $0 < 4 })))
    }
}
