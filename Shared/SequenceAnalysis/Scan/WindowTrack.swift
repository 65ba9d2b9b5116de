import Genomics
import Tasks

/// A track of what a model says of the windows of a BED file, which is read again for their places: each base has the value of its window.
///
/// Bases of windows that could not be scored have none, as those of no window.
final class WindowTrack: ItemResult {
    private let input: String
    private let reference: ReferenceGenome
    private let output: Int
    private let track: TrackOutput
    private var lines: BGZFLines
    private var order = TrackOrder()
    private var next = 0

    /// The forms of track, as the option `format` says them.
    static let formats = ["bedgraph", "bw"]

    /// Begins a track of one of the outputs: the only one, or the second of two, where none is named.
    ///
    /// Throws `TaskError` where there is no such output.
    init(path: String, input: String, reference: ReferenceGenome, outcome: Outcome, class name: String?) throws {
        self.input = input
        self.reference = reference
        output = try outcome.place(of: name)
        lines = try BGZFLines(path: input)
        track = try TrackOutput(path: path, contigs: reference.contigs)
    }

    var gap: String { "no value in the track" }

    func write(_ score: Score, record: Int, name: String) throws {
        while let line = try lines.next() {
            let window: BED.Line?
            // A line that is no window is a record without a score.
            do throws(GenomicsError) {
                window = try BED.Line(line, file: nil, number: lines.number)
                if window == nil { continue }
            } catch {
                window = nil
            }
            defer { next += 1 }
            if next < record { continue }
            let place = window.map { $0.name ?? "\(Interval(contig: $0.contig, zeroBased: $0.range))" } ?? ""
            guard Item(record: record, name: place, fields: []).name == name else {
                throw GenomicsError(
                    .malformed,
                    "was changed while it was read: a window is called \(place) that was \(name); run it again",
                    file: input, record: lines.number)
            }
            guard let window, score.values.indices.contains(output), let contig = reference.index(of: window.contig),
                window.range.upperBound <= reference.contigs[contig].length
            else { return }
            try order.add(contig: contig, window, file: input, line: lines.number)
            return try track.write(
                repeatElement(score.values[output], count: window.range.count), contig: contig,
                start: window.range.lowerBound)
        }
        throw GenomicsError(.malformed, "has lost lines while it was read; run it again", file: input)
    }

    func finish() throws { try track.finish() }
}

/// Where the windows of a track have come to.
struct TrackOrder {
    private var last = (contig: 0, end: 0)

    /// Throws for a window that stands before the one ahead of it, or overlaps it.
    mutating func add(contig: Int, _ window: BED.Line, file: String, line: Int) throws(GenomicsError) {
        guard (contig, window.range.lowerBound) >= last else {
            throw GenomicsError(
                .unsupported,
                "the window \(Interval(contig: window.contig, zeroBased: window.range)) overlaps the one before it, or stands "
                    + "before it in the reference; a track has one value a base, in order: sort the windows and let none "
                    + "overlap, ask for a table, or use `helicase predict scan`", file: file, record: line)
        }
        last = (contig, window.range.upperBound)
    }
}
