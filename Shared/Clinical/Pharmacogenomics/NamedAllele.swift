/// An allele that a nomenclature names: `*2`, `c.1905+1G>A (*2A)`, `B (reference)`.
public struct NamedAllele: Sendable, Hashable {
    /// The name.
    public var name: String
    /// Whether it is the one that all others are compared with.
    public var isReference: Bool
    /// Whether it is a deletion, duplication or hybrid of the gene, which no small variant shows.
    public var isStructural: Bool
    /// For each locus of the gene which spellings it may have, as bits; what the definition leaves open is the reference's.
    var masks: [UInt32]
    /// The loci that the definition itself speaks of.
    var defined: [Bool]

    /// How many of the loci that were seen its definition speaks of: its weight among the alleles that fit.
    func score(seen: [Bool]) -> Int { zip(defined, seen).count { $0 && $1 } }
}

/// The order of allele names: numbers by their value, so `*9` before `*10`; combinations `[a + b]` last.
enum AlleleName {
    static func isBefore(_ a: String, _ b: String) -> Bool {
        let (isCombination, isOther) = (a.hasPrefix("["), b.hasPrefix("["))
        if isCombination != isOther { return isOther }
        let (left, right) = (pieces(a), pieces(b))
        for (x, y) in zip(left, right) where x != y {
            if let x = x.number, let y = y.number { return x == y ? false : x < y }
            return x.text < y.text
        }
        return left.count == right.count ? a < b : left.count < right.count
    }

    /// A diplotype's name, its alleles in order; a single allele's for a hemizygous gene.
    static func diplotype(_ names: [String]) -> String { names.sorted(by: isBefore).joined(separator: "/") }

    private struct Piece: Equatable {
        var text: String
        var number: Int?
    }

    private static func pieces(_ name: String) -> [Piece] {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var isNumber = false
        func close() {
            if text.isEmpty { return }
            let word = String(decoding: text, as: UTF8.self)
            pieces.append(Piece(text: word, number: isNumber ? Int(word) : nil))
            text.removeAll()
        }
        for byte in name.utf8 {
            let digit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            if digit != isNumber { close() }
            isNumber = digit
            text.append(byte)
        }
        close()
        return pieces
    }
}
