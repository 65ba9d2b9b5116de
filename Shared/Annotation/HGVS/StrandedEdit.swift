import Genomics

/// An edit of bases as HGVS tells it along one strand of the genome: where the 3' rule puts it, and what it is called there.
struct StrandedEdit {
    /// What happens to the bases.
    enum Kind {
        /// One base is exchanged for another.
        case substitution
        /// Bases are gone.
        case deletion
        /// The bases in front of an insertion, along the strand, once more.
        case duplication
        /// Bases come in.
        case insertion
        /// The bases are those of the other strand.
        case inversion
        /// Bases come in place of others.
        case replacement
    }

    let kind: Kind
    /// The genomic bases that are named; of an insertion the two on its sides.
    let location: Range<Int>
    /// The edit as it lies on the genome.
    let edit: MinimalEdit
    /// What is replaced, and by what, along the strand.
    let removed: [UInt8]
    let inserted: [UInt8]

    /// Moves an edit towards the strand's 3' end, as far as the reference allows; nil for one that changes nothing, or has no base in front of it.
    init?(_ edit: MinimalEdit, isReverse: Bool, _ reference: @escaping ReferenceLookup) throws(GenomicsError) {
        if edit.isEmpty { return nil }
        let edit = try edit.shifted(towardsEnd: !isReverse, reference)
        self.edit = edit
        removed = isReverse ? Transcript.reverseComplement(edit.removed) : edit.removed
        inserted = isReverse ? Transcript.reverseComplement(edit.inserted) : edit.inserted
        if removed.isEmpty {
            let start = edit.range.lowerBound
            // What lies directly in front of it, along the strand.
            let before = isReverse ? start..<(start + inserted.count) : (start - inserted.count)..<start
            if before.lowerBound >= 0 {
                let window = try reference(edit.contig, before)
                if window.range == before, window.bases == edit.inserted {
                    (kind, location) = (.duplication, before)
                    return
                }
            }
            guard start > 0 else { return nil }
            (kind, location) = (.insertion, (start - 1)..<(start + 1))
            return
        }
        location = edit.range
        if inserted.isEmpty {
            kind = .deletion
        } else if removed.count == 1, inserted.count == 1 {
            kind = .substitution
        } else if removed.count == inserted.count, Transcript.reverseComplement(removed) == inserted {
            kind = .inversion
        } else {
            kind = .replacement
        }
    }

    /// The change as a name has it, at a location that is numbered along a sequence.
    func change(at location: HGVSLocation) -> HGVSNucleotideChange {
        let text = String(decoding: inserted, as: UTF8.self)
        switch kind {
        case .substitution:
            let from = String(decoding: removed, as: UTF8.self)
            return HGVSNucleotideChange(location, .substitution(from: from, to: text))
        case .deletion: return HGVSNucleotideChange(location, .deletion(.nothing))
        case .duplication: return HGVSNucleotideChange(location, .duplication(.nothing))
        case .insertion: return HGVSNucleotideChange(location, .insertion([.bases(text)]))
        case .inversion: return HGVSNucleotideChange(location, .inversion(.nothing))
        case .replacement: return HGVSNucleotideChange(location, .replacement(.nothing, [.bases(text)]))
        }
    }

    /// What a name says behind its location.
    var words: [UInt8] {
        switch kind {
        case .substitution: removed + [UInt8(ascii: ">")] + inserted
        case .deletion: Array("del".utf8)
        case .duplication: Array("dup".utf8)
        case .insertion: Array("ins".utf8) + inserted
        case .inversion: Array("inv".utf8)
        case .replacement: Array("delins".utf8) + inserted
        }
    }
}
