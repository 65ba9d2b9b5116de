extension TranscriptModel {
    /// The edits of one haplotype, taken apart where they no longer act together: where the frame is restored and the next one lies in another
    /// codon.
    ///
    /// The edits are in the direction of translation and do not overlap. Each group comes with what edits in front of it gained.
    static func groups(_ edits: [CodingEdit]) -> [(edits: ArraySlice<CodingEdit>, shift: Int)] {
        var groups: [(edits: ArraySlice<CodingEdit>, shift: Int)] = []
        var (begin, gain, shift) = (0, 0, 0)
        for (index, edit) in edits.enumerated() {
            gain += edit.gain
            if index + 1 < edits.count {
                if gain % 3 != 0 { continue }
                // Positions on the haplotype: of the last base that the edit brings, and of the first of the next one.
                let next = edits[index + 1]
                let last =
                    edit.start + shift + gain - edit.gain + max(edit.bases.count - 1, 0) + (edit.gain < 0 ? 1 : 0)
                let first = next.start + shift + gain
                if last / 3 == first / 3 { continue }
            }
            groups.append((edits[begin...index], shift))
            shift += gain
            (begin, gain) = (index + 1, 0)
        }
        return groups
    }

    /// What the edits of one haplotype do, group by group, in the direction of translation.
    func changes(_ edits: [CodingEdit]) -> [(edits: ArraySlice<CodingEdit>, change: CodingChange)] {
        var isBehindStop = false
        var changes: [(edits: ArraySlice<CodingEdit>, change: CodingChange)] = []
        for group in Self.groups(edits) {
            guard let change = change(group.edits, shift: group.shift, isBehindStop: isBehindStop) else { continue }
            if change.changed.last == UInt8(ascii: "*") { isBehindStop = true }
            changes.append((group.edits, change))
        }
        return changes
    }
}
