import Genomics
import Tasks

/// Windows of a reference as items: a line of a BED file each, in the order of the file.
///
/// A window is called by BED's fourth column, or by its place; of the strand `-` it is read backwards. A line that is no window of the
/// reference is an item with its problem.
final class WindowSource: ItemSource {
    private let reference: ReferenceGenome
    private let path: String
    private var lines: BGZFLines
    private var number = 0

    /// The longest window.
    private static let longest = 1 << 24

    init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        self.path = path
        self.reference = reference
        lines = try BGZFLines(path: path)
    }

    /// Whether a file is named as BED is.
    static func isBED(_ path: String) -> Bool { path.hasSuffix(".bed") || path.hasSuffix(".bed.gz") }

    var bytesRead: Int64 { lines.bytesRead }
    var totalBytes: Int64? { lines.totalBytes }

    func next() throws -> Item? {
        while let line = try lines.next() {
            if lines.number == 1, let remedy = ByteOrderMark.remedy(line) {
                throw GenomicsError(.malformed, remedy, file: path)
            }
            do throws(GenomicsError) {
                guard let window = try BED.Line(line, file: nil, number: lines.number) else { continue }
                return try item(window)
            } catch {
                defer { number += 1 }
                return Item(record: number, name: "", problem: error.description)
            }
        }
        return nil
    }

    private func item(_ window: BED.Line) throws(GenomicsError) -> Item {
        let place = Interval(contig: window.contig, zeroBased: window.range)
        let name = window.name ?? "\(place)"
        defer { number += 1 }
        func problem(_ text: String) -> Item { Item(record: number, name: name, problem: text) }
        guard let contig = reference.index(of: window.contig) else {
            return problem(ContigNaming.refusal(window.contig, reference: reference))
        }
        let length = reference.contigs[contig].length
        guard window.range.upperBound <= length else {
            return problem("the window \(place) ends past the end of \(window.contig), which has \(length) bases")
        }
        guard (1...Self.longest).contains(window.range.count) else {
            return problem("the window \(place) has \(window.range.count) bases; 1 to \(Self.longest) can be read")
        }
        var letters = try reference.bases(contig: contig, window.range)
        if window.isReverse {
            letters = letters.reversed().map { BaseCode.complement(ofASCII: $0) }
        }
        return Item(record: number, name: name, fields: [letters])
    }
}
