import Genomics
import Tasks

/// Windows of a reference as items: a line of a BED file each, in the order of the file.
///
/// A window is called by BED's fourth column, or by its place; of the strand `-` it is read backwards. A line that is no window of the
/// reference is an item with its problem.
final class WindowSource: ItemSource {
    var columns: [String] { ["sequence"] + tracks.columns }
    var remarks: [String] { tracks.remarks }
    private var tracks: WindowTracks
    private let reference: ReferenceGenome
    /// Where the last window ended, where they are to make a track.
    private var order: TrackOrder?
    private let path: String
    private var lines: BGZFLines
    private var number = 0

    /// The longest window.
    private static let longest = 1 << 24

    /// Opens a file; `forTrack` says that its windows have to stand in the order of the reference, and not to overlap.
    init(
        path: String, reference: ReferenceGenome, tracks: [ItemTrack] = [], forTrack: Bool = false
    ) throws(GenomicsError) {
        self.tracks = try WindowTracks(tracks, reference: reference)
        self.path = path
        self.reference = reference
        if forTrack { order = TrackOrder() }
        lines = try BGZFLines(path: path)
    }

    var bytesRead: Int64 { lines.bytesRead }
    var totalBytes: Int64? { lines.totalBytes }

    func next() throws -> Item? {
        while let line = try lines.next() {
            if lines.number == 1, let remedy = ByteOrderMark.remedy(line) {
                throw GenomicsError(.malformed, remedy, file: path)
            }
            let window: BED.Line
            do throws(GenomicsError) {
                guard let read = try BED.Line(line, file: nil, number: lines.number) else { continue }
                window = read
            } catch {
                defer { number += 1 }
                return Item(record: number, name: "", problem: error.description)
            }
            // What cannot be read of the reference or of a track is no fault of the line.
            let item = try self.item(window)
            if item.problem == nil, let contig = reference.index(of: window.contig) {
                try order?.add(contig: contig, window, file: path, line: lines.number)
            }
            return item
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
        return Item(
            record: number, name: name,
            fields: [letters]
                + (try tracks.fields(contig: window.contig, window.range, isReverse: window.isReverse)))
    }
}
