/// Counts the alignments over each position of a bin.
struct DepthCounter {
    private let range: Range<Int>
    // Changes of the depth from one position to the next.
    private var all: [Int32]
    private var counted: [Int32]

    init(range: Range<Int>) {
        self.range = range
        all = [Int32](repeating: 0, count: range.count + 1)
        counted = all
    }

    /// Counts a record's aligned bases.
    mutating func add(_ record: BAMRecord) {
        record.bytes.withUnsafeBytes { bytes in
            let layout = RecordLayout(bytes)
            guard layout.flags.isDisjoint(with: [.unmapped, .secondary]), layout.sequenceLength > 0 else { return }
            let isCounted = layout.flags.isDisjoint(with: [.duplicate, .qualityFailed])
            var position = Int(layout.position)
            layout.forEachOperation { kind, length in
                switch kind {
                case .match, .equal, .difference:
                    let covered = (position..<(position + length)).clamped(to: range)
                    let (start, end) = (covered.lowerBound - range.lowerBound, covered.upperBound - range.lowerBound)
                    all[start] += 1
                    all[end] -= 1
                    if isCounted {
                        counted[start] += 1
                        counted[end] -= 1
                    }
                    position += length
                case .deletion, .skip: position += length
                case .insertion, .softClip, .hardClip, .padding: break
                }
            }
        }
    }

    /// Adds the bin's depths; those of reads that count, where the target is; `pairing` is where X and Y pair.
    func append(
        to distribution: inout DepthDistribution, contig: String, regions: BED?, pairing: [Range<Int>] = []
    ) {
        let deepest = DepthDistribution.deepest
        var (alignments, target) = ([Int](repeating: 0, count: deepest + 1), [Int](repeating: 0, count: deepest + 1))
        var targets = (regions.map { $0.stretches(of: contig, in: range) } ?? [range])[...]
        var (depth, countedDepth, sum, paired) = (0, 0, 0, 0)
        let pairing = pairing.filter { $0.overlaps(range) }
        for index in 0..<range.count {
            depth += Int(all[index])
            countedDepth += Int(counted[index])
            guard depth > 0 else { continue }
            alignments[min(depth, deepest)] += 1
            let position = range.lowerBound + index
            while let first = targets.first, first.upperBound <= position { targets.removeFirst() }
            guard countedDepth > 0, let stretch = targets.first, stretch.contains(position) else { continue }
            target[min(countedDepth, deepest)] += 1
            sum += countedDepth
            if pairing.contains(where: { $0.contains(position) }) { paired += countedDepth }
        }
        for depth in 1...deepest {
            if alignments[depth] > 0 { distribution.alignments.add(depth, times: alignments[depth]) }
            if target[depth] > 0 { distribution.target.add(depth, times: target[depth]) }
        }
        if sum > 0 { distribution.targetBases[contig, default: 0] += sum }
        if paired > 0 {
            distribution.pairingBases = (distribution.pairingBases ?? [:]).merging(
                [contig: paired], uniquingKeysWith: +)
        }
    }
}

extension BED {
    /// The stretches of a contig that reach into a range, cut to it.
    func stretches(of contig: String, in range: Range<Int>) -> [Range<Int>] {
        let stretches = ranges[contig] ?? []
        var (low, high) = (0, stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return stretches[low...].prefix { $0.lowerBound < range.upperBound }.map { $0.clamped(to: range) }
    }
}
