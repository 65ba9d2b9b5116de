import Annotation
import Genomics

/// How many coding bases each exon of a transcript has, the stop codon among them.
struct CodingExons: Sendable {
    var transcript: String
    /// In the direction of transcription; 0 of an exon that is not translated.
    var lengths: [Int]

    init(transcript: String, lengths: [Int]) { (self.transcript, self.lengths) = (transcript, lengths) }

    /// Those of a gene model; nil where nothing is translated.
    init?(_ transcript: Transcript) {
        guard let coding = transcript.coding else { return nil }
        let lengths = transcript.exons.map { $0.clamped(to: coding).count }
        self.init(transcript: transcript.id, lengths: transcript.isReverse ? lengths.reversed() : lengths)
    }

    /// All coding bases.
    var total: Int { lengths.reduce(0, +) }

    /// Residues of the protein.
    var residues: Int { max(0, total / 3 - 1) }

    /// Coding bases in front of an exon, counted from 1.
    func before(_ exon: Int) -> Int { lengths.prefix(exon - 1).reduce(0, +) }

    /// The exon, counted from 1, that has a coding base, counted from 1.
    func exon(withBase base: Int) -> Int? {
        var end = 0
        for (place, length) in lengths.enumerated() {
            end += length
            if base <= end { return base > 0 ? place + 1 : nil }
        }
        return nil
    }

    /// Residues that an exon, counted from 1, codes for, in whole or in part; nil where it is not translated.
    func residues(ofExon exon: Int) -> ClosedRange<Int>? {
        guard lengths.indices.contains(exon - 1), lengths[exon - 1] > 0 else { return nil }
        let start = before(exon)
        return (start / 3 + 1)...((start + lengths[exon - 1] - 1) / 3 + 1)
    }

    /// Coding bases in front of the last junction of exons; nil of a single exon.
    ///
    /// Where the last exons are not translated, all of them are.
    var lastJunction: Int? {
        guard lengths.count > 1, let last = lengths.last else { return nil }
        return total - last
    }

    /// Whether a transcript whose translation stops at a residue is decayed: more than 50 bases in front of the last junction (Nagy and
    /// Maquat 1998).
    func isDecayed(stopAt residue: Int) -> Bool {
        guard let lastJunction else { return false }
        return residue * 3 <= lastJunction - 50
    }

    /// Whether leaving out an exon shifts the frame so that a stop codon comes more than 50 bases in front of the last junction: where it lies in
    /// front of the last two coding exons.
    func isDecayed(withoutExon exon: Int) -> Bool {
        guard let last = lengths.lastIndex(where: { $0 > 0 }) else { return false }
        return last == lengths.count - 1 ? exon < last : exon <= last
    }
}

/// The gene models that consequences were told by, found by accession.
public struct CodingTranscripts: Sendable {
    private let set: TranscriptSet
    private var places: [String: Int] = [:]

    /// Takes the transcripts that the calls were annotated with.
    public init(_ set: TranscriptSet) {
        self.set = set
        places.reserveCapacity(set.transcripts.count)
        for (place, transcript) in set.transcripts.enumerated() where transcript.isCoding {
            places[transcript.id] = place
        }
    }

    func exons(_ transcript: String) -> CodingExons? { places[transcript].flatMap { CodingExons(set.transcripts[$0]) } }
}

/// Splits an accession's version off.
func unversioned(_ accession: String) -> Substring {
    guard let dot = accession.utf8.lastIndex(of: UInt8(ascii: ".")) else { return accession[...] }
    return accession[..<dot]
}
