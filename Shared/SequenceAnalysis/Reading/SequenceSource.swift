import Genomics
import Tasks

/// The sequences of a file as items: what is no sequence is an item with its problem.
final class SequenceSource: ItemSource {
    let columns = ["sequence"]
    private let file: SequenceFile

    init(path: String, column: String?) throws(GenomicsError) { file = try SequenceFile(path: path, column: column) }

    var bytesRead: Int64 { file.bytesRead }
    var totalBytes: Int64? { file.totalBytes }

    func next() throws -> Item? {
        guard let record = try file.next() else { return nil }
        if let flaw = Self.flaw(record.letters) {
            return Item(record: record.number, name: record.name, problem: flaw)
        }
        return Item(record: record.number, name: record.name, fields: [record.letters])
    }

    /// Why letters are no DNA sequence; nil where they are one.
    static func flaw(_ letters: [UInt8]) -> String? {
        if letters.isEmpty { return "the sequence is empty" }
        guard let place = letters.firstIndex(where: { BaseCode.code(ofASCII: $0) == nil }) else { return nil }
        let letter = letters[place]
        let shown = (0x21...0x7e).contains(letter) ? "'\(Character(Unicode.Scalar(letter)))'" : "byte \(letter)"
        // Letters of amino acids that stand for no set of bases.
        let isProtein = "EFILPQZ".utf8.contains(letter & 0xdf)
        return "\(shown) at base \(place + 1) stands for no base\(isProtein ? "; is this a protein?" : "")"
    }
}
