/// What a name says against itself: it can be read, but not used.
extension HGVSVariant {
    /// The contradictions of a name, in its order; none for one that can be used.
    ///
    /// Found without any sequence: an end in front of its start, an insertion between bases that are no neighbors, a substitution of several
    /// bases, a length that is not that of the positions.
    public var contradictions: [String] {
        alleles.flatMap(\.changes).flatMap { change -> [String] in
            switch change {
            case .nucleotides(let change):
                change.contradictions(isCircular: kind == .circular || kind == .mitochondrial)
            case .residues(let change): change.contradictions
            case .whole: []
            }
        }
    }
}

extension HGVSNucleotideChange {
    /// On a circle a stretch may run over the end, from a large position to a small one.
    func contradictions(isCircular: Bool) -> [String] {
        guard let (first, last) = location.exact, let start = first.order, let end = last.order else { return [] }
        var found: [String] = []
        if start > end, !isCircular { found.append("\(location): the first position lies behind the last") }
        // Positions of one exon or of one side of an intron can be subtracted; -1 and 1 are neighbors.
        var length: Int?
        if first == last {
            length = 1
        } else if start.0 == end.0, start < end {
            if start.2 == 0, end.2 == 0 {
                length = end.1 - start.1 + (start.1 < 0 && end.1 > 0 ? 0 : 1)
            } else if start.1 == end.1 {
                length = end.2 - start.2 + 1
            }
        }
        func check(_ stated: HGVSEdit.Stated) {
            guard let length, start <= end else { return }
            switch stated {
            case .bases(let bases) where bases.utf8.count != length:
                found.append("\(location) are \(length) bases, and \(bases.utf8.count) are stated")
            case .length(let stated) where stated != length:
                found.append("\(location) are \(length) bases, and \(stated) are stated")
            case .nothing, .bases, .length: break
            }
        }
        switch edit {
        case .substitution:
            if start != end { found.append("\(location): a substitution has one position; write delins") }
        case .insertion:
            if start == end { found.append("\(location): an insertion lies between two neighbors, such as 76_77") }
            if let length, length != 2, start < end {
                found.append("\(location): an insertion lies between neighbors, and these are \(length) bases")
            }
        case .deletion(let stated), .duplication(let stated), .replacement(let stated, _), .identity(let stated):
            check(stated)
        case .inversion(let stated):
            check(stated)
            if start == end { found.append("\(location): one base is not inverted; write a substitution") }
        case .conversion, .copies, .repeats: break
        }
        return found
    }
}

extension HGVSProteinChange {
    var contradictions: [String] {
        var found: [String] = []
        let place = start.aminoAcid.name + String(start.number)
        if let end, end.number < start.number { found.append("\(place): the first residue lies behind the last") }
        if let end, end.number == start.number, end.aminoAcid != start.aminoAcid {
            found.append("residue \(start.number) is \(start.aminoAcid.name) here and \(end.aminoAcid.name) there")
        }
        switch edit {
        case .insertion, .unknownInsertion:
            if end?.number != start.number + 1 {
                found.append(
                    "\(place): an insertion lies between two neighbors, such as \(place)_Gly\(start.number + 1)")
            }
        case .substitution, .frameshift, .extension:
            if end != nil { found.append("\(place): this edit has one residue") }
        case .identity, .unknown, .deletion, .duplication, .replacement, .repeats: break
        }
        return found
    }
}
