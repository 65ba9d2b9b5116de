import CHTSlib

extension BAMRecord {
    /// Takes the record that htslib parsed; nil when it does not fit BAM's binary form.
    static func converting(_ source: UnsafePointer<bam1_t>) -> BAMRecord? {
        let core = source.pointee.core
        guard let data = source.pointee.data, core.pos < Int64(Int32.max), core.mpos < Int64(Int32.max),
            Int64(Int32(truncatingIfNeeded: core.isize)) == core.isize
        else { return nil }
        let raw = UnsafeBufferPointer(start: data, count: Int(source.pointee.l_data))
        let nameLength = Int(core.l_qname) - Int(core.l_extranul)
        let cigarCount = Int(core.n_cigar)
        let cigarStart = Int(core.l_qname)
        let sequenceStart = cigarStart + 4 * cigarCount
        let tagStart = sequenceStart + (Int(core.l_qseq) + 1) / 2 + Int(core.l_qseq)
        let isLong = cigarCount > 0xffff
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fixedLength + raw.count)
        func put<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        put(core.tid)
        put(Int32(core.pos))
        put(UInt8(nameLength))
        put(core.qual)
        put(core.bin)
        put(UInt16(isLong ? 2 : cigarCount))
        put(core.flag)
        put(core.l_qseq)
        put(core.mtid)
        put(Int32(core.mpos))
        put(Int32(core.isize))
        bytes.append(contentsOf: raw[..<nameLength])
        if isLong {
            let words = (0..<cigarCount).map { index in
                UnsafeRawPointer(data).loadUnaligned(fromByteOffset: cigarStart + 4 * index, as: UInt32.self)
            }
            let (placeholder, tag) = LongCigar.stored(words, readLength: Int(core.l_qseq))
            placeholder.forEach { put($0.packed) }
            bytes.append(contentsOf: raw[sequenceStart...])
            bytes.append(contentsOf: tag)
        } else {
            bytes.append(contentsOf: raw[cigarStart...])
        }
        precondition(tagStart <= raw.count, "htslib keeps its lengths consistent")
        return try? BAMRecord(validating: bytes)
    }
}

/// CIGARs of more than 65,535 operations, which BAM keeps in the tag `CG` (SAM specification, § 4.2.2).
enum LongCigar {
    /// What stands in the record instead (`<read length>S<reference length>N`), and the binary tag.
    static func stored(_ words: [UInt32], readLength: Int) -> (placeholder: [CigarOperation], tag: [UInt8]) {
        let span = words.reduce(0 as UInt32) { sum, word in
            let isOnReference = CigarOperation.Kind(rawValue: UInt8(word & 15))?.consumesReference == true
            return isOnReference ? sum &+ word >> 4 : sum
        }
        var tag = BAMTags()
        tag.append("CG", words: words)
        return ([CigarOperation(.softClip, UInt32(readLength)), CigarOperation(.skip, span)], tag.bytes)
    }
}
