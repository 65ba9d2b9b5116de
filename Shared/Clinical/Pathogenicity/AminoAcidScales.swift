import Foundation

/// Published numbers of the twenty amino acids and of pairs of them: what an exchange in a protein is told by.
struct AminoAcidScales {
    /// The order of all tables: alphabetical by three-letter name, as BLOSUM's files have it.
    static let letters = Array("ARNDCQEGHILKMFPSTWYV".utf8)

    /// The place of a one-letter code in ``letters``; nil for what is none of the twenty.
    static func index(of letter: UInt8) -> Int? { letters.firstIndex(of: letter) }

    /// Hydropathy (Kyte and Doolittle 1982, table 2).
    static let hydropathy = [
        1.8, -4.5, -3.5, -3.5, 2.5, -3.5, -3.5, -0.4, -3.2, 4.5, 3.8, -3.9, 1.9, 2.8, -1.6, -0.8, -0.7, -0.9, -1.3, 4.2,
    ]
    /// Volume of the residue in cubic ångströms (Zamyatnin 1972).
    static let volume = [
        88.6, 173.4, 114.1, 111.1, 108.5, 143.8, 138.4, 60.1, 153.2, 166.7, 166.7, 168.6, 162.9, 189.9, 112.7, 89.0,
        116.1, 227.8, 193.6, 140.0,
    ]
    /// Charge at pH 7; histidine is a tenth protonated.
    static let charge: [Double] = [0, 1, 0, -1, 0, 0, -1, 0, 0.1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    /// Composition, polarity and molecular volume of the side chain (Grantham 1974, table 1).
    static let composition = [
        0, 0.65, 1.33, 1.38, 2.75, 0.89, 0.92, 0.74, 0.58, 0, 0, 0.33, 0, 0, 0.39, 1.42, 0.71, 0.13, 0.20, 0,
    ]
    static let polarity = [
        8.1, 10.5, 11.6, 13.0, 5.5, 10.5, 12.3, 9.0, 10.4, 5.2, 4.9, 11.3, 5.7, 5.2, 8.0, 9.2, 8.6, 5.4, 6.2, 5.9,
    ]
    private static let sideChainVolume: [Double] = [
        31, 124, 56, 54, 55, 85, 83, 3, 96, 111, 111, 119, 105, 132, 32.5, 32, 61, 170, 136, 84,
    ]
    /// How often a residue is in a helix, over the mean (Chou and Fasman 1978).
    static let helix = [
        1.42, 0.98, 0.67, 1.01, 0.70, 1.11, 1.51, 0.57, 1.00, 1.08, 1.21, 1.16, 1.45, 1.13, 0.57, 0.77, 0.83, 1.08,
        0.69, 1.06,
    ]
    /// Residues that disordered stretches are rich in (Dunker and others 2001): A, R, G, Q, S, P, E, K.
    static let isDisorderPromoting = letters.map { "ARGQSPEK".utf8.contains($0) }

    /// Grantham's distance of two residues, 5 to 215 (Grantham 1974, equation 1 with its constants and scale).
    static func grantham(_ a: Int, _ b: Int) -> Double {
        let composition = composition[a] - composition[b]
        let polarity = polarity[a] - polarity[b]
        let volume = sideChainVolume[a] - sideChainVolume[b]
        return 50.723
            * (1.833 * composition * composition + 0.1018 * polarity * polarity + 0.000399 * volume * volume)
            .squareRoot()
    }

    /// BLOSUM62's score of two residues, in half bits (Henikoff and Henikoff 1992).
    static func blosum62(_ a: Int, _ b: Int) -> Int {
        let (low, high) = (min(a, b), max(a, b))
        return Int(triangle[high * (high + 1) / 2 + low])
    }

    /// The lower triangle, row after row.
    private static let triangle: [Int8] = [
        4,
        -1, 5,
        -2, 0, 6,
        -2, -2, 1, 6,
        0, -3, -3, -3, 9,
        -1, 1, 0, 0, -3, 5,
        -1, 0, 0, 2, -4, 2, 5,
        0, -2, 0, -1, -3, -2, -2, 6,
        -2, 0, 1, -1, -3, 0, 0, -2, 8,
        -1, -3, -3, -3, -1, -3, -3, -4, -3, 4,
        -1, -2, -3, -4, -1, -2, -3, -4, -3, 2, 4,
        -1, 2, 0, -1, -3, 1, 1, -2, -1, -3, -2, 5,
        -1, -1, -2, -3, -1, 0, -2, -3, -2, 1, 2, -1, 5,
        -2, -3, -3, -3, -2, -3, -3, -3, -1, 0, 0, -3, 0, 6,
        -1, -2, -2, -1, -3, -1, -1, -2, -2, -3, -3, -1, -2, -4, 7,
        1, -1, 1, 0, -1, 0, 0, 0, -1, -2, -2, 0, -1, -2, -1, 4,
        0, -1, 0, -1, -1, -1, -1, -2, -2, -1, -1, -1, -1, -2, -1, 1, 5,
        -3, -3, -4, -4, -2, -2, -3, -2, -2, -3, -2, -3, -1, 1, -4, -3, -2, 11,
        -2, -2, -2, -3, -2, -1, -2, -3, 2, -1, -1, -2, -1, 3, -3, -2, -2, 2, 7,
        0, -3, -3, -3, -1, -2, -2, -3, -3, 3, 1, -2, 1, -1, -2, -2, 0, -3, -1, 4,
    ]
}
