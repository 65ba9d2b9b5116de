/// Where a read would begin if nothing had been clipped from it.
enum UnclippedEnd {
    /// The 0-based position of the first base that was sequenced: left of a forward read, right of a reverse one.
    ///
    /// Without a CIGAR the start stands for either end.
    static func fivePrime(start: Int, cigar: [CigarOperation], isReverse: Bool) -> Int {
        func isClip(_ operation: CigarOperation) -> Bool {
            operation.kind == .softClip || operation.kind == .hardClip
        }
        func length(_ operations: some Sequence<CigarOperation>) -> Int {
            operations.reduce(0) { $0 + Int($1.length) }
        }
        if !isReverse { return start - length(cigar.prefix(while: isClip)) }
        if cigar.isEmpty { return start }
        let aligned = length(cigar.lazy.filter { $0.kind.consumesReference })
        return start + aligned - 1 + length(cigar.reversed().prefix(while: isClip))
    }
}
