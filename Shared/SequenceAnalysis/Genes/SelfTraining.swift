/// Learns a genome's statistics from its own long open reading frames.
///
/// The first genes are long frames whose amino acids are those of proteins, none on top of another. From then on the frames are chosen by
/// the codons of those that were chosen before, and their starts by what the starts have in common.
struct SelfTraining {
    /// Bases of genes below which a genome says too little of itself.
    static let least = 8_000
    /// Bases of genes from which on it says more of itself than a relative does.
    static let enough = 30_000
    /// Bases of contigs that are looked at; more say nothing new.
    static let most = 24_000_000

    private let contigs: [GenomeReadings]
    /// The share of each base, of both strands.
    let composition: [Double]

    /// Takes the contigs of one genome.
    init(_ contigs: [GenomeReadings]) {
        self.contigs = contigs
        var counts = [Double](repeating: 1, count: 4)
        for contig in contigs {
            for base in contig.strands[0].bases where base < 4 {
                counts[Int(base)] += 1
                counts[3 - Int(base)] += 1
            }
        }
        let total = counts.reduce(0, +)
        composition = counts.map { $0 / total }
    }

    /// A frame that is taken for a gene, from one of its starts on.
    private struct Chosen {
        var contig: Int
        var frame: Int
        var start: Int
        /// Whether the second statistics describe it better.
        var isAtypical = false
        var score: Float
    }

    /// The statistics; nil where the contigs hold fewer bases of long frames than `least`.
    func statistics(least: Int = Self.least) -> GenomeStatistics? {
        var chosen = separate(seeds())
        guard bases(of: chosen) >= least else { return nil }
        var background = CodingStatistics.Counts()
        for contig in contigs { for strand in contig.strands { background.addGenome(strand) } }
        var starts = StartStatistics.initial
        var coding = [CodingStatistics(count(chosen, into: background))]
        for round in 0..<6 {
            chosen = separate(candidates(coding, starts, least: round < 2 ? 240 : 150))
            if round == 1 {
                // What is long, looks like proteins and has other codons: genes that came from elsewhere.
                chosen = separate(chosen.map(Self.first) + seeds().map(Self.atypical))
            }
            coding = [CodingStatistics(count(chosen.filter { !$0.isAtypical }, into: background))]
            let others = chosen.filter(\.isAtypical)
            if bases(of: others) >= Self.leastOfOthers {
                coding.append(CodingStatistics(count(others, into: background)))
            }
            var places = StartCounts()
            for gene in chosen where !(round == 1 && gene.isAtypical) {
                let frame = contigs[gene.contig].frames[gene.frame]
                for (index, start) in frame.starts.enumerated() {
                    places.add(contigs[gene.contig].strands[frame.strand], start, isTrue: index == gene.start)
                }
            }
            starts = places.statistics(background: composition)
        }
        return GenomeStatistics(
            coding: coding[0], atypical: coding.count > 1 ? coding[1] : coding[0], starts: starts,
            composition: composition.map(Float.init))
    }

    /// Bases of genes with other codons below which nothing is learned of them.
    private static let leastOfOthers = 12_000

    /// A gene that is chosen before all seeds.
    private static func first(_ gene: Chosen) -> Chosen {
        var gene = gene
        gene.score += 1e6
        return gene
    }

    private static func atypical(_ gene: Chosen) -> Chosen {
        var gene = gene
        gene.isAtypical = true
        return gene
    }

    private func bases(of chosen: [Chosen]) -> Int {
        chosen.reduce(0) { sum, gene in
            let frame = contigs[gene.contig].frames[gene.frame]
            return sum + frame.end - frame.starts[gene.start].place
        }
    }

    private func count(_ chosen: [Chosen], into background: CodingStatistics.Counts) -> CodingStatistics.Counts {
        var counts = background
        for gene in chosen {
            let frame = contigs[gene.contig].frames[gene.frame]
            counts.addGene(contigs[gene.contig].strands[frame.strand], frame.starts[gene.start].place..<frame.stop)
        }
        return counts
    }

    /// Long frames, scored by their amino acids against those that the genome's bases would give by chance.
    private func seeds() -> [Chosen] {
        let odds = GeneticCode.acidOdds(composition: composition)
        var seeds: [Chosen] = []
        for (number, contig) in contigs.enumerated() {
            for (index, frame) in contig.frames.enumerated() where frame.length >= 300 {
                let bases = contig.strands[frame.strand].bases
                var score: Float = 0
                for place in stride(from: frame.starts[0].place, to: frame.end, by: 3) {
                    if let codon = GeneticCode.codon(bases, at: place) { score += odds[codon] }
                }
                if score > 0 { seeds.append(Chosen(contig: number, frame: index, start: 0, score: score)) }
            }
        }
        return seeds
    }

    /// Frames at the start that is best by codons and context.
    private func candidates(_ coding: [CodingStatistics], _ starts: StartStatistics, least: Int) -> [Chosen] {
        var candidates: [Chosen] = []
        for (number, contig) in contigs.enumerated() {
            let sums = coding.map { coding in contig.strands.map { coding.sums($0) } }
            for (index, frame) in contig.frames.enumerated() where frame.length >= least {
                let phase = frame.starts[0].place % 3
                for (kind, sums) in sums.enumerated() {
                    let own = sums[frame.strand][phase]
                    let whole = own[(frame.end - phase) / 3]
                    guard let (best, score) = Self.best(frame, whole, own, phase, contig.strands[frame.strand], starts),
                        score > 12, frame.end - frame.starts[best].place >= least
                    else { continue }
                    candidates.append(
                        Chosen(contig: number, frame: index, start: best, isAtypical: kind == 1, score: score))
                }
            }
        }
        return candidates
    }

    private static func best(
        _ frame: OpenFrame, _ whole: Float, _ sums: [Float], _ phase: Int, _ strand: GeneStrand,
        _ starts: StartStatistics
    ) -> (Int, Float)? {
        var best: (Int, Float)?
        for (index, start) in frame.starts.enumerated() {
            let coding = whole - sums[(start.place - phase) / 3]
            // What no start could make up for is not looked at.
            if let best, coding + 14 < best.1 { continue }
            let score = coding + starts.judge(strand.bases, start).sum
            if best.map({ score > $0.1 }) ?? true { best = (index, score) }
        }
        return best
    }

    /// The best of the candidates, none of which lies on another by more than a tenth.
    private func separate(_ candidates: [Chosen]) -> [Chosen] {
        var taken = contigs.map { [Bool](repeating: false, count: $0.count) }
        let order = candidates.sorted {
            ($1.score, $0.contig, $0.frame, $0.isAtypical ? 1 : 0) < (
                $0.score, $1.contig, $1.frame, $1.isAtypical ? 1 : 0
            )
        }
        return order.filter { gene in
            let frame = contigs[gene.contig].frames[gene.frame]
            let range = contigs[gene.contig].forward(frame.starts[gene.start].place..<frame.end, of: frame.strand)
            let covered = taken[gene.contig][range].count { $0 }
            guard covered * 10 <= range.count else { return false }
            for place in range { taken[gene.contig][place] = true }
            return true
        }
    }
}
