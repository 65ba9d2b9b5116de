/// Writes the hits of a template's reads as SAM records.
struct MappedTemplate {
    let queries: [MapperQuery]
    let hits: [[MapperHit]]
    let contigs: [Contig]

    /// The records of each read: its primary one, then its supplementary ones.
    func records() -> [BAMRecord] { queries.indices.flatMap(records(of:)) }

    private func primary(_ read: Int) -> MapperHit? { hits[read].first { $0.isPrimary } }

    private func records(of read: Int) -> [BAMRecord] {
        guard let primary = primary(read) else { return [unmapped(read)] }
        let ordered = [primary] + hits[read].filter { !$0.isPrimary }
        let places = ordered.count > 1 ? ordered.map { place($0, read) } : []
        return ordered.indices.map { index in
            var others = places
            if !others.isEmpty { others.remove(at: index) }
            return mapped(read, ordered[index], others: others)
        }
    }

    private func mapped(_ read: Int, _ hit: MapperHit, others: [String]) -> BAMRecord {
        let query = queries[read]
        let (left, right) = clips(hit, query.sequence.count)
        let kind: CigarOperation.Kind = hit.isPrimary ? .softClip : .hardClip
        var words = hit.cigar
        if left > 0 { words.insert(CigarOperation(kind, UInt32(left)).packed, at: 0) }
        if right > 0 { words.append(CigarOperation(kind, UInt32(right)).packed) }

        var sequence = hit.isReverse ? MapperQuery.reverseComplement(query.sequence) : query.sequence
        var qualities = hit.isReverse ? query.qualities.reversed() : query.qualities
        if !hit.isPrimary {
            sequence = Array(sequence[left..<(sequence.count - right)])
            if !qualities.isEmpty { qualities = Array(qualities[left..<(qualities.count - right)]) }
        }

        var flags = commonFlags(read)
        if hit.isReverse { flags.insert(.reverse) }
        if !hit.isPrimary { flags.insert(.supplementary) }
        if queries.count == 2, hit.isProperPair { flags.insert(.properPair) }

        var tags = query.tags
        tags.append("NM", int: hit.editDistance)
        tags.append("AS", int: hit.score)
        appendMateTags(read, to: &tags)
        if !others.isEmpty { tags.append("SA", string: others.joined()) }

        let cigar = words.map { CigarOperation(packed: $0) }
        let mate = mate(read)
        return BAMRecord(
            name: query.nameBytes, flags: flags, referenceID: Int32(hit.contig), position: Int32(hit.range.lowerBound),
            mappingQuality: hit.mappingQuality, cigar: cigar, mateReferenceID: mate.contig, matePosition: mate.position,
            templateLength: templateLength(read), sequence: sequence, qualities: qualities, tags: tags.bytes)
    }

    /// A read without a place of its own takes its mate's, so that sorting keeps the two together (SAM § 2).
    private func unmapped(_ read: Int) -> BAMRecord {
        let query = queries[read]
        let mate = mate(read)
        var tags = query.tags
        appendMateTags(read, to: &tags)
        return BAMRecord(
            name: query.nameBytes, flags: commonFlags(read).union(.unmapped), referenceID: mate.contig,
            position: mate.position, mateReferenceID: mate.contig, matePosition: mate.position,
            sequence: query.sequence, qualities: query.qualities, tags: tags.bytes)
    }

    private func commonFlags(_ read: Int) -> BAMRecord.Flags {
        var flags: BAMRecord.Flags = queries[read].isQualityFailed ? [.qualityFailed] : []
        guard queries.count == 2 else { return flags }
        flags.formUnion([.paired, read == 0 ? .firstInPair : .secondInPair])
        if let mate = primary(1 - read) {
            if mate.isReverse { flags.insert(.mateReverse) }
        } else {
            flags.insert(.mateUnmapped)
        }
        return flags
    }

    /// RNEXT and PNEXT; an unmapped mate lies where its own mate, this read, does.
    private func mate(_ read: Int) -> (contig: Int32, position: Int32) {
        guard queries.count == 2, let place = primary(1 - read) ?? primary(read) else { return (-1, -1) }
        return (Int32(place.contig), Int32(place.range.lowerBound))
    }

    private func appendMateTags(_ read: Int, to tags: inout BAMTags) {
        guard queries.count == 2 else { return }
        if let mate = primary(1 - read) {
            tags.append("MC", string: cigarText(mate, queries[1 - read].sequence.count))
            tags.append("MQ", int: Int(mate.mappingQuality))
        }
        tags.append("ms", int: queries[1 - read].mateScore)
    }

    /// TLEN from 5' end to 5' end, as `samtools fixmate` counts it.
    private func templateLength(_ read: Int) -> Int32 {
        guard queries.count == 2, let own = primary(read), let mate = primary(1 - read), own.contig == mate.contig
        else {
            return 0
        }
        func fivePrime(_ hit: MapperHit) -> Int { hit.isReverse ? hit.range.upperBound : hit.range.lowerBound }
        return Int32(fivePrime(mate) - fivePrime(own))
    }

    /// The unaligned bases before and after the alignment, along the contig.
    private func clips(_ hit: MapperHit, _ length: Int) -> (left: Int, right: Int) {
        let (head, tail) = (hit.query.lowerBound, length - hit.query.upperBound)
        return hit.isReverse ? (tail, head) : (head, tail)
    }

    private func cigarText(_ hit: MapperHit, _ length: Int) -> String {
        let (left, right) = clips(hit, length)
        let letters = Array("MIDNSHP=X")
        let aligned = hit.cigar.map { "\($0 >> 4)\(letters[Int($0 & 15)])" }.joined()
        return (left > 0 ? "\(left)S" : "") + aligned + (right > 0 ? "\(right)S" : "")
    }

    /// An entry of the `SA` tag (SAM optional fields specification).
    private func place(_ hit: MapperHit, _ read: Int) -> String {
        let strand = hit.isReverse ? "-" : "+"
        let cigar = cigarText(hit, queries[read].sequence.count)
        return "\(contigs[hit.contig].name),\(hit.range.lowerBound + 1),\(strand),\(cigar),\(hit.mappingQuality),"
            + "\(hit.editDistance);"
    }
}
