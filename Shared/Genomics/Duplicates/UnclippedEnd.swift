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

    /// Reads a CIGAR string; nil unless it is one.
    static func cigar(_ text: some Sequence<UInt8>) -> [CigarOperation]? {
        var operations: [CigarOperation] = []
        var length: UInt32 = 0
        for byte in text {
            if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                length = length * 10 + UInt32(byte - UInt8(ascii: "0"))
                if length >= 1 << 28 { return nil }
            } else if let code = letters.firstIndex(of: byte), let kind = CigarOperation.Kind(rawValue: UInt8(code)) {
                operations.append(CigarOperation(kind, length))
                length = 0
            } else {
                return nil
            }
        }
        return operations.isEmpty ? nil : operations
    }

    private static let letters = Array("MIDNSHP=X".utf8)
}
