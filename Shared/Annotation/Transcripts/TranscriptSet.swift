import Genomics

/// The transcripts of a genome, found by what they overlap.
public struct TranscriptSet: Sendable {
    /// By contig, then by start, end and id.
    public let transcripts: [Transcript]
    /// What is worth a word about the file.
    public private(set) var remarks: [String]

    private let path: String?
    /// The lengths of contigs that the file states.
    private let lengths: [String: Int]
    /// The places of a contig's transcripts in ``transcripts``.
    private let places: [String: Range<Int>]
    /// The first base of each, and the one behind its last.
    let starts: [Int]
    let ends: [Int]
    /// The furthest end of a contig's transcripts up to each.
    private let reach: [Int]

    /// Sorts transcripts.
    public init(_ transcripts: [Transcript]) {
        self.init(transcripts, lengths: [:], remarks: [], path: nil)
    }

    init(_ unsorted: [Transcript], lengths: [String: Int], remarks: [String], path: String?) {
        let transcripts = unsorted.map { (transcript: $0, range: $0.range) }.sorted {
            ($0.transcript.contig, $0.range.lowerBound, $0.range.upperBound, $0.transcript.id)
                < ($1.transcript.contig, $1.range.lowerBound, $1.range.upperBound, $1.transcript.id)
        }
        var places: [String: Range<Int>] = [:]
        var reach: [Int] = []
        var start = 0
        for (index, item) in transcripts.enumerated() {
            if item.transcript.contig != transcripts[start].transcript.contig { start = index }
            places[item.transcript.contig] = start..<(index + 1)
            reach.append(index == start ? item.range.upperBound : max(reach[index - 1], item.range.upperBound))
        }
        self.transcripts = transcripts.map(\.transcript)
        starts = transcripts.map(\.range.lowerBound)
        ends = transcripts.map(\.range.upperBound)
        self.places = places
        self.reach = reach
        self.lengths = lengths
        self.remarks = remarks
        self.path = path
    }

    /// The places in ``transcripts`` of those that share a base with a 0-based range of a contig, ascending.
    ///
    /// An empty range, the place of an insertion, finds those that have a base on both of its sides.
    public func overlapping(_ contig: String, _ range: Range<Int>) -> [Int] {
        var found: [Int] = []
        let places = places(on: contig)
        let start = range.isEmpty ? range.lowerBound - 1 : range.lowerBound
        let end = range.isEmpty ? range.lowerBound + 1 : range.upperBound
        // The first that begins behind the range.
        var (low, high) = (places.lowerBound, places.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < end { low = middle + 1 } else { high = middle }
        }
        var index = low - 1
        while index >= places.lowerBound, reach[index] > start {
            if range.isEmpty
                ? starts[index] < range.lowerBound && ends[index] > range.lowerBound : ends[index] > start
            {
                found.append(index)
            }
            index -= 1
        }
        return found.reversed()
    }

    /// The names of the contigs that have transcripts, sorted.
    public var contigs: [String] { places.keys.sorted() }

    /// The places in ``transcripts`` of those on a contig.
    public func places(on contig: String) -> Range<Int> { places[contig] ?? 0..<0 }

    /// The transcripts under the names of a reference's contigs, which may write `chr1` for `1` or for `NC_000001.11`.
    ///
    /// Transcripts on contigs that the reference lacks are left out with a remark. Throws where none is left, where the file states another
    /// length of a contig than the reference has, and for an exon past a contig's end.
    public func matched(to reference: ReferenceGenome) throws(GenomicsError) -> TranscriptSet {
        var names: [String: String] = [:]
        var renamed: [String] = []
        var missing: [String] = []
        for contig in contigs {
            guard
                let name = reference.index(of: contig) != nil
                    ? contig : ContigNaming.alias(contig, isKnown: { reference.index(of: $0) != nil }),
                let index = reference.index(of: name)
            else {
                missing.append(contig)
                continue
            }
            if name != contig { renamed.append("\(contig) = \(name)") }
            names[contig] = name
            let length = reference.contigs[index].length
            if let stated = lengths[contig], stated != length {
                throw GenomicsError(
                    .referenceMismatch,
                    "\(contig) has \(stated) bases here but \(name) has \(length) in \(reference.path): the transcripts are of "
                        + "another release of the genome", file: path, field: "##sequence-region")
            }
            let range = places(on: contig)
            if let last = range.last, reach[last] > length {
                let transcript = transcripts[range].first { $0.range.upperBound > length }
                throw GenomicsError(
                    .referenceMismatch,
                    "\(transcript?.id ?? contig) ends behind the \(length) bases of \(name) in \(reference.path): the transcripts "
                        + "are of another release of the genome", file: path)
            }
        }
        guard !names.isEmpty else {
            throw GenomicsError(
                .referenceMismatch,
                missing.first.map { ContigNaming.refusal($0, reference: reference) } ?? "the file holds no transcript",
                file: path)
        }
        var remarks = remarks
        let file = path.map { "\($0): " } ?? ""
        if let first = renamed.first {
            remarks.append(
                "\(file)\(renamed.count) \(renamed.count == 1 ? "contig has" : "contigs have") another name in "
                    + "\(reference.path): \(renamed.count == 1 ? first : "\(first), …")")
        }
        if let first = missing.first {
            let count = missing.reduce(0) { $0 + places(on: $1).count }
            remarks.append(
                "\(file)\(count) \(count == 1 ? "transcript is" : "transcripts are") on contigs that \(reference.path) lacks, first "
                    + "\(first), and left out")
        }
        let kept = transcripts.compactMap { transcript -> Transcript? in
            guard let name = names[transcript.contig] else { return nil }
            var transcript = transcript
            transcript.contig = name
            return transcript
        }
        return TranscriptSet(kept, lengths: [:], remarks: remarks, path: path)
    }
}
