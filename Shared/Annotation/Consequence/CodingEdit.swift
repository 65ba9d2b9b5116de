/// An exchange of bases of a coding sequence, as one allele of one record makes it.
struct CodingEdit {
    /// The place of the record in the file, for telling records of one position apart.
    var record: Int
    /// The allele as the record has it.
    var allele: AlleleSite
    /// The first exchanged base, from the coding sequence's own start; at least one base is exchanged.
    var start: Int
    var count: Int
    /// What comes in their place, in the direction of translation.
    var bases: [UInt8]
    /// What the borders of the segment say.
    var consequence: Consequence

    var end: Int { start + count }
    /// The difference of length of the whole coding sequence.
    var gain: Int { bases.count - count }
}

/// What one or more edits of a haplotype do to the protein.
final class CodingChange: Equatable {
    let consequence: Consequence
    /// The first residue that is shown of the reference's protein and of the changed one, counted from 1.
    let residue: Int
    let changedResidue: Int
    /// The residues, up to a stop.
    let reference: [UInt8]
    let changed: [UInt8]
    /// The codons around the exchanged bases; empty behind a frameshift.
    let codons: (reference: [UInt8], changed: [UInt8])
    /// The exchanged bases of the coding sequence, 0-based.
    let bases: Range<Int>
    /// The alleles that make the change, as `POSREF>ALT`, joined by `+`.
    let source: String
    /// Whether more than one allele makes it.
    let isCompound: Bool
    /// Where the changed protein's first stop codon ends in the reference's coding sequence, counted in bases; nil without a stop.
    let stop: Int?

    init(
        consequence: Consequence, residue: Int, changedResidue: Int, reference: [UInt8], changed: [UInt8],
        codons: (reference: [UInt8], changed: [UInt8]), bases: Range<Int>, source: String, isCompound: Bool, stop: Int?
    ) {
        self.consequence = consequence
        self.residue = residue
        self.changedResidue = changedResidue
        self.reference = reference
        self.changed = changed
        self.codons = codons
        self.bases = bases
        self.source = source
        self.isCompound = isCompound
        self.stop = stop
    }

    static func == (a: CodingChange, b: CodingChange) -> Bool {
        a === b
            || a.consequence == b.consequence && a.source == b.source && a.residue == b.residue
                && a.reference == b.reference && a.changed == b.changed
    }
}

extension TranscriptModel {
    private static let stop = UInt8(ascii: "*")

    /// What edits in the direction of translation do together; `shift` is what edits in front of them gained.
    func change(_ edits: ArraySlice<CodingEdit>, shift: Int, isBehindStop: Bool) -> CodingChange? {
        guard let first = edits.first, let last = edits.last, last.end <= sequence.count else { return nil }
        let gain = edits.reduce(0) { $0 + $1.gain }
        let hasIndels = edits.contains { $0.gain != 0 }
        let isShifted = gain % 3 != 0
        let from = first.start / 3 * 3
        var bases = Array(sequence[from..<first.start])
        var position = first.start
        for edit in edits {
            guard edit.start >= position else { return nil }
            bases += sequence[position..<edit.start]
            bases += edit.bases
            position = edit.end
        }
        // What is exchanged ends in the middle of a codon: the reference completes it.
        let referenceEnd = isShifted ? sequence.count : min(sequence.count, (last.end + 2) / 3 * 3)
        if isShifted {
            // A codon that the edits cut is completed; whole ones follow to the end.
            if bases.count % 3 != 0, sequence.count - last.end < 3 - bases.count % 3 {
                bases += sequence[last.end...]
                bases += following.prefix((3 - bases.count % 3) % 3)
            } else {
                bases += sequence[last.end...]
            }
        } else {
            bases += sequence[last.end..<min(sequence.count, last.end + (3 - bases.count % 3) % 3)]
        }
        var reference = Array(
            protein.count * 3 >= referenceEnd ? protein[(from / 3)..<((referenceEnd + 2) / 3)] : protein[(from / 3)...])
        // Behind a stop codon nothing is translated; without indels residues are given back first.
        var changed = translate(bases[...], at: from, isReference: false, endsAtStop: hasIndels)
        let startsAnew = from == 0 && hasStart && !hasIndels && transcript.code.isStart(bases.prefix(3))
        if startsAnew, !changed.isEmpty { changed[0] = UInt8(ascii: "M") }
        restoreResidues(&changed, reference, from: from, edits: edits)
        let codons: (reference: [UInt8], changed: [UInt8]) =
            isShifted ? ([], []) : (Array(sequence[from..<referenceEnd]), bases)
        if let end = reference.firstIndex(of: Self.stop) { reference.removeLast(reference.count - 1 - end) }
        var stopBase: Int?
        if let end = changed.firstIndex(of: Self.stop) {
            changed.removeLast(changed.count - 1 - end)
            stopBase = from + (end + 1) * 3 - (end * 3 + from >= last.end ? gain : 0)
        }
        let consequence = consequence(
            edits, reference, changed, gain: gain, hasIndels: hasIndels, isBehindStop: isBehindStop,
            startsAnew: startsAnew,
            startsAsBefore: hasIndels && from == 0 && bases.prefix(3) == sequence.prefix(3))
        let ordered = transcript.isReverse ? Array(edits.reversed()) : Array(edits)
        return CodingChange(
            consequence: consequence, residue: from / 3 + 1, changedResidue: (first.start + shift) / 3 + 1,
            reference: reference, changed: changed, codons: codons, bases: first.start..<last.end,
            source: ordered.map(\.allele.source).joined(separator: "+"), isCompound: edits.count > 1, stop: stopBase)
    }

    /// Residues that the code does not give stay as they are where their codons do.
    private func restoreResidues(
        _ changed: inout [UInt8], _ reference: [UInt8], from: Int, edits: ArraySlice<CodingEdit>
    ) {
        guard !transcript.residues.isEmpty, let first = edits.first, !edits.contains(where: { $0.gain != 0 }) else {
            return
        }
        for (number, residue) in transcript.residues {
            let index = number - 1 - from / 3
            let codon = ((number - 1) * 3)..<(number * 3)
            guard changed.indices.contains(index), reference.indices.contains(index), first.start >= from,
                !edits.contains(where: { edit in
                    (edit.start..<edit.end).overlaps(codon)
                        && Array(sequence[edit.start..<edit.end]) != edit.bases
                })
            else { continue }
            changed[index] = residue
        }
    }

    private func consequence(
        _ edits: ArraySlice<CodingEdit>, _ reference: [UInt8], _ changed: [UInt8], gain: Int, hasIndels: Bool,
        isBehindStop: Bool, startsAnew: Bool, startsAsBefore: Bool
    ) -> Consequence {
        var terms: Consequence = []
        for edit in edits { terms.formUnion(edit.consequence.intersection(.compound)) }
        if gain == 0, hasIndels { terms.insert(.inframeAltering) }
        var removed: Consequence = []
        let endsInStop = (reference: reference.last == Self.stop, changed: changed.last == Self.stop)
        if terms.contains(.stopLost) {
            if endsInStop.reference, endsInStop.changed {
                removed.insert(.stopLost)
                terms.insert(.stopRetained)
            } else if !endsInStop.reference {
                // The coding sequence has no stop codon in the reference.
                if endsInStop.changed {
                    removed.insert(.stopGained)
                    terms.insert(.stopRetained)
                } else {
                    terms.insert(.incompleteCoding)
                }
            }
        }
        if terms.contains(.startLost) {
            if reference.first != UInt8(ascii: "M") || startsAsBefore {
                terms.remove(.startLost)
            } else if startsAnew {
                terms.remove(.startLost)
                terms.insert(.startRetained)
            }
        }
        if gain != 0 {
            terms.insert(gain % 3 != 0 ? .frameshift : gain < 0 ? .inframeDeletion : .inframeInsertion)
            if !endsInStop.reference, endsInStop.changed { terms.insert(.stopGained) }
        } else {
            var isEqual = true
            for (index, residue) in reference.enumerated() {
                let other = changed.indices.contains(index) ? changed[index] : 0
                if residue == other { continue }
                isEqual = false
                terms.insert(residue == Self.stop ? .stopLost : other == Self.stop ? .stopGained : .missense)
            }
            if isEqual { terms.insert(.synonymous) }
        }
        // A stop codon before the frame is restored.
        if edits.count > 1, !terms.isDisjoint(with: [.inframeDeletion, .inframeInsertion, .inframeAltering]),
            endsInStop.changed
        {
            removed.formUnion([.inframeDeletion, .inframeInsertion, .inframeAltering])
            terms.formUnion([.frameshift, .stopGained])
        }
        if isBehindStop { terms.insert(.behindStop) }
        return terms.subtracting(removed)
    }
}

extension AlleleSite {
    /// The record's position, counted from 1, and its alleles: `1234A>AT`.
    var source: String {
        "\(position + 1)\(String(decoding: reference, as: UTF8.self))>\(String(decoding: alternate, as: UTF8.self))"
    }
}
