import NeuralNetwork

/// Candidates of a genome with what is true of each: whether a gene ends with it, and, of genes, whether it begins with it.
struct GeneExamples: ExampleSource {
    private(set) var features: [Float] = []
    private(set) var targets: [Float] = []

    var count: Int { targets.count / 2 }

    /// Adds the candidates whose frames lie in a part of a contig.
    ///
    /// A gene's own start says that there is one, and the best start of other frames that there is none, unless it lies on a pseudogene;
    /// all starts of a gene say which is its own.
    mutating func add(
        _ readings: GenomeReadings, _ statistics: GenomeStatistics, in part: Range<Int>,
        known: (coding: [KnownGenes.Record], other: [KnownGenes.Record]), onlyPartial: Bool = false
    ) {
        var genes: [[Int: Range<Int>]] = [[:], [:]]
        for gene in known.coding { genes[gene.isReverse ? 1 : 0][gene.stopPlace] = gene.range }
        let others = known.other.sorted { $0.range.lowerBound < $1.range.lowerBound }
        let found = GeneCandidates(readings, statistics)
        for (index, candidate) in found.candidates.enumerated() {
            let frame = readings.frames[candidate.frame]
            let range = readings.forward(frame.starts[candidate.start].place..<frame.end, of: frame.strand)
            if onlyPartial, frame.hasStop, frame.starts[0].codon != nil { continue }
            guard part.contains(range.lowerBound), part.contains(range.upperBound - 1) else { continue }
            let record = KnownGenes.Record(contig: "", range: range, isReverse: frame.strand == 1, name: "")
            let target: [Float]
            if let gene = genes[frame.strand][record.stopPlace] {
                target = [gene == range ? 1 : .nan, gene == range ? 1 : 0]
            } else if candidate.isBest, !GeneComparison.isMostly(record, on: others) {
                target = [0, .nan]
            } else {
                continue
            }
            features += found.features[(index * GeneCandidates.width)..<((index + 1) * GeneCandidates.width)]
            targets += target
        }
    }

    /// Adds what a part of a contig holds if it is cut into pieces: frames that run over the end of one, as in a draft genome.
    mutating func addPieces(
        of letters: [UInt8], _ statistics: GenomeStatistics, in part: Range<Int>,
        known: (coding: [KnownGenes.Record], other: [KnownGenes.Record])
    ) {
        let count = 3000
        for start in stride(from: part.lowerBound, to: part.upperBound - count, by: count) {
            let piece = start..<(start + count)
            func cut(_ genes: [KnownGenes.Record]) -> [KnownGenes.Record] {
                genes.compactMap { $0.range.overlaps(piece) ? $0.cut(to: piece) : nil }
            }
            add(
                GenomeReadings(letters: Array(letters[piece]), openEnds: true), statistics, in: 0..<count,
                known: (cut(known.coding), cut(known.other)), onlyPartial: true)
        }
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        for place in 0..<GeneCandidates.width { input[place] = features[index * GeneCandidates.width + place] }
        try fillTarget(index, into: target, inputCount: GeneCandidates.width)
    }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        target[0] = targets[2 * index]
        target[1] = targets[2 * index + 1]
    }
}

extension KnownGenes.Record {
    /// What is left of a gene in a piece of its contig, in places of the piece: whole codons.
    fileprivate func cut(to piece: Range<Int>) -> KnownGenes.Record {
        let count = piece.count
        func turned(_ range: Range<Int>) -> Range<Int> {
            isReverse ? (count - range.upperBound)..<(count - range.lowerBound) : range
        }
        let own = turned((range.lowerBound - piece.lowerBound)..<(range.upperBound - piece.lowerBound))
        let phase = (own.lowerBound % 3 + 3) % 3
        let start = own.lowerBound < 0 ? phase : own.lowerBound
        let end = own.upperBound > count ? phase + (count - phase) / 3 * 3 : own.upperBound
        var cut = self
        cut.range = turned(start..<max(start, end))
        return cut
    }
}
