extension CodingChange {
    /// Whether the reading frame is another behind the change.
    var isShift: Bool { codons.reference.isEmpty }

    /// `V/M`, `V` where nothing changes, `V/X` of a frameshift.
    var residuesText: String {
        let from = String(decoding: reference, as: UTF8.self)
        if isShift { return "\(from.prefix(1))/X" }
        return reference == changed
            ? from : "\(from)/\(changed.isEmpty ? "-" : String(decoding: changed, as: UTF8.self))"
    }

    /// `gTg/gAg`: the codons, with the bases that are exchanged in upper case.
    var codonsText: String {
        if isShift { return "" }
        let (from, to) = codons
        let start = bases.lowerBound % 3
        let tail = max(0, from.count - start - bases.count)
        func cased(_ codon: [UInt8]) -> String {
            String(
                decoding: codon.enumerated().map { index, base in
                    index >= start && index < codon.count - tail ? base : base | 0x20
                }, as: UTF8.self)
        }
        return "\(cased(from))/\(cased(to))"
    }

    /// `escaping` where a premature stop codon is not expected to have the transcript degraded, `sensitive` where it is; nil without one.
    ///
    /// It escapes in the last exon, in the last 50 bases of the one before it (Nagy and Maquat 1998), in the first 100 coding bases (Lindeboom et
    /// al. 2016, in VEP's form), and in transcripts without introns.
    func nonsenseMediatedDecay(_ transcript: Transcript) -> String? {
        guard let stop, !consequence.isDisjoint(with: [.stopGained, .frameshift]), transcript.code == .standard,
            let coding = transcript.codingPositions, stop < coding.count
        else { return nil }
        guard transcript.exons.count > 1 else { return "escaping" }
        let lastExon = (transcript.isReverse ? transcript.exons.first : transcript.exons.last)?.count ?? 0
        let junction = transcript.length - lastExon
        return coding.lowerBound + stop > junction - 50 || stop <= 100 ? "escaping" : "sensitive"
    }
}
