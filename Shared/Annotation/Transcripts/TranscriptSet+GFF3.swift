import Genomics

extension TranscriptSet {
    /// Reads the transcripts of a GFF3 file, plain or compressed, as Ensembl, GENCODE and NCBI write it.
    ///
    /// A transcript is what exons or coding stretches name as their `Parent`: where NCBI lets a gene have them (the mitochondrion), that gene.
    /// Throws for a line that is no record of GFF3, with its number, and for transcripts whose parts do not fit together: exons that overlap,
    /// lie on two strands or contigs, coding stretches outside of exons. Features that transcripts are not made of are passed over.
    public init(path: String) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var parts = TranscriptParts(path: path)
        var lengths: [String: Int] = [:]
        while let line = try lines.next() {
            if lines.number == 1, ByteOrderMark.isUTF16(line), let remedy = ByteOrderMark.remedy(line) {
                throw GenomicsError(.malformed, remedy, file: path)
            }
            if line.isEmpty || line.first == UInt8(ascii: "#") {
                if line.starts(with: "##FASTA".utf8) { break }
                if let region = Self.sequenceRegion(line) { lengths[region.contig] = region.length }
                continue
            }
            if line.first == UInt8(ascii: ">") { break }
            do throws(GenomicsError) {
                try parts.add(line, number: lines.number)
            } catch {
                throw GenomicsError(
                    error.code, error.message, file: path, record: error.record ?? lines.number, field: error.field)
            }
        }
        let (transcripts, remarks) = try parts.assembled()
        guard !transcripts.isEmpty else {
            throw GenomicsError(
                .malformed, "the file holds no exon that names its transcript (Parent); is it GFF3?", file: path)
        }
        self.init(transcripts, lengths: lengths, remarks: remarks, path: path)
    }

    /// `##sequence-region contig first last`, which states a contig's length where it begins at 1.
    private static func sequenceRegion(_ line: ArraySlice<UInt8>) -> (contig: String, length: Int)? {
        guard line.starts(with: "##sequence-region".utf8) else { return nil }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[2] == "1", let length = Int(words[3]) else { return nil }
        return (String(words[1]), length)
    }
}
