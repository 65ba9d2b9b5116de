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
}
