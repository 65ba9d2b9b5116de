import Genomics

extension Transcript {
    /// The joined exons from the 5' end, upper-case ASCII; the reverse strand's are complemented.
    public func splicedSequence(_ reference: ReferenceLookup) throws(GenomicsError) -> [UInt8] {
        var bases: [UInt8] = []
        bases.reserveCapacity(length)
        for exon in exons {
            let window = try reference(contig, exon)
            guard window.range == exon else { throw outside(exon) }
            bases += window.bases
        }
        return isReverse ? Self.reverseComplement(bases) : bases
    }

    /// The translated bases from the 5' end, with the stop codon and those of an incomplete first codon.
    public func codingSequence(_ reference: ReferenceLookup) throws(GenomicsError) -> [UInt8] {
        var bases: [UInt8] = []
        for exon in codingExons {
            let window = try reference(contig, exon)
            guard window.range == exon else { throw outside(exon) }
            bases += window.bases
        }
        return isReverse ? Self.reverseComplement(bases) : bases
    }

    private func outside(_ exon: Range<Int>) -> GenomicsError {
        GenomicsError(
            .referenceMismatch,
            "exon \(Interval(contig: contig, zeroBased: exon)) of \(id) leaves the contig: the transcripts are of another "
                + "release of the genome")
    }

    /// The amino acids of a coding sequence, one-letter code, with `*` for stops; the first whole codon is residue 1.
    ///
    /// ``residues`` take the place of what the code says. A stop codon that the mitochondrion completes with As of the poly-A tail is completed.
    /// A start codon other than ATG reads as methionine where the start is complete.
    public func translate(_ codingSequence: [UInt8]) -> [UInt8] {
        var bases = codingSequence.dropFirst(startPhase)
        if code == .vertebrateMitochondrial, bases.count % 3 != 0, !flags.contains(.incompleteEnd) {
            bases += [UInt8](repeating: UInt8(ascii: "A"), count: 3 - bases.count % 3)
        }
        var protein = code.translate(bases)
        if startPhase == 0, !flags.contains(.incompleteStart), !protein.isEmpty, code.isStart(bases.prefix(3)) {
            protein[0] = UInt8(ascii: "M")
        }
        for (number, residue) in residues where protein.indices.contains(number - 1) { protein[number - 1] = residue }
        return protein
    }

    /// Bases read from the other strand, upper-case ASCII; what is none of A, C, G and T stays `N`.
    public static func reverseComplement(_ bases: some Collection<UInt8>) -> [UInt8] {
        bases.withContiguousStorageIfAvailable(reverseComplement)
            ?? Array(bases).withUnsafeBufferPointer(reverseComplement)
    }

    private static func reverseComplement(_ bases: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        complements.withUnsafeBufferPointer { complements in
            [UInt8](unsafeUninitializedCapacity: bases.count) { result, count in
                for index in 0..<bases.count { result[bases.count - 1 - index] = complements[Int(bases[index])] }
                count = bases.count
            }
        }
    }

    /// By base: the one that pairs with it.
    private static let complements = (0...UInt8.max).map { complement($0) }

    /// The base that pairs with a base, upper-case ASCII; `N` for everything but A, C, G and T.
    public static func complement(_ base: UInt8) -> UInt8 {
        switch base {
        case UInt8(ascii: "A"): UInt8(ascii: "T")
        case UInt8(ascii: "C"): UInt8(ascii: "G")
        case UInt8(ascii: "G"): UInt8(ascii: "C")
        case UInt8(ascii: "T"): UInt8(ascii: "A")
        default: UInt8(ascii: "N")
        }
    }
}
