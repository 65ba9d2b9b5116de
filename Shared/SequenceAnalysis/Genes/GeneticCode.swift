/// Genetic code 11, of bacteria and archaea, on codons as numbers of six bits: the first base highest, A 0, C 1, G 2, T 3.
enum GeneticCode {
    /// The amino acid of each codon, `*` of a stop.
    static let aminoAcids: [UInt8] = Array("KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF".utf8)

    /// How often each amino acid stands in proteins, in percent: the composition of Swiss-Prot.
    ///
    /// It hardly depends on the organism, so it tells reading frames apart before anything of a genome is known.
    static let usage: [UInt8: Double] = [
        UInt8(ascii: "A"): 8.25, UInt8(ascii: "Q"): 3.93, UInt8(ascii: "L"): 9.65, UInt8(ascii: "S"): 6.63,
        UInt8(ascii: "R"): 5.53, UInt8(ascii: "E"): 6.72, UInt8(ascii: "K"): 5.80, UInt8(ascii: "T"): 5.35,
        UInt8(ascii: "N"): 4.06, UInt8(ascii: "G"): 7.07, UInt8(ascii: "M"): 2.41, UInt8(ascii: "W"): 1.10,
        UInt8(ascii: "D"): 5.46, UInt8(ascii: "H"): 2.27, UInt8(ascii: "F"): 3.86, UInt8(ascii: "Y"): 2.92,
        UInt8(ascii: "C"): 1.38, UInt8(ascii: "I"): 5.91, UInt8(ascii: "P"): 4.74, UInt8(ascii: "V"): 6.86,
    ]

    /// The codon of three bases; nil where one of them is none of the four.
    @inline(__always)
    static func codon(_ bases: [UInt8], at place: Int) -> Int? {
        let (first, second, third) = (bases[place], bases[place + 1], bases[place + 2])
        guard first | second | third < 4 else { return nil }
        return Int(first) << 4 | Int(second) << 2 | Int(third)
    }

    /// TAA, TAG and TGA.
    @inline(__always)
    static func isStop(_ codon: Int) -> Bool { codon == 48 || codon == 50 || codon == 56 }

    /// With what codon a gene begins.
    enum Start: Int, Sendable, Hashable, CaseIterable {
        case atg = 14
        case gtg = 46
        case ttg = 62

        /// As Prodigal writes it.
        var text: String {
            switch self {
            case .atg: "ATG"
            case .gtg: "GTG"
            case .ttg: "TTG"
            }
        }

        /// 0, 1 and 2.
        var index: Int {
            switch self {
            case .atg: 0
            case .gtg: 1
            case .ttg: 2
            }
        }
    }
}
