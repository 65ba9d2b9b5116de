import Genomics
import Tasks

/// The tracks beside the windows of a reference, as fields of items: a number a base, with commas.
///
/// A base of which a track has no value counts as 0, as it does for tools of bigWig; how many do is counted.
struct WindowTracks {
    private struct Track {
        let name: String
        let file: TrackInput
        var missing = 0
    }

    private var tracks: [Track] = []
    private var bases = 0

    /// Opens the tracks of a request.
    init(_ named: [ItemTrack], reference: ReferenceGenome) throws(GenomicsError) {
        for track in named {
            tracks.append(Track(name: track.name, file: try TrackInput(path: track.path, reference: reference)))
        }
    }

    /// The column of an item, and the tensor of examples, that hold a track.
    static func column(_ name: String) -> String { "track \(name)" }

    /// The track of such a column; nil of another.
    static func name(ofColumn column: String) -> String? {
        column.hasPrefix("track ") ? String(column.dropFirst(6)) : nil
    }

    /// The columns of all.
    var columns: [String] { tracks.map { Self.column($0.name) } }

    /// The fields of a window.
    mutating func fields(contig: String, _ range: Range<Int>, isReverse: Bool) throws(GenomicsError) -> [[UInt8]] {
        bases += range.count
        var fields: [[UInt8]] = []
        for place in tracks.indices {
            var values = try tracks[place].file.values(contig: contig, range)
            for base in values.indices where !values[base].isFinite {
                values[base] = 0
                tracks[place].missing += 1
            }
            if isReverse { values.reverse() }
            fields.append(Array(values.map { $0 == 0 ? "0" : "\($0)" }.joined(separator: ",").utf8))
        }
        return fields
    }

    /// A sentence for each track that lacks values.
    var remarks: [String] {
        tracks.filter { $0.missing > 0 }.map {
            "the track \($0.name) has no value at \($0.missing) of \(bases) bases of the windows; they count as 0"
        }
    }

    /// The numbers of a field of so many bases; nil where it holds others.
    static func numbers(_ field: [UInt8], count: Int) -> [Float]? {
        let numbers = field.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .compactMap { Float(String(decoding: $0, as: UTF8.self)) }
        return numbers.count == count && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }
}
