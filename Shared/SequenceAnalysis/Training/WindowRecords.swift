import Genomics
import Tasks

/// Windows of a reference as records of a training: a line of a BED file each, with its columns, and what a track has there.
///
/// Of the strand `-` a window is read backwards. A line that is no window of the reference ends the reading: a training without it
/// would not be what was asked for.
final class WindowRecords {
    /// The names of the columns: BED's first six, and `track`.
    let columns = ["chrom", "chromStart", "chromEnd", "name", "score", "strand", "track"]

    private let path: String
    private let reference: ReferenceGenome
    private let track: BigWigReader?
    private let summary: SequenceRecipe.Source.Track.Summary
    private var lines: BGZFLines
    private var number = 0

    init(path: String, reference: String, track: String? = nil, summary: SequenceRecipe.Source.Track.Summary = .mean)
        throws
    {
        guard SequenceInput(path) == .windows else {
            throw TaskError("\(path): the windows of a reference are in a file that ends in .bed or .bed.gz")
        }
        self.path = path
        self.summary = summary
        self.reference = try ReferenceGenome(path: reference)
        self.track = try track.map { try BigWigReader(path: $0) }
        lines = try BGZFLines(path: path)
    }

    func next() throws -> SequenceFile.Record? {
        while let line = try lines.next() {
            guard let window = try BED.Line(line, file: path, number: lines.number) else { continue }
            let place = Interval(contig: window.contig, zeroBased: window.range)
            guard let contig = reference.index(of: window.contig) else {
                throw TaskError(
                    "\(path), line \(lines.number): \(ContigNaming.refusal(window.contig, reference: reference))")
            }
            guard window.range.upperBound <= reference.contigs[contig].length else {
                throw TaskError(
                    "\(path), line \(lines.number): the window \(place) ends past the end of \(window.contig), which has "
                        + "\(reference.contigs[contig].length) bases")
            }
            var letters = try reference.bases(contig: contig, window.range)
            if window.isReverse { letters = letters.reversed().map { BaseCode.complement(ofASCII: $0) } }
            var fields = line.split(separator: 0x09, maxSplits: 6, omittingEmptySubsequences: false).prefix(6)
                .map { String(decoding: $0, as: UTF8.self) }
            fields += Array(repeating: "", count: 6 - fields.count)
            fields.append(try track.map { "\(try value(of: $0, window))" } ?? "")
            defer { number += 1 }
            return SequenceFile.Record(
                number: number, name: window.name ?? "\(place)", letters: letters, fields: fields)
        }
        return nil
    }

    private func value(of track: BigWigReader, _ window: BED.Line) throws -> Float {
        let values = try track.values(contig: window.contig, window.range).map { $0.isNaN ? 0 : Double($0) }
        let sum = values.reduce(0, +)
        return switch summary {
        case .mean: Float(sum / Double(max(1, values.count)))
        case .sum: Float(sum)
        case .maximum: Float(values.max() ?? 0)
        }
    }
}
