extension BAMRecord {
    /// The CIGAR of more than 65,535 operations, which the tag `CG` holds instead of the record (SAM specification, § 4.2.2).
    ///
    /// Nil for a record whose own CIGAR counts, and where the tag does not hold the operations that its place announces.
    var longCigar: [CigarOperation]? {
        guard cigarCount > 0, cigar(0).kind == .softClip, cigar(0).length == sequenceLength, sequenceLength > 0,
            let words = BAMTags(tags).words("CG"), words.count > cigarCount
        else { return nil }
        var operations: [CigarOperation] = []
        operations.reserveCapacity(words.count)
        for word in words {
            guard let kind = CigarOperation.Kind(rawValue: UInt8(word & 15)) else { return nil }
            operations.append(CigarOperation(kind, word >> 4))
        }
        return operations
    }

    /// Whether the CIGAR has as many bases as the sequence, and both have some.
    public var isConsistent: Bool {
        if let long = longCigar {
            let (read, reference) = long.reduce((0, 0)) { sum, operation in
                (
                    sum.0 + (operation.kind.consumesRead ? Int(operation.length) : 0),
                    sum.1 + (operation.kind.consumesReference ? Int(operation.length) : 0)
                )
            }
            return read == sequenceLength && reference == referenceSpan
        }
        var length = 0
        for index in 0..<cigarCount {
            let operation = cigar(index)
            if operation.kind.consumesRead { length += Int(operation.length) }
        }
        return length > 0 && length == sequenceLength
    }
}
