extension CodingChange {
    /// Whether the reading frame is another behind the change.
    var isShift: Bool { codons.reference.isEmpty }

    /// Appends `V/M`, `V` where nothing changes, `V/X` of a frameshift.
    func appendResidues(to text: inout [UInt8]) {
        if isShift {
            text += reference.prefix(1)
            text += "/X".utf8
            return
        }
        text += reference
        if reference == changed { return }
        text.append(UInt8(ascii: "/"))
        if changed.isEmpty { text.append(UInt8(ascii: "-")) }
        text += changed
    }

    /// Appends `gTg/gAg`: the codons, with the bases that are exchanged in upper case; nothing of a frameshift.
    func appendCodons(to text: inout [UInt8]) {
        if isShift { return }
        let start = bases.lowerBound % 3
        let tail = max(0, codons.reference.count - start - bases.count)
        func append(_ codon: [UInt8]) {
            let place = text.count
            text.append(bytes: codon)
            text.withUnsafeMutableBufferPointer { text in
                for index in 0..<min(start, codon.count) { text[place + index] |= 0x20 }
                for index in max(start, codon.count - tail)..<max(start, codon.count) { text[place + index] |= 0x20 }
            }
        }
        append(codons.reference)
        text.append(UInt8(ascii: "/"))
        append(codons.changed)
    }

    /// `escaping` where a premature stop codon is not expected to have the transcript degraded, `sensitive` where it is; nil without one.
    ///
    /// It escapes in the last exon, in the last 50 bases of the one before it (Nagy and Maquat 1998), in the first 100 coding bases (Lindeboom et
    /// al. 2016, in VEP's form), and in transcripts without introns.
    func nonsenseMediatedDecay(_ model: TranscriptModel) -> String? {
        guard let stop, !consequence.isDisjoint(with: [.stopGained, .frameshift]), model.transcript.code == .standard,
            let coding = model.codingPositions, stop < coding.count
        else { return nil }
        guard model.exons.count > 1 else { return "escaping" }
        let lastExon = (model.transcript.isReverse ? model.exons.first : model.exons.last)?.count ?? 0
        let junction = model.length - lastExon
        return coding.lowerBound + stop > junction - 50 || stop <= 100 ? "escaping" : "sensitive"
    }
}
