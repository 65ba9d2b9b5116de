import Foundation

/// Motifs in the text formats of the MEME suite and of JASPAR.
public enum MotifFiles {
    /// The motifs of a file in MEME's minimal format, version 4 or later; throws where a matrix is none.
    public static func readMEME(_ text: String, file: String) throws(InterpretationError) -> [PositionWeightMatrix] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first(where: { !$0.allSatisfy(\.isWhitespace) })?.hasPrefix("MEME version") == true else {
            throw InterpretationError(.malformed, "it does not begin with `MEME version`", place: file)
        }
        var motifs: [PositionWeightMatrix] = []
        var index = 0
        func fail(_ message: String) -> InterpretationError {
            InterpretationError(.malformed, message, place: "\(file), line \(index + 1)")
        }
        while index < lines.count {
            let words = lines[index].split(whereSeparator: \.isWhitespace)
            if words.first == "ALPHABET=", words.count == 2, words[1] != "ACGT" {
                throw fail("the alphabet is \(words[1]), not ACGT")
            }
            if words.first == "MOTIF" {
                guard words.count >= 2 else { throw fail("a motif without a name") }
                motifs.append(
                    PositionWeightMatrix(
                        name: String(words[1]), alternateName: words.dropFirst(2).joined(separator: " "), rows: []))
            }
            guard lines[index].hasPrefix("letter-probability matrix") else {
                index += 1
                continue
            }
            guard let last = motifs.indices.last, motifs[last].rows.isEmpty else {
                throw fail("a matrix without a motif")
            }
            let width = Self.number(after: "w=", in: words)
            motifs[last].sites = Self.number(after: "nsites=", in: words)
            index += 1
            while index < lines.count {
                let fields = lines[index].split(whereSeparator: \.isWhitespace)
                let numbers = fields.compactMap { Double($0) }
                guard numbers.count == 4, fields.count == 4 else {
                    guard fields.first.flatMap({ Double($0) }) == nil else { throw fail("a row has 4 numbers") }
                    break
                }
                guard numbers.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(numbers.reduce(0, +) - 1) < 0.02 else {
                    throw fail("the probabilities of a row do not add up to 1")
                }
                let sum = numbers.reduce(0, +)
                motifs[last].rows.append(numbers.map { $0 / sum })
                index += 1
            }
            guard !motifs[last].rows.isEmpty, width == nil || width == motifs[last].length else {
                throw fail("the matrix of \(motifs[last].name) has not the \(width ?? 0) rows that it says")
            }
        }
        if let empty = motifs.first(where: \.rows.isEmpty) {
            throw InterpretationError(.malformed, "the motif \(empty.name) has no matrix", place: file)
        }
        guard !motifs.isEmpty else { throw InterpretationError(.malformed, "it holds no motif", place: file) }
        return motifs
    }

    private static func number(after key: Substring, in words: [Substring]) -> Int? {
        guard let place = words.firstIndex(of: key), place + 1 < words.count else { return nil }
        return Double(words[place + 1]).flatMap { Int(exactly: $0.rounded()) }
    }

    /// Motifs in MEME's minimal format.
    public static func meme(_ motifs: [PositionWeightMatrix]) -> String {
        let header = """
            MEME version 4

            ALPHABET= ACGT

            strands: + -

            Background letter frequencies
            A 0.25 C 0.25 G 0.25 T 0.25

            """
        return motifs.reduce(header) { text, motif in
            let name = [motif.name, motif.alternateName].filter { !$0.isEmpty }.joined(separator: " ")
            let sites = motif.sites.map { "nsites= \($0) " } ?? ""
            return text + "\nMOTIF \(name)\nletter-probability matrix: alength= 4 w= \(motif.length) \(sites)E= 0\n"
                + motif.rows.map { row in
                    row.map { String(format: "%.6f", $0) }.joined(separator: " ") + "\n"
                }.joined()
        }
    }

    /// Motifs as JASPAR writes counts: those of the sites, or of 1000 where nobody says how many there were.
    public static func jaspar(_ motifs: [PositionWeightMatrix]) -> String {
        motifs.map { motif in
            let sites = Double(motif.sites ?? 1000)
            let name = motif.alternateName.isEmpty ? motif.name : motif.alternateName
            return ">\(motif.name)\t\(name)\n"
                + (0..<4).map { letter in
                    let counts = motif.rows.map { String(Int(($0[letter] * sites).rounded())) }
                    return "\(Array("ACGT")[letter]) [ \(counts.joined(separator: " ")) ]\n"
                }.joined()
        }.joined()
    }
}
