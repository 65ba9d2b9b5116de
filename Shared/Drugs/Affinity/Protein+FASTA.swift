import Genomics

extension Protein {
    /// The one protein of a FASTA file, plain or compressed, called as the first word of its header says; a stop (`*`) at its end is left out.
    ///
    /// Throws where the file cannot be read, holds no record or several, or a letter that is no amino acid.
    public static func read(fasta path: String) throws -> Protein {
        var lines = try BGZFLines(path: path)
        var name: String?
        var residues: [UInt8] = []
        while let line = try lines.next() {
            let text = line.last == 0x0d ? line.dropLast() : line
            if text.first == UInt8(ascii: ">") {
                guard name == nil else { throw DrugError("\(path) holds several proteins: name a file of one") }
                let word = text.dropFirst().prefix { $0 > 0x20 }
                name = String(decoding: word, as: UTF8.self)
            } else if !text.allSatisfy({ $0 <= 0x20 }) {
                guard name != nil else {
                    throw DrugError("\(path), line \(lines.number): this is no FASTA file, which begins with >")
                }
                residues += text.filter { $0 > 0x20 }
                guard residues.count <= longest + 1 else {
                    throw DrugError("\(path): the protein has more than \(longest) residues")
                }
            }
        }
        guard let name else { throw DrugError("\(path) holds no protein") }
        if residues.last == UInt8(ascii: "*") { residues.removeLast() }
        do {
            return try Protein(name: name, sequence: String(decoding: residues, as: UTF8.self))
        } catch {
            throw DrugError("\(path): \(error)")
        }
    }
}
