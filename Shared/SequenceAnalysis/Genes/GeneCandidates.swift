/// The genes that there may be in a contig, and what the network reads of each.
///
/// All numbers are relative to the genome's own statistics, so that the network judges what carries over from one genome to another.
struct GeneCandidates: Sendable {
    /// A frame from one of its starts on.
    struct Candidate: Sendable {
        /// Of the contig's readings.
        var frame: Int
        /// Of the frame's starts.
        var start: Int
        /// What speaks for the start.
        var judgement: StartStatistics.Judgement
        /// Whether codons and start together speak for it more than for the frame's other starts.
        var isBest: Bool
    }

    /// The candidates; those of a frame stand together, in the order of their starts.
    private(set) var candidates: [Candidate] = []
    /// What the network reads of each, one after the other.
    private(set) var features: [Float] = []

    /// Frames of so many bases are looked at whatever they score.
    private static let long = 270
    /// Shorter frames whose best start scores less are no genes.
    private static let leastScore: Float = -4
    /// Starts of a frame that are looked at.
    private static let mostStarts = 16
    /// Starts that score so much less than the best are not looked at.
    private static let greatestDeficit: Float = 30
    /// Genes overlap by no more.
    private static let overlap = 60

    let readings: GenomeReadings
    let statistics: GenomeStatistics
    let acids: [Float]
    /// By kind (typical, atypical), strand and frame.
    private let sums: [[[[Float]]]]

    /// A frame that may be a gene, as its codons and starts have it.
    struct Reading {
        /// Of the contig's readings.
        var frame: Int
        /// 1 where the atypical statistics describe it better.
        var kind: Int
        /// By how much.
        var difference: Float
        /// Of the starts that are looked at: which, what speaks for each, of its codons and of both.
        var starts: [(index: Int, judgement: StartStatistics.Judgement, coding: Float, score: Float)]
        /// Which of them has the highest score.
        var best: Int
        /// The highest sum of codons.
        var greatest: Float
        /// From the best start to the stop codon, on the forward strand.
        var range: Range<Int>
        /// The score of the best frame that cannot be a gene beside it.
        var rival: Float = 0
    }

    /// Finds the candidates of a contig.
    init(_ readings: GenomeReadings, _ statistics: GenomeStatistics) {
        self.readings = readings
        self.statistics = statistics
        sums = [statistics.coding, statistics.atypical].map { coding in readings.strands.map { coding.sums($0) } }
        acids = statistics.acidOdds
        var found = readings.frames.indices.compactMap { reading($0) }
        Self.compare(&found)
        for reading in found {
            let shared = FrameFeatures(reading, self)
            for (place, start) in reading.starts.enumerated() {
                candidates.append(
                    Candidate(
                        frame: reading.frame, start: start.index, judgement: start.judgement,
                        isBest: place == reading.best))
                features += shared.features(of: place, reading, self)
            }
        }
    }

    /// The sum of the codons of a range that begins in the frame `place % 3` of a strand.
    func coding(_ kind: Int, _ strand: Int, _ range: Range<Int>) -> Float {
        let phase = range.lowerBound % 3
        let own = sums[kind][strand][phase]
        let last = own.count - 1
        return own[min(last, max(0, (range.upperBound - phase) / 3))] - own[min(last, (range.lowerBound - phase) / 3)]
    }

    /// A frame with the starts that are looked at; nil where it is certainly no gene.
    private func reading(_ number: Int) -> Reading? {
        let frame = readings.frames[number]
        let bases = readings.strands[frame.strand].bases
        let both = (0..<2).map { kind in frame.starts.map { coding(kind, frame.strand, $0.place..<frame.stop) } }
        let (typical, other) = (both[0].max() ?? 0, both[1].max() ?? 0)
        // What came from elsewhere is rarer.
        let kind = other - 3 > typical ? 1 : 0
        let greatest = max(typical, other - 3)
        let isLong = frame.length >= Self.long
        guard isLong || greatest > Self.leastScore - 8 else { return nil }
        var starts: [(index: Int, judgement: StartStatistics.Judgement, coding: Float, score: Float)] = []
        for (index, start) in frame.starts.enumerated() where frame.end - start.place >= ReadingFrames.shortest {
            let coding = both[kind][index]
            guard coding > greatest - Self.greatestDeficit - 10 else { continue }
            let judgement = statistics.starts.judge(bases, start)
            starts.append((index, judgement, coding, coding + judgement.sum))
        }
        guard let score = starts.map(\.score).max(), isLong || score > Self.leastScore else { return nil }
        starts.removeAll { $0.score < score - Self.greatestDeficit }
        if starts.count > Self.mostStarts {
            let least = starts.map(\.score).sorted(by: >)[Self.mostStarts - 1]
            starts.removeAll { $0.score < least }
        }
        let best = starts.firstIndex { $0.score == score } ?? 0
        return Reading(
            frame: number, kind: kind, difference: other - typical, starts: starts, best: best, greatest: greatest,
            range: readings.forward(frame.starts[starts[best].index].place..<frame.end, of: frame.strand))
    }

    /// Finds for each frame the best of those that it overlaps by more than neighbours do.
    private static func compare(_ found: inout [Reading]) {
        let order = found.indices.sorted {
            (found[$0].range.lowerBound, $0) < (found[$1].range.lowerBound, $1)
        }
        for (place, first) in order.enumerated() {
            let score = found[first].starts[found[first].best].score
            let range = found[first].range
            for second in order[(place + 1)...] {
                let other = found[second].range
                if other.lowerBound >= range.upperBound - overlap { break }
                guard min(other.upperBound, range.upperBound) - other.lowerBound > overlap else { continue }
                found[second].rival = max(found[second].rival, score)
                found[first].rival = max(found[first].rival, found[second].starts[found[second].best].score)
            }
        }
    }
}
