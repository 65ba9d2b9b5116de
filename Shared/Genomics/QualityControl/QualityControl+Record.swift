extension QualityControl {
    /// Counts one record; works on its bytes in place, for it sees every base of a sample.
    mutating func count(_ record: BAMRecord) {
        record.bytes.withUnsafeBytes { count(RecordLayout($0)) }
    }

    private mutating func count(_ record: RecordLayout) {
        let isMateElsewhere = record.referenceID != record.mateReferenceID
        flags.count(record.flags, mappingQuality: record.mappingQuality, isMateElsewhere: isMateElsewhere)
        if record.flags.contains(.secondary) {
            sums.secondary += 1
            return
        }
        if record.flags.contains(.supplementary) { sums.supplementary += 1 }
        let length = record.sequenceLength
        guard length > 0 else { return }
        if record.flags.contains(.duplicate) {
            sums.duplicates += 1
            sums.basesDuplicated += length
        }
        let alignment = record.alignment
        let whole = length + alignment.hardClipped
        sums.longest = max(sums.longest, whole)
        switch record.segment {
        case .first: first.longest = max(first.longest, whole)
        case .last: last.longest = max(last.longest, whole)
        case .neither: break
        }
        if !record.flags.contains(.supplementary) {
            countPrimary(record, whole: whole)
            countQualities(record, whole: whole)
        }
        guard !record.flags.contains(.unmapped) else { return }
        sums.basesAligned += alignment.aligned
        if let mismatches = record.editDistance {
            sums.mismatches += mismatches
            sums.basesWithMismatches += alignment.aligned
        }
    }

    private mutating func countPrimary(_ record: RecordLayout, whole: Int) {
        let (flags, length) = (record.flags, record.sequenceLength)
        sums.reads += 1
        sums.bases += length
        lengths.add(whole)
        if flags.contains(.qualityFailed) { sums.qualityFailed += 1 }
        if flags.contains(.paired) { sums.paired += 1 }
        guard !flags.contains(.unmapped) else { return }
        sums.mapped += 1
        sums.basesMapped += length
        if record.mappingQuality == 0 { sums.mappingQualityZero += 1 }
        guard flags.contains(.paired), !flags.contains(.mateUnmapped) else { return }
        sums.mappedPairs += 1
        if flags.contains(.properPair) { sums.properlyPaired += 1 }
        let isMateElsewhere = record.referenceID != record.mateReferenceID
        if isMateElsewhere { sums.mateElsewhere += 1 }
        if record.templateLength != 0 || !isMateElsewhere {
            insertSizes.count(
                record.templateLength, flags: flags, offset: Int(record.matePosition) - Int(record.position))
        }
    }

    private mutating func countQualities(_ record: RecordLayout, whole: Int) {
        let known: Int?
        switch record.segment {
        case .first: known = first.count(record, whole: whole)
        case .last: known = last.count(record, whole: whole)
        case .neither: return
        }
        if let known { sums.qualitySum += known } else { sums.basesWithoutQuality += record.sequenceLength }
    }
}
