import Genomics

extension SimulatedFragment {
    /// The reads as a mapper that errs never would place them: at their true places, with their true CIGARs.
    ///
    /// Reads of a chimera are given in two records, the smaller part as a supplementary one. `HP` is the sample's haplotype, 1 or
    /// 2; `XO` is `paralog` or `contamination` where a read is not of the sample's haplotypes. `window` is the reference around
    /// the fragment, by which indels are moved as far left as they go. With the contig's name, parts of a chimera name each other (`SA`).
    public func aligned(contig: Int, named name: String? = nil, window: ReferenceWindow) -> [BAMRecord] {
        let pieces = zip(records, places).map { record, places in
            TruePiece.pieces(bases: record.sequence, qualities: Array(record.qualities), places: places, in: window)
        }
        let primaries = pieces.map { $0.max { $0.alignedCount < $1.alignedCount } }
        return records.indices.flatMap { number -> [BAMRecord] in
            let mate = records.count == 2 ? primaries[1 - number] : nil
            guard let primary = primaries[number] else { return [unaligned(number, mate: mate, contig: contig)] }
            let others = pieces[number].filter { $0 != primary }
            return ([primary] + others).map { piece in
                var made = record(
                    number, piece, isPrimary: piece == primary, mate: mate, primary: primary, contig: contig)
                let rest = ([primary] + others).filter { $0 != piece }
                if let name, !rest.isEmpty {
                    var tags = BAMTags(made.tags)
                    tags.append("SA", string: rest.map { $0.place(on: name) }.joined())
                    made.setTags(tags.bytes)
                }
                return made
            }
        }
    }

    private func record(
        _ number: Int, _ piece: TruePiece, isPrimary: Bool, mate: TruePiece?, primary: TruePiece, contig: Int
    ) -> BAMRecord {
        var flags: BAMRecord.Flags = isDuplicate ? [.duplicate] : []
        if piece.isReverse { flags.insert(.reverse) }
        if !isPrimary { flags.insert(.supplementary) }
        var span: Int32 = 0
        if records.count == 2 {
            flags.formUnion([.paired, number == 0 ? .firstInPair : .secondInPair])
            if let mate {
                if mate.isReverse { flags.insert(.mateReverse) }
                if !isChimera, mate.isReverse != primary.isReverse { flags.insert(.properPair) }
                func fivePrime(_ piece: TruePiece) -> Int {
                    piece.isReverse ? piece.range.upperBound : piece.range.lowerBound
                }
                span = Int32(fivePrime(mate) - fivePrime(primary))
            } else {
                flags.insert(.mateUnmapped)
            }
        }
        var tags = BAMTags(records[number].tags)
        tags.append("NM", int: piece.editDistance)
        if source == .sample {
            tags.append("HP", int: haplotype + 1)
        } else {
            tags.append("XO", string: source.rawValue)
        }
        let matePlace = mate ?? (records.count == 2 ? primary : nil)
        return BAMRecord(
            name: records[number].name, flags: flags, referenceID: Int32(contig),
            position: Int32(piece.range.lowerBound),
            mappingQuality: 60, cigar: piece.cigar, mateReferenceID: matePlace == nil ? -1 : Int32(contig),
            matePosition: matePlace.map { Int32($0.range.lowerBound) } ?? -1, templateLength: span,
            sequence: piece.bases, qualities: piece.qualities, tags: tags.bytes)
    }

    /// A read that is all noise, at the place of its mate.
    private func unaligned(_ number: Int, mate: TruePiece?, contig: Int) -> BAMRecord {
        guard let mate else { return records[number] }
        var flags = records[number].flags.subtracting(.mateUnmapped)
        if mate.isReverse { flags.insert(.mateReverse) }
        let place = Int32(mate.range.lowerBound)
        return BAMRecord(
            name: records[number].name, flags: flags, referenceID: Int32(contig), position: place,
            mateReferenceID: Int32(contig), matePosition: place, sequence: records[number].sequence,
            qualities: records[number].qualities, tags: tags(number).bytes)
    }

    private func tags(_ number: Int) -> BAMTags {
        var tags = BAMTags(records[number].tags)
        if source == .sample {
            tags.append("HP", int: haplotype + 1)
        } else {
            tags.append("XO", string: source.rawValue)
        }
        return tags
    }
}

/// A part of a read that lies in one piece on the reference, along the reference.
struct TruePiece: Sendable, Hashable {
    /// All bases of the read, what is not part of the piece soft-clipped.
    var bases: [UInt8]
    var qualities: [UInt8]
    var cigar: [CigarOperation]
    /// 0-based, half-open.
    var range: Range<Int>
    var isReverse: Bool
    var editDistance: Int

    /// A larger step along the reference begins another piece.
    static let longestDeletion = 1000

    /// An entry of the `SA` tag (SAM optional fields specification).
    func place(on contig: String) -> String {
        let letters = Array("MIDNSHP=X")
        let text = cigar.map { "\($0.length)\(letters[Int($0.kind.rawValue)])" }.joined()
        return "\(contig),\(range.lowerBound + 1),\(isReverse ? "-" : "+"),\(text),60,\(editDistance);"
    }

    var alignedCount: Int { cigar.reduce(0) { $1.kind == .match ? $0 + Int($1.length) : $0 } }

    /// The pieces of a read in its own order.
    static func pieces(
        bases: [UInt8], qualities: [UInt8], places: [ReferencePlace], in window: ReferenceWindow
    ) -> [TruePiece] {
        var pieces: [TruePiece] = []
        var start = 0
        while start < places.count {
            guard let first = places[start].position else {
                start += 1
                continue
            }
            var (end, direction, last) = (start + 1, 0, Int(first))
            while end < places.count, let position = places[end].position {
                let step = Int(position) - last
                if direction == 0 { direction = step.signum() }
                guard step * direction >= 0, abs(step) <= longestDeletion else { break }
                // Of several bases at a position all but one are inserted.
                guard step != 0 || places[end].isInserted || places[end - 1].isInserted else { break }
                // The first base of a piece that is turned around is none of this one.
                if abs(step) > 1, end + 1 < places.count, let following = places[end + 1].position,
                    (Int(following) - Int(position)) * direction < 0
                {
                    break
                }
                last = Int(position)
                end += 1
            }
            if let piece = TruePiece(
                bases: bases, qualities: qualities, places: places, part: start..<end, isReverse: direction < 0,
                in: window)
            {
                pieces.append(piece)
            }
            start = end
        }
        return pieces
    }

    private init?(
        bases: [UInt8], qualities: [UInt8], places: [ReferencePlace], part: Range<Int>, isReverse: Bool,
        in window: ReferenceWindow
    ) {
        self.isReverse = isReverse
        let count = bases.count
        let (bases, qualities, places) =
            isReverse
            ? (bases.reversed().map(BaseCode.complement), Array(qualities.reversed()), Array(places.reversed()))
            : (bases, qualities, places)
        let part = isReverse ? (count - part.upperBound)..<(count - part.lowerBound) : part
        (self.bases, self.qualities) = (bases, qualities)
        guard let first = part.first(where: { !places[$0].isInserted }),
            let last = part.last(where: { !places[$0].isInserted }), let start = places[first].position
        else { return nil }
        var operations = AlignedOperations(start: Int(start), clip: first)
        for index in first...last {
            guard let position = places[index].position else { continue }
            operations.append(isInserted: places[index].isInserted, at: Int(position))
        }
        operations.leftAlign(bases: bases, in: window)
        range = Int(start)..<operations.end
        editDistance = operations.editDistance(bases: bases, in: window)
        cigar = operations.cigar(clippedAtEnd: count - 1 - last)
    }
}
