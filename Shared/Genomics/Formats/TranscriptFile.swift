/// The transcripts of a GFF3 file: the exons of each, by their `Parent`.
public enum TranscriptFile {
    /// The exons of a transcript.
    public struct Transcript: Sendable, Hashable {
        /// What `Parent` calls it.
        public var name: String
        /// The contig's name.
        public var contig: String
        /// Whether it is read from the reverse strand.
        public var isReverse: Bool
        /// 0-based half-open ranges in the order of the contig; none overlaps another.
        public var exons: [Range<Int>]
    }

    /// Reads a file, plain or compressed; transcripts come in the order of their first exons.
    ///
    /// Throws for a line that is no record of GFF3, and for a transcript whose exons overlap, or lie on two strands or contigs.
    public static func transcripts(path: String) throws(GenomicsError) -> [Transcript] {
        var lines = try BGZFLines(path: path)
        var places: [String: Int] = [:]
        var transcripts: [Transcript] = []
        while let line = try lines.next() {
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            if line.first == UInt8(ascii: ">") { break }
            func flaw(_ message: String, _ field: String? = nil) -> GenomicsError {
                GenomicsError(.malformed, message, file: path, record: lines.number, field: field)
            }
            let exon: GFF3Record
            do { exon = try GFF3Record(line) } catch { throw flaw(error.message, error.field) }
            guard exon.type == "exon" else { continue }
            guard let isReverse = exon.isReverse else { throw flaw("an exon is on + or -", "strand") }
            guard let parents = exon["Parent"] else { throw flaw("an exon names its transcript", "Parent") }
            for parent in parents.split(separator: ",").map(String.init) {
                if places[parent] == nil {
                    places[parent] = transcripts.count
                    transcripts.append(
                        Transcript(name: parent, contig: exon.contig, isReverse: isReverse, exons: []))
                }
                let place = places[parent] ?? 0
                guard transcripts[place].contig == exon.contig, transcripts[place].isReverse == isReverse else {
                    throw flaw("the exons of \(parent) lie on two strands or contigs")
                }
                transcripts[place].exons.append(exon.range)
            }
        }
        for place in transcripts.indices {
            transcripts[place].exons.sort { $0.lowerBound < $1.lowerBound }
            let exons = transcripts[place].exons
            guard zip(exons, exons.dropFirst()).allSatisfy({ $0.upperBound <= $1.lowerBound }) else {
                throw GenomicsError(.malformed, "exons of \(transcripts[place].name) overlap", file: path)
            }
        }
        return transcripts
    }
}
