import Genomics

extension PileupWindow {
    // BAM's nibbles to cells: A, C, G and T are single bits.
    fileprivate static let cells: [UInt8] = {
        var table = [UInt8](repeating: Cell.unknown, count: 16)
        for (code, nibble) in [1, 2, 4, 8].enumerated() { table[nibble] = UInt8(code) }
        return table
    }()

    /// Lays a read out as a row.
    mutating func append(_ record: BAMRecord, index number: Int) {
        rows.append(row(record, index: number, as: rows.count, placement: nil))
    }

    /// Lays a row out anew, as it was realigned.
    mutating func replace(_ index: Int, _ record: BAMRecord, _ placement: Placement) {
        placements[index] = placement
        rows[index] = row(record, index: rows[index].record, as: index, placement: placement)
    }

    private mutating func row(
        _ record: BAMRecord, index number: Int, as rowNumber: Int, placement: Placement?
    ) -> Row {
        var cigar = placement?.cigar ?? record.cigar
        let aligned = placement?.range ?? record.referenceRange
        if cigar.contains(where: { $0.kind == .insertion || $0.kind == .deletion }) {
            cigar = NeighbouringEvents.join(cigar, position: aligned.lowerBound, reference: reference) {
                record.base($0)
            }
            cigar = LeftAlignment.align(cigar, position: aligned.lowerBound, reference: reference) { record.base($0) }
            if splitsInsertions {
                cigar = InterruptedRepeat.split(cigar, position: aligned.lowerBound, reference: reference) {
                    record.base($0)
                }
                cigar = LeftAlignment.align(cigar, position: aligned.lowerBound, reference: reference) {
                    record.base($0)
                }
            }
        }
        let rowRange = aligned.clamped(to: range)
        let firstCell = bases.count
        let firstIndel = indels.count
        bases.append(contentsOf: repeatElement(Cell.absent, count: rowRange.count))
        qualities.append(contentsOf: repeatElement(0, count: rowRange.count))

        let bytes = record.bytes
        let sequenceOffset = BAMRecord.fixedLength + Int(bytes[8]) + 4 * record.cigarCount
        let qualityOffset = sequenceOffset + (record.sequenceLength + 1) / 2
        // A record without qualities says nothing of them; Q20 lets its bases count.
        func quality(_ place: Int) -> UInt8 {
            let quality = bytes[qualityOffset + place]
            return quality == 255 ? 20 : quality
        }
        let codes = Self.cells
        var position = aligned.lowerBound
        var readIndex = 0
        for (index, operation) in cigar.enumerated() {
            let length = Int(operation.length)
            let covered = (position..<(position + length)).clamped(to: rowRange)
            let first = firstCell + covered.lowerBound - rowRange.lowerBound
            let cells = first..<(first + covered.count)
            switch operation.kind {
            case .match, .equal, .difference:
                var read = readIndex + covered.lowerBound - position
                for cell in cells {
                    let pair = bytes[sequenceOffset + read >> 1]
                    bases[cell] = codes[Int(read & 1 == 0 ? pair >> 4 : pair & 15)]
                    qualities[cell] = quality(read)
                    read += 1
                }
            case .deletion:
                let left = readIndex > 0 ? quality(readIndex - 1) : 0
                let right = readIndex < record.sequenceLength ? quality(readIndex) : left
                for cell in cells {
                    bases[cell] = Cell.deletion
                    qualities[cell] = min(left, right)
                }
                // With an insertion behind it, it is a replacement, which that case notes.
                if length > 0, rowRange.contains(position - 1), !NeighbouringEvents.isReplacement(cigar, at: index) {
                    indels.append(Indel(row: rowNumber, anchor: position - 1, deleted: length, inserted: 0..<0))
                }
            case .insertion:
                let isReplacement = index > 0 && NeighbouringEvents.isReplacement(cigar, at: index - 1)
                let deleted = isReplacement ? Int(cigar[index - 1].length) : 0
                if isReplacement {
                    // The last of the deleted positions, as many as there are inserted bases, are shown as the reference.
                    let shown = (max(position - deleted, position - length)..<position).clamped(to: rowRange)
                    for place in shown {
                        let cell = firstCell + place - rowRange.lowerBound
                        bases[cell] = Nucleotide.code(ofASCII: reference[place]) ?? Cell.unknown
                        qualities[cell] = quality(readIndex + length - (position - place))
                    }
                }
                if length > 0, rowRange.contains(position - deleted - 1) {
                    let begin = inserted.count
                    for read in readIndex..<(readIndex + length) { inserted.append(record.base(read)) }
                    indels.append(
                        Indel(
                            row: rowNumber, anchor: position - deleted - 1, deleted: deleted,
                            inserted: begin..<inserted.count))
                }
            case .skip, .softClip, .hardClip, .padding:
                break
            }
            if operation.kind.consumesReference { position += length }
            if operation.kind.consumesRead { readIndex += length }
        }
        return Row(
            record: number, range: rowRange, firstCell: firstCell, aligned: aligned,
            indels: firstIndel..<indels.count, mappingQuality: record.mappingQuality,
            isReverse: record.flags.contains(.reverse), isFirstInPair: record.flags.contains(.firstInPair),
            isClippedLeft: cigar.first.map { $0.kind == .softClip || $0.kind == .hardClip } ?? false,
            isClippedRight: cigar.last.map { $0.kind == .softClip || $0.kind == .hardClip } ?? false,
            nameHash: DepthCap.hash(record.name), technology: GapCosts.Technology(record))
    }
}
