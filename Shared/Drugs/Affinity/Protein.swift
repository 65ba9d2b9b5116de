/// A protein as kernels read it: its residues, and what a table calls it.
public struct Protein: Sendable, Hashable {
    /// What a table calls it: constructs of one sequence, such as a mutant or a phosphorylated form, differ by their names alone.
    public let name: String
    /// The residues, one-letter codes in capitals; X for one that is not known.
    public let sequence: String

    /// Longer sequences are refused; titin, the longest human protein, has 35,991 residues.
    public static let longest = 50_000
    private static let letters = Set("ACDEFGHIKLMNPQRSTVWYUX".utf8)

    /// Takes a sequence; throws where it is empty, too long, or has a letter that is no amino acid.
    public init(name: String, sequence: String) throws(DrugError) {
        let text = sequence.uppercased()
        guard !text.isEmpty, text.utf8.count <= Self.longest else {
            throw DrugError(
                text.isEmpty ? "the protein has no sequence" : "the protein has more than \(Self.longest) residues")
        }
        if let place = Array(text.utf8).firstIndex(where: { !Self.letters.contains($0) }) {
            let letter = String(text.unicodeScalars[text.unicodeScalars.index(text.startIndex, offsetBy: place)])
            throw DrugError("residue \(place + 1) of the protein, \"\(letter)\", is no amino acid")
        }
        self.name = name
        self.sequence = text
    }
}

/// How often short words of residues are in a sequence, of three shapes: what proteins are compared by without aligning them.
struct ResidueWords: Sendable, Hashable {
    /// Four residues in a row, and four with a gap at the third or second place (gapped words: Ghandi and others 2014).
    private static let shapes = [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 3, 4]]
    static let count = shapes.count

    /// For each shape the words, ascending, with the square roots of how often they are there.
    let words: [[UInt32]]
    let roots: [[Double]]
    /// The length of each shape's vector.
    let norms: [Double]

    init(_ sequence: String) {
        let residues = sequence.utf8.map { $0 &- 0x41 }
        var (words, roots): ([[UInt32]], [[Double]]) = ([], [])
        for shape in Self.shapes {
            var all: [UInt32] = []
            let last = residues.count - (shape.last ?? 0)
            for start in 0..<max(0, last) {
                var word: UInt32 = 0
                for offset in shape { word = word << 5 | UInt32(residues[start + offset]) }
                all.append(word)
            }
            all.sort()
            var (unique, counts): ([UInt32], [Double]) = ([], [])
            for word in all {
                if unique.last == word {
                    counts[counts.count - 1] += 1
                } else {
                    unique.append(word)
                    counts.append(1)
                }
            }
            words.append(unique)
            roots.append(counts.map { $0.squareRoot() })
        }
        (self.words, self.roots) = (words, roots)
        norms = roots.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }
}
