import Genomics

/// A sequence that names are told along, on the genome: a contig, or a transcript of one.
struct SequenceFrame {
    let contig: Contig
    let transcript: Transcript?
    let kind: HGVSVariant.Kind

    private var isReverse: Bool { transcript?.isReverse ?? false }

    /// The 0-based genomic base of a position.
    func genomic(_ position: HGVSPosition) throws(HGVSError) -> Int {
        guard let number = position.number, case .exactly(let offset) = position.offset else {
            throw HGVSError(.inexact, "position \(position) is not exact")
        }
        guard let transcript else {
            guard number >= 1, number <= contig.length else {
                throw HGVSError(
                    .outside, "position \(position) is not within the \(contig.length) bases of \(contig.name)")
            }
            return number - 1
        }
        var place: TranscriptPosition?
        // r. counts as c. does on a transcript that is translated.
        if kind == .noncoding || !transcript.isCoding {
            place = TranscriptPosition(base: number > 0 ? number - 1 : number, offset: offset)
        } else {
            place = transcript.position(
                of: CodingPosition(base: number, offset: offset, isPastStop: position.anchor == .stop))
        }
        guard let place else {
            throw HGVSError(
                .outside,
                "position \(position) lies behind the \(transcript.codingLength) translated bases of \(transcript.id); those are told with *"
            )
        }
        guard place.base >= 0, place.base < transcript.length else {
            throw HGVSError(
                .outside, "position \(position) lies outside \(transcript.id), which has \(transcript.length) bases")
        }
        guard let genomic = transcript.genomicPosition(of: place), genomic >= 0, genomic < contig.length else {
            throw HGVSError(
                .outside,
                "position \(position) is no base of an intron of \(transcript.id): it is not at the end of an exon, or the intron is shorter"
            )
        }
        return genomic
    }

    /// The genomic stretch of a location.
    func genomic(_ location: HGVSLocation) throws(HGVSError) -> Range<Int> {
        guard let (first, last) = location.exact else {
            throw HGVSError(.inexact, "the positions \(location) are not exact")
        }
        let one = try genomic(first)
        let other = first == last ? one : try genomic(last)
        guard isReverse ? other <= one : one <= other else {
            throw HGVSError(.contradiction, "\(location): the first position lies behind the last")
        }
        let range = min(one, other)..<(max(one, other) + 1)
        guard range.count <= VariantMapper.longest else {
            throw HGVSError(
                .inexact, "\(location) are \(range.count) bases, too many for a change that is told by its bases")
        }
        return range
    }

    /// The bases of a genomic stretch along the frame's strand.
    func bases(_ range: Range<Int>, _ reference: ReferenceGenome) throws -> [UInt8] {
        let bases = try reference.window(contig.name, range).bases
        return isReverse ? Transcript.reverseComplement(bases) : bases
    }

    /// Where a change is on the genome; `frames` gives the frame of another sequence that it inserts from.
    func placement(
        of change: HGVSNucleotideChange, reference: ReferenceGenome,
        frames: (HGVSReference?, HGVSVariant.Kind?) throws -> SequenceFrame
    ) throws -> VariantMapper.Placement {
        let location = change.location
        let covered = try genomic(location)
        let old = try bases(covered, reference)
        func check(_ stated: HGVSEdit.Stated) throws(HGVSError) {
            switch stated {
            case .nothing: return
            case .bases(let text):
                let bases = Self.dna(text)
                guard bases.count == old.count else {
                    throw HGVSError(
                        .referenceMismatch,
                        "\(location) are \(old.count) bases of the genome, and \(bases.count) are stated")
                }
                guard zip(bases, old).allSatisfy(Self.matches) else {
                    throw HGVSError(
                        .referenceMismatch,
                        "\(location) is \(Self.shortened(old)) in the reference, and the name states \(Self.shortened(bases))"
                    )
                }
            case .length(let length):
                guard length == old.count else {
                    throw HGVSError(
                        .referenceMismatch, "\(location) are \(old.count) bases of the genome, and \(length) are stated"
                    )
                }
            }
        }
        func replaced(_ range: Range<Int>, by new: [UInt8]) throws -> VariantMapper.Placement {
            let edit = MinimalEdit(
                contig: contig.name, range: range, removed: try reference.window(contig.name, range).bases,
                inserted: isReverse ? Transcript.reverseComplement(new) : new)
            return VariantMapper.Placement(edit: edit, covered: range.isEmpty ? covered : range, transcript: transcript)
        }
        func literal(_ parts: [HGVSInsert]) throws -> [UInt8] {
            var bases: [UInt8] = []
            for part in parts {
                if case .place(let name, let kind, let location, let isInverted) = part {
                    let frame = try frames(name, kind)
                    let copied = try frame.bases(try frame.genomic(location), reference)
                    bases += isInverted ? Transcript.reverseComplement(copied) : copied
                } else if let text = HGVSInsert.bases([part], limit: VariantMapper.longest) {
                    bases += Self.dna(text)
                } else {
                    throw HGVSError(.inexact, "the inserted bases \(part) are not given")
                }
                guard bases.count <= VariantMapper.longest else {
                    throw HGVSError(.inexact, "more than \(VariantMapper.longest) bases are inserted")
                }
            }
            guard bases.allSatisfy(Nucleotide.isBase) else {
                throw HGVSError(.inexact, "the inserted bases \(Self.shortened(bases)) are not all A, C, G or T")
            }
            return bases
        }
        /// Directly behind the location, along the strand.
        let behind = isReverse ? covered.lowerBound..<covered.lowerBound : covered.upperBound..<covered.upperBound
        switch change.edit {
        case .substitution(let from, let to):
            try check(.bases(from))
            return try replaced(covered, by: try literal([.bases(to)]))
        case .deletion(let stated):
            try check(stated)
            return try replaced(covered, by: [])
        case .duplication(let stated):
            try check(stated)
            return try replaced(behind, by: old)
        case .insertion(let parts):
            guard covered.count == 2 else {
                throw HGVSError(
                    .inexact,
                    "\(location) are no neighbors on the genome but parted by an intron; say on which side of it the insertion lies"
                )
            }
            let between = covered.lowerBound + 1
            return try replaced(between..<between, by: try literal(parts))
        case .replacement(let stated, let parts):
            try check(stated)
            return try replaced(covered, by: try literal(parts))
        case .conversion(let part): return try replaced(covered, by: try literal([part]))
        case .inversion(let stated):
            try check(stated)
            return try replaced(covered, by: Transcript.reverseComplement(old))
        case .identity(let stated):
            try check(stated)
            return try replaced(covered, by: old)
        case .copies(let count):
            guard count > 0 else { return try replaced(covered, by: []) }
            guard (count - 1).multipliedReportingOverflow(by: old.count).overflow == false,
                (count - 1) * old.count <= VariantMapper.longest
            else { throw HGVSError(.inexact, "\(count) copies are too many to write out") }
            return try replaced(behind, by: Array(repeatElement(old, count: count - 1).joined()))
        case .repeats(let repeats):
            return try repeated(repeats, covered: covered, location, reference: reference, replaced: replaced)
        }
    }

    /// Repeats: the tract that begins at the location is replaced by so many units.
    private func repeated(
        _ repeats: [HGVSEdit.Repeat], covered: Range<Int>, _ location: HGVSLocation, reference: ReferenceGenome,
        replaced: (Range<Int>, [UInt8]) throws -> VariantMapper.Placement
    ) throws -> VariantMapper.Placement {
        var new: [UInt8] = []
        for item in repeats {
            guard case .exactly(let count) = item.count else {
                throw HGVSError(.inexact, "the number of repeats \(item.count) is not exact")
            }
            let unit = try item.unit.map(Self.dna) ?? bases(covered, reference)
            guard count <= (VariantMapper.longest - new.count) / unit.count else {
                throw HGVSError(.inexact, "\(count) repeats are too many to write out")
            }
            for _ in 0..<count { new += unit }
        }
        let unit = try repeats[0].unit.map(Self.dna) ?? bases(covered, reference)
        var tract = covered
        if repeats.count == 1, location.end == nil || repeats[0].unit == nil {
            // The location is the first unit, or its first base; the tract goes on as long as units follow.
            var length = 0
            var scanner = BaseScanner(contig: contig.name, isForward: !isReverse) {
                (name, range) throws(GenomicsError) in try reference.window(name, range)
            }
            while length < VariantMapper.longest {
                let place = isReverse ? covered.upperBound - 1 - length : covered.lowerBound + length
                let base = try scanner.base(at: place)
                guard (isReverse ? Transcript.complement(base) : base) == unit[length % unit.count] else { break }
                length += 1
            }
            length -= length % unit.count
            tract =
                isReverse
                ? (covered.upperBound - length)..<covered.upperBound
                : covered.lowerBound..<(covered.lowerBound + length)
        }
        let old = try bases(tract, reference)
        guard !old.isEmpty, repeats.count > 1 || old.count % unit.count == 0,
            repeats.count > 1 || old.indices.allSatisfy({ old[$0] == unit[$0 % unit.count] })
        else {
            throw HGVSError(
                .referenceMismatch, "no \(Self.shortened(unit)) is repeated at \(location) of the reference")
        }
        return try replaced(tract, new)
    }

    /// Bases of DNA, upper-case ASCII, of a name's letters.
    private static func dna(_ text: String) -> [UInt8] {
        text.utf8.map { $0 & 0xdf == UInt8(ascii: "U") ? UInt8(ascii: "T") : $0 & 0xdf }
    }

    /// Whether a stated base can be the reference's; an unknown base of either can be any.
    private static func matches(_ stated: UInt8, _ base: UInt8) -> Bool {
        stated == base || !Nucleotide.isBase(base) || stated == UInt8(ascii: "N")
    }

    private static func shortened(_ bases: [UInt8]) -> String {
        let text = String(decoding: bases.prefix(24), as: UTF8.self)
        return bases.count > 24 ? "\(text)… (\(bases.count) bases)" : text
    }
}
