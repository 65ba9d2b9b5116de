import Genomics

/// The operations of an alignment while it is made: matches, insertions and deletions from a start on.
struct AlignedOperations: Sendable {
    private struct Operation {
        var kind: CigarOperation.Kind
        var length: Int
    }

    private let start: Int
    private let clip: Int
    private var operations: [Operation] = []
    /// The 0-based position behind the last aligned base.
    private(set) var end: Int

    /// Begins at a 0-based position of the reference with the read's base of the index `clip`.
    init(start: Int, clip: Int) {
        self.start = start
        self.clip = clip
        end = start
    }

    /// Adds the read's next base, which stands at a position or is inserted.
    mutating func append(isInserted: Bool, at position: Int) {
        if isInserted { return append(.insertion, 1) }
        if position > end { append(.deletion, position - end) }
        append(.match, 1)
        end = position + 1
    }

    private mutating func append(_ kind: CigarOperation.Kind, _ length: Int) {
        if operations.last?.kind == kind {
            operations[operations.count - 1].length += length
        } else {
            operations.append(Operation(kind: kind, length: length))
        }
    }

    /// Moves insertions and deletions as far left as bases and reference allow, each up to the operation before the match in
    /// front of it.
    mutating func leftAlign(bases: [UInt8], in window: ReferenceWindow) {
        var (read, reference) = (clip, start)
        for index in operations.indices {
            let operation = operations[index]
            if operation.kind != .match, index > 0, index + 1 < operations.count, operations[index - 1].kind == .match,
                operations[index + 1].kind == .match
            {
                var shift = 0
                while shift + 1 < operations[index - 1].length {
                    let (r, q) = (reference - shift - 1, read - shift - 1)
                    let isSame =
                        operation.kind == .deletion
                        ? window[r] == window[r + operation.length] && bases[q] == window[r]
                        : bases[q] == bases[q + operation.length] && bases[q] == window[r]
                    guard isSame else { break }
                    shift += 1
                }
                operations[index - 1].length -= shift
                operations[index + 1].length += shift
                read -= shift
                reference -= shift
            }
            if operation.kind.consumesRead { read += operations[index].length }
            if operation.kind.consumesReference { reference += operations[index].length }
        }
    }

    /// The bases that differ, are inserted or deleted: SAM's `NM`.
    func editDistance(bases: [UInt8], in window: ReferenceWindow) -> Int {
        var (read, reference, distance) = (clip, start, 0)
        for operation in operations {
            switch operation.kind {
            case .match:
                for offset in 0..<operation.length where bases[read + offset] != window[reference + offset] {
                    distance += 1
                }
                read += operation.length
                reference += operation.length
            case .deletion:
                distance += operation.length
                reference += operation.length
            default:
                distance += operation.length
                read += operation.length
            }
        }
        return distance
    }

    /// The CIGAR with the ends of the read that are not aligned.
    func cigar(clippedAtEnd: Int) -> [CigarOperation] {
        var cigar = clip > 0 ? [CigarOperation(.softClip, UInt32(clip))] : []
        cigar += operations.map { CigarOperation($0.kind, UInt32($0.length)) }
        if clippedAtEnd > 0 { cigar.append(CigarOperation(.softClip, UInt32(clippedAtEnd))) }
        return cigar
    }
}
