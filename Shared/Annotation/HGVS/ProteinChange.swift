import Genomics

/// What an edit within an exon does to a protein: the residues before and behind it, read from the codons as they are asked for.
struct ProteinChange {
    private let isPredicted: Bool
    private let code: GeneticCode
    /// Residues that the code does not give, by their number.
    private let recoded: [Int: UInt8]
    private let hasStart: Bool
    /// The transcript from the first whole codon to its 3' end.
    private let sequence: ArraySlice<UInt8>
    /// What of it is replaced, from the first whole codon.
    private let edit: Range<Int>
    private let inserted: [UInt8]
    /// Residues of the reference, the end of translation among them.
    private let count: Int

    /// Takes an edit, the stretch of the joined exons that it replaces, and the translated one; `sequence` are the joined exons.
    init(
        _ edit: MinimalEdit, at range: Range<Int>, of transcript: Transcript, _ coding: Range<Int>,
        sequence: [UInt8], isPredicted: Bool
    ) {
        let start = coding.lowerBound + transcript.startPhase
        let codingCount = coding.count - transcript.startPhase
        code = transcript.code
        recoded = transcript.residues
        hasStart = !transcript.flags.contains(.incompleteStart) && transcript.startPhase == 0
        self.sequence = sequence[start...]
        self.edit = (range.lowerBound - start)..<(range.upperBound - start)
        self.isPredicted = isPredicted
        inserted = transcript.isReverse ? Transcript.reverseComplement(edit.inserted) : edit.inserted
        count = (codingCount + (transcript.code == .vertebrateMitochondrial ? 2 : 0)) / 3
    }

    private var growth: Int { inserted.count - edit.count }
    private var isInFrame: Bool { growth % 3 == 0 }

    /// The description of the change.
    var described: HGVSChange {
        guard edit.lowerBound >= 0 else {
            return hasStart ? startLost : .whole(.unknown, isPredicted: false)
        }
        if edit.lowerBound < 3, hasStart, altered(0) != .methionine { return startLost }
        var index = edit.lowerBound / 3
        while true {
            guard let new = altered(index) else {
                guard let old = original(index) else { return .whole(.unknown, isPredicted: false) }
                return isInFrame ? residues(old, index, .unknown) : residues(old, index, .frameshift(nil, .unknown))
            }
            guard let old = original(index) else { return .whole(.unknown, isPredicted: false) }
            if new != old { return difference(at: index, old, new) }
            // Nothing differs up to the end, or behind an edit that keeps the length.
            if new == .stop || growth == 0 && index * 3 >= edit.lowerBound + inserted.count { return silent }
            index += 1
        }
    }

    private var startLost: HGVSChange { residues(.methionine, 0, .unknown) }

    private var silent: HGVSChange {
        let first = edit.lowerBound / 3
        let last = min(max(first, (edit.upperBound - 1) / 3), count - 1)
        guard let one = original(first) else { return .whole(.unknown, isPredicted: false) }
        let end = last > first ? original(last).map { HGVSResidue($0, last + 1) } : nil
        return .residues(HGVSProteinChange(HGVSResidue(one, first + 1), end, .identity, isPredicted: isPredicted))
    }

    private func difference(at index: Int, _ old: AminoAcid, _ new: AminoAcid) -> HGVSChange {
        if old == .stop { return residues(old, index, .extension(new, .stop(stop(from: index, countedFrom: 0)))) }
        if new == .stop { return residues(old, index, .substitution(.stop)) }
        guard isInFrame else { return residues(old, index, .frameshift(new, stop(from: index, countedFrom: 1))) }
        let shift = growth / 3
        // The first codon of the new sequence that lies whole behind the edit.
        let firstBehind = (edit.lowerBound + inserted.count + 2) / 3
        let newEnd = max(firstBehind, index, index + shift)
        var (from, to): ([AminoAcid], [AminoAcid]) = ([], [])
        for place in index..<max(index, newEnd - shift) { if let residue = original(place) { from.append(residue) } }
        for place in index..<newEnd {
            guard let residue = altered(place) else { break }
            to.append(residue)
            if residue == .stop { break }
        }
        // The stop codon goes with others: what follows is read on, and is told as a frameshift is.
        if from.contains(.stop), to.last != .stop {
            return residues(old, index, .frameshift(new, stop(from: index, countedFrom: 1)))
        }
        if to.last != .stop {
            while let last = from.last, last == to.last {
                from.removeLast()
                to.removeLast()
            }
        }
        return replaced(index, from, to)
    }

    private func replaced(_ index: Int, _ from: [AminoAcid], _ to: [AminoAcid]) -> HGVSChange {
        func change(_ first: Int, _ last: Int, _ edit: HGVSProteinChange.Edit) -> HGVSChange {
            guard let one = original(first), let other = original(last) else {
                return .whole(.unknown, isPredicted: false)
            }
            let end = last > first ? HGVSResidue(other, last + 1) : nil
            return .residues(HGVSProteinChange(HGVSResidue(one, first + 1), end, edit, isPredicted: isPredicted))
        }
        if to.isEmpty { return change(index, index + from.count - 1, .deletion) }
        if from.isEmpty {
            let before = index - to.count
            if before >= 0, (before..<index).map({ original($0) }) == to {
                return change(before, index - 1, .duplication)
            }
            return change(index - 1, index, .insertion(to))
        }
        if from.count == 1, to.count == 1 { return change(index, index, .substitution(to[0])) }
        return change(index, index + from.count - 1, .replacement(to))
    }

    private func residues(_ old: AminoAcid, _ index: Int, _ edit: HGVSProteinChange.Edit) -> HGVSChange {
        .residues(HGVSProteinChange(HGVSResidue(old, index + 1), nil, edit, isPredicted: isPredicted))
    }

    /// Where the new reading ends, from the residue at an index.
    private func stop(from index: Int, countedFrom one: Int) -> HGVSProteinChange.Stop {
        var place = index
        while let residue = altered(place) {
            if residue == .stop { return .after(place - index + one) }
            place += 1
        }
        return .unknown
    }

    // MARK: - Residues, by their 0-based index

    private func original(_ index: Int) -> AminoAcid? {
        guard index >= 0, index < count else { return nil }
        if let given = recoded[index + 1] { return AminoAcid(letter: given) }
        return residue(index) { base($0) }
    }

    private func altered(_ index: Int) -> AminoAcid? {
        if index * 3 + 3 <= edit.lowerBound { return original(index) }
        if isInFrame, index * 3 >= edit.lowerBound + inserted.count, index - growth / 3 < count {
            return original(index - growth / 3)
        }
        return residue(index) { place in
            if place < edit.lowerBound { return base(place) }
            let behind = place - edit.lowerBound
            return behind < inserted.count ? inserted[behind] : base(place - growth)
        }
    }

    private func base(_ place: Int) -> UInt8? {
        let index = sequence.startIndex + place
        if index < sequence.endIndex { return sequence[index] }
        // The tail completes a stop codon of the mitochondrion.
        return code == .vertebrateMitochondrial && index < sequence.endIndex + 3 ? UInt8(ascii: "A") : nil
    }

    private func residue(_ index: Int, _ base: (Int) -> UInt8?) -> AminoAcid? {
        guard let first = base(index * 3), let second = base(index * 3 + 1), let third = base(index * 3 + 2) else {
            return nil
        }
        if index == 0, hasStart, code.isStart([first, second, third]) { return .methionine }
        return AminoAcid(letter: code.aminoAcid(first, second, third))
    }
}
