/// What is the same in every row of a transcript, as bytes of ``ConsequenceField``'s columns.
final class TranscriptText {
    /// The place of the transcript in the rule of choice.
    let standing: TranscriptChoice.Standing
    /// Whether positions of the transcript can be counted on the genome.
    let isCounted: Bool
    /// From SYMBOL to BIOTYPE, with bars on both sides.
    let names: [UInt8]
    /// From Consequence to EXON, with bars on both sides, of what lies amid an intron.
    let intronNames: [UInt8]
    /// What the names of HGVS begin with: the accession and `:c.` or `:n.`; the protein's and `:p.`.
    let codingName: [UInt8]
    let proteinName: [UInt8]
    /// Behind the number of an intron: how many there are, and the bar behind.
    let intronCount: [UInt8]
    /// From cDNA_position to FLAGS, with bars on both sides, of what lies amid an intron.
    let intronStrand: [UInt8]
    /// STRAND and FLAGS, with bars on both sides.
    let strand: [UInt8]
    /// CANONICAL, MANE_SELECT and ENSP, with bars on both sides.
    let tags: [UInt8]

    init(_ transcript: Transcript, standing: TranscriptChoice.Standing, intronWords: [UInt8]) {
        func joined(_ values: [String?]) -> [UInt8] {
            var text: [UInt8] = []
            for (number, value) in values.enumerated() {
                if number > 0 { text.append(UInt8(ascii: "|")) }
                if let value { text.append(safe: value) }
            }
            return text
        }
        func name(_ accession: String, _ kind: String) -> [UInt8] {
            var text: [UInt8] = []
            text.append(safe: "\(accession):\(kind).")
            return text
        }
        var flags: [String] = []
        if transcript.flags.contains(.incompleteStart) { flags.append("cds_start_NF") }
        if transcript.flags.contains(.incompleteEnd) { flags.append("cds_end_NF") }
        if transcript.flags.contains(.differsFromGenome) { flags.append("differs_from_genome") }
        isCounted = !transcript.flags.contains(.gapped)
        if !isCounted { flags.append("gapped") }
        self.standing = standing
        names = joined([
            "", transcript.geneName, transcript.geneID, "Transcript", transcript.id, transcript.biotype, "",
        ])
        intronNames = intronWords + names + [UInt8(ascii: "|")]
        codingName = name(transcript.id, transcript.codingPositions == nil ? "n" : "c")
        proteinName = name(transcript.proteinID ?? transcript.id, "p")
        strand = joined(["", transcript.isReverse ? "-1" : "1", flags.joined(separator: "&"), ""])
        intronCount = Array("/\(transcript.exons.count - 1)|".utf8)
        intronStrand = Array("|||||".utf8) + strand
        tags = joined([
            "", transcript.flags.contains(.ensemblCanonical) ? "YES" : nil,
            transcript.flags.contains(.maneSelect) ? "YES" : nil, transcript.proteinID, "",
        ])
    }
}
