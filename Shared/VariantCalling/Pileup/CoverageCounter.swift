import Genomics

/// Counts the reads that are aligned to each position of a window, of sufficient or of too low a MAPQ.
struct CoverageCounter {
    private let range: Range<Int>
    // Changes of the depth from one position to the next.
    private var usable: [Int32]
    private var uncertain: [Int32]

    init(range: Range<Int>) {
        self.range = range
        usable = [Int32](repeating: 0, count: range.count + 1)
        uncertain = usable
    }

    /// Adds a read, without the introns that it skips.
    mutating func add(_ record: BAMRecord, isUsable: Bool) {
        guard (0..<record.cigarCount).contains(where: { record.cigar($0).kind == .skip }) else {
            add(record.referenceRange, isUsable)
            return
        }
        var position = Int(record.position)
        for operation in record.cigar where operation.kind.consumesReference {
            let end = position + Int(operation.length)
            if operation.kind != .skip { add(position..<end, isUsable) }
            position = end
        }
    }

    private mutating func add(_ aligned: Range<Int>, _ isUsable: Bool) {
        let covered = aligned.clamped(to: range)
        let (start, end) = (covered.lowerBound - range.lowerBound, covered.upperBound - range.lowerBound)
        if isUsable {
            usable[start] += 1
            usable[end] -= 1
        } else {
            uncertain[start] += 1
            uncertain[end] -= 1
        }
    }

    /// Appends the states of the positions for which `isIncluded` holds; `counts` are the bases that a caller could use.
    func append(
        to summary: inout CallabilitySummary, reference: ReferenceWindow, counts: BaseCounts, minimumDepth: Int,
        isIncluded: (Int) -> Bool
    ) {
        var (good, poor): (Int32, Int32) = (0, 0)
        for position in range {
            good += usable[position - range.lowerBound]
            poor += uncertain[position - range.lowerBound]
            guard isIncluded(position) else { continue }
            let state: CallabilitySummary.State =
                if !Nucleotide.isBase(reference[position]) {
                    .referenceUnknown
                } else if good + poor == 0 {
                    .noCoverage
                } else if poor > good {
                    .lowMappingQuality
                } else if counts.bases(at: position) < minimumDepth {
                    .lowCoverage
                } else {
                    .callable
                }
            summary.append(position..<(position + 1), state)
        }
    }
}
