/// How codons become amino acids: a table of the NCBI's list of genetic codes (Elzanowski and Ostell, "The Genetic Codes").
public enum GeneticCode: Int, Sendable, Hashable, Codable {
    /// Table 1, the nucleus of nearly all eukaryotes.
    case standard = 1
    /// Table 2: AGA and AGG end a protein, ATA is methionine, TGA tryptophan.
    case vertebrateMitochondrial = 2

    /// The amino acids of the 64 codons in one-letter code, `*` for a stop, in the order T, C, A, G of the first, second and third base.
    private var aminoAcids: StaticString {
        switch self {
        case .standard: "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
        case .vertebrateMitochondrial: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG"
        }
    }

    /// The number of a table in a GFF3 file (`transl_table`); nil for tables that no vertebrate uses.
    public init?(table: Int) { self.init(rawValue: table) }

    /// The amino acid of a codon, upper-case ASCII; `X` where a base is none of A, C, G and T, unless all it may be say the same.
    public func aminoAcid(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt8 {
        let (a, b, c) = (Self.code(first), Self.code(second), Self.code(third))
        guard a < 4, b < 4 else { return UInt8(ascii: "X") }
        let start = a * 16 + b * 4
        if c < 4 { return aminoAcids.utf8Start[start + c] }
        // N in the third place of a codon that its first two decide, such as GGN.
        guard third == UInt8(ascii: "N") else { return UInt8(ascii: "X") }
        let amino = aminoAcids.utf8Start[start]
        return (1..<4).allSatisfy { aminoAcids.utf8Start[start + $0] == amino } ? amino : UInt8(ascii: "X")
    }

    /// The amino acids of whole codons; bases behind the last whole codon are left out.
    ///
    /// Where `endsAtStop`, the first stop codon is the last that is read.
    public func translate(_ bases: some Collection<UInt8>, endsAtStop: Bool = false) -> [UInt8] {
        let found = bases.withContiguousStorageIfAvailable { translate($0, endsAtStop: endsAtStop) }
        return found ?? Array(bases).withUnsafeBufferPointer { translate($0, endsAtStop: endsAtStop) }
    }

    private func translate(_ bases: UnsafeBufferPointer<UInt8>, endsAtStop: Bool) -> [UInt8] {
        var protein: [UInt8] = []
        protein.reserveCapacity(bases.count / 3)
        let table = aminoAcids.utf8Start
        var index = 0
        while index + 2 < bases.count {
            let codes = Self.code(bases[index]) | Self.code(bases[index + 1]) << 3 | Self.code(bases[index + 2]) << 6
            let amino =
                codes & 0o444 == 0
                ? table[(codes & 3) << 4 | (codes >> 3 & 3) << 2 | codes >> 6]
                : aminoAcid(bases[index], bases[index + 1], bases[index + 2])
            protein.append(amino)
            if endsAtStop, amino == UInt8(ascii: "*") { break }
            index += 3
        }
        return protein
    }

    /// Whether a codon may begin a protein, which then begins with methionine whatever the codon says elsewhere.
    ///
    /// ATG alone in the nucleus; the mitochondrion's ATT, ATC, ATA, ATG and GTG, as table 2 says.
    public func isStart(_ codon: some Collection<UInt8>) -> Bool {
        switch self {
        case .standard: codon.elementsEqual("ATG".utf8)
        case .vertebrateMitochondrial:
            ["ATT", "ATC", "ATA", "ATG", "GTG"].contains { codon.elementsEqual($0.utf8) }
        }
    }

    /// The base's place in the order T, C, A, G; 4 for what is none of them.
    private static func code(_ base: UInt8) -> Int {
        switch base {
        case UInt8(ascii: "T"), UInt8(ascii: "U"): 0
        case UInt8(ascii: "C"): 1
        case UInt8(ascii: "A"): 2
        case UInt8(ascii: "G"): 3
        default: 4
        }
    }
}
