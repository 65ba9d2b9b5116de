import NeuralNetwork

extension GeneCandidates {
    /// The definition of the features.
    static let version = "genes-1"
    /// Numbers a candidate.
    static let numbers = 34
    /// Bases around its start, from so many before it on.
    static let window = (before: 36, count: 52)
    /// All that the network reads of a candidate.
    static let width = numbers + window.count

    /// What all candidates of a frame have in common.
    struct FrameFeatures {
        private let frame: OpenFrame
        /// Of the codons over those of the best other frame of the same stretch.
        private let advantage: Float
        private let bestScore: Float
        private let secondScore: Float?
        /// Of the best start by itself.
        private let bestStart: Float

        init(_ reading: Reading, _ candidates: GeneCandidates) {
            frame = candidates.readings.frames[reading.frame]
            let best = reading.starts[reading.best]
            advantage =
                best.coding
                - Self.rival(frame.strand, frame.starts[best.index].place..<frame.stop, candidates)
            bestScore = best.score
            secondScore = reading.starts.enumerated().filter { $0.offset != reading.best }.map(\.element.score).max()
            bestStart = reading.starts.map(\.judgement.sum).max() ?? 0
        }

        /// What the best of the other five frames makes of a range.
        private static func rival(_ strand: Int, _ range: Range<Int>, _ candidates: GeneCandidates) -> Float {
            let count = candidates.readings.count
            let turned = (count - range.upperBound)..<(count - range.lowerBound)
            var best = -Float.infinity
            for shift in 0..<3 {
                for (other, part) in [(strand, range), (1 - strand, turned)] where other != strand || shift > 0 {
                    let lower = part.lowerBound + shift
                    guard lower < part.upperBound else { continue }
                    for kind in 0..<2 { best = max(best, candidates.coding(kind, other, lower..<part.upperBound)) }
                }
            }
            return best.isFinite ? best : 0
        }

        /// What the network reads of one of the starts.
        func features(of place: Int, _ reading: Reading, _ candidates: GeneCandidates) -> [Float] {
            let own = reading.starts[place]
            let start = frame.starts[own.index]
            let bases = candidates.readings.strands[frame.strand].bases
            let codons = Float(max(1, (frame.stop - start.place) / 3))
            var (acid, strong, known): (Float, Float, Float) = (0, 0, 0)
            for place in stride(from: start.place, to: frame.stop, by: 3) {
                guard let codon = GeneticCode.codon(bases, at: place) else { continue }
                acid += candidates.acids[codon]
                known += 1
                for base in bases[place..<(place + 3)] where base == 1 || base == 2 { strong += 1 }
            }
            func coding(_ range: Range<Int>) -> Float { candidates.coding(reading.kind, frame.strand, range) }
            let early = coding(max(start.place % 3, start.place - 60)..<start.place)
            let late = coding(start.place..<min(frame.stop, start.place + 60))
            let other = place == reading.best ? secondScore : bestScore
            let composition = candidates.statistics.composition
            let site = own.judgement.site
            let numbers: [Float] = [
                PortableMath.log(codons / 100), PortableMath.log(Float(frame.length) / 300), own.coding / codons,
                limited(own.coding / 30, 4),
                limited(own.coding / 200, 8), acid / max(1, known), limited(acid / 20, 4), advantage / codons,
                limited(advantage / 30, 4), limited(own.score / 30, 4), Float(reading.kind),
                limited(reading.difference / 20, 3), limited(reading.rival / 30, 4),
                limited((bestScore - reading.rival) / 30, 4), limited((bestScore - reading.rival) / 5, 3),
                strong / max(1, 3 * known) - composition[1] - composition[2],
                own.judgement.codon, own.judgement.context / 3, (site?.score ?? 0) / 2, (site?.motif ?? 0) / 4,
                Float((site?.spacing ?? 8) - 8) / 4, early / 10, late / 10,
                limited((own.coding - reading.greatest) / 10, 3),
                other.map { limited((own.score - $0) / 10, 3) } ?? 3,
                limited((own.judgement.sum - bestStart) / 5, 3), PortableMath.log(Float(1 + own.index)) / 2,
                PortableMath.log(1 + Float(start.place - frame.starts[0].place) / 3) / 3,
                start.codon == .atg ? 1 : 0, start.codon == .gtg ? 1 : 0, start.codon == .ttg ? 1 : 0,
                start.codon == nil ? 1 : 0, frame.hasStop ? 0 : 1, secondScore == nil ? 1 : 0,
            ]
            precondition(numbers.count == GeneCandidates.numbers)
            let first = start.place - GeneCandidates.window.before
            return numbers
                + (first..<(first + GeneCandidates.window.count)).map { place in
                    bases.indices.contains(place) && bases[place] < 4 ? Float(1 << bases[place]) : 15
                }
        }

        private func limited(_ value: Float, _ limit: Float) -> Float { min(limit, max(-limit, value)) }
    }
}
