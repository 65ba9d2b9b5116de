import NeuralNetwork
import Tasks

extension GeneFinder {
    /// The candidates of a contig with what the network says of them.
    struct Judged {
        var candidates: [GeneCandidates.Candidate] = []
        /// The odds of the frame's being a gene, as a logarithm.
        var scores: [Float] = []
        /// The probability of the start among those of the frame.
        var starts: [Float] = []
        /// What may be chosen, and which candidate each is.
        var options: [GeneChoice.Option] = []
        var places: [Int] = []
    }

    /// What is added to each score: one gene that is missed is worse than one too many.
    private static let leaning: Float = 0.5
    /// Below this score a frame is chosen in no company.
    private static let leastWorth: Float = -4

    /// Lets the network say what it thinks of all candidates of a contig.
    func judge(_ readings: GenomeReadings) async throws -> Judged {
        let found = GeneCandidates(readings, statistics)
        let count = found.candidates.count
        let logits = await model.network.logits(found.features, count: count, workers: workers)
        guard logits.allSatisfy(\.isFinite) else { throw TaskError("the network's outputs are no finite numbers") }
        var judged = Judged(candidates: found.candidates)
        judged.scores = .init(repeating: 0, count: count)
        judged.starts = .init(repeating: 0, count: count)
        // The candidates of each frame stand together.
        var frames: [Range<Int>] = []
        var first = 0
        while first < count {
            var end = first + 1
            while end < count, found.candidates[end].frame == found.candidates[first].frame { end += 1 }
            let greatest = (first..<end).map { logits[2 * $0 + 1] }.max() ?? 0
            let weights = (first..<end).map { PortableMath.exp(logits[2 * $0 + 1] - greatest) }
            let sum = weights.reduce(0, +)
            let score = zip(first..<end, weights).reduce(Float(0)) { $0 + logits[2 * $1.0] * $1.1 / sum }
            for (place, weight) in zip(first..<end, weights) {
                judged.scores[place] = score
                judged.starts[place] = weight / sum
            }
            frames.append(first..<end)
            first = end
        }
        try await addPromoters(frames, readings, to: &judged)
        for places in frames {
            let greatest = judged.starts[places].max() ?? 1
            for place in places {
                let worth =
                    judged.scores[place] + Self.leaning + PortableMath.log(max(judged.starts[place] / greatest, 1e-9))
                guard worth > Self.leastWorth else { continue }
                let frame = readings.frames[judged.candidates[place].frame]
                let start = frame.starts[judged.candidates[place].start].place
                judged.options.append(
                    .init(
                        range: readings.forward(start..<frame.end, of: frame.strand), strand: frame.strand,
                        score: worth))
                judged.places.append(place)
            }
        }
        return judged
    }

    /// Adds to the scores of frames that may be genes or not what the bases before their likeliest starts say.
    private func addPromoters(_ frames: [Range<Int>], _ readings: GenomeReadings, to judged: inout Judged) async throws
    {
        guard let promoters else { return }
        var doubtful: [(places: Range<Int>, strand: GeneStrand, start: Int)] = []
        for places in frames where abs(judged.scores[places.lowerBound]) < PromoterEvidence.uncertain {
            guard let best = places.max(by: { judged.starts[$0] < judged.starts[$1] }) else { continue }
            let frame = readings.frames[judged.candidates[best].frame]
            let start = frame.starts[judged.candidates[best].start]
            if start.codon != nil { doubtful.append((places, readings.strands[frame.strand], start.place)) }
        }
        let findings = try await promoters.findings(
            before: doubtful.map { ($0.strand, $0.start) }, workers: workers)
        for (frame, finding) in zip(doubtful, findings) {
            guard let finding else { continue }
            for place in frame.places { judged.scores[place] += PromoterEvidence.worth(finding) }
        }
    }
}
