import CHTSlib
import Foundation

/// The index of a compressed VCF file, made while its records are written, so that nobody has to read them again.
final class VCFLineIndex {
    private let index: OpaquePointer
    private let format: Int32
    private var contig: [UInt8] = []
    /// The contig's number in the index, and how many there are.
    private var name: Int32 = -1
    private var count: Int32 = 0
    private var seen: Set<[UInt8]> = []

    /// Begins the index of records that begin at a virtual offset; `isWide` makes it a CSI, which has room for contigs beyond ``VCFIndex/tabixLimit``.
    init?(from offset: UInt64, isWide: Bool) {
        format = isWide ? HTS_FMT_CSI : HTS_FMT_TBI
        guard let index = hts_idx_init(0, format, offset, VCFIndex.shift, isWide ? 6 : 5) else { return nil }
        self.index = index
        // What tabix says of a VCF: its kind, the columns of contig, start and end, the comment's letter, lines to skip, no names yet.
        let words: [Int32] = [2, 1, 2, 0, 0x23, 0, 0]
        var meta = words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) }
        guard hts_idx_set_meta(index, UInt32(meta.count), &meta, 1) == 0 else {
            hts_idx_destroy(index)
            return nil
        }
    }

    deinit { hts_idx_destroy(index) }

    /// Adds a record that ends at a virtual offset; false where it does not come behind the one before it, or has no place.
    func add(_ line: [UInt8], upTo offset: UInt64) -> Bool {
        guard let place = Self.place(of: line) else { return false }
        if !line[..<place.contigEnd].elementsEqual(contig) {
            contig = Array(line[..<place.contigEnd])
            guard seen.insert(contig).inserted else { return false }
            name = hts_idx_tbi_name(index, count, String(decoding: contig, as: UTF8.self))
            count += 1
        }
        return name >= 0 && hts_idx_push(index, name, place.start, place.end, offset, 1) >= 0
    }

    /// Writes the index of a file whose records end at a virtual offset; false where that fails.
    func write(to path: String, end offset: UInt64) -> Bool {
        hts_idx_finish(index, offset) >= 0 && hts_idx_save_as(index, nil, path, format) >= 0
    }

    /// Where a record's contig ends in the line, and where it lies: 0-based from POS to the end of REF, or of INFO's END; nil for no record.
    private static func place(of line: [UInt8]) -> (contigEnd: Int, start: hts_pos_t, end: hts_pos_t)? {
        line.withUnsafeBufferPointer { line in
            var tabs = InlineArray<8, Int>(repeating: line.count)
            var count = 0
            var from = 0
            guard let base = line.baseAddress else { return nil }
            while count < 8, let found = memchr(base + from, 0x09, line.count - from) {
                tabs[count] = UnsafeRawPointer(base).distance(to: found)
                from = tabs[count] + 1
                count += 1
            }
            guard count >= 7 else { return nil }
            var position = 0
            for byte in line[(tabs[0] + 1)..<tabs[1]] {
                guard (0x30...0x39).contains(byte), position < 1 << 40 else { return nil }
                position = position * 10 + Int(byte - 0x30)
            }
            let start = max(0, position - 1)
            var end = start + tabs[3] - tabs[2] - 1
            let info = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(line)[tabs[6]..<tabs[7]])
            if let stated = Self.end(in: info), stated > start { end = stated }
            return (tabs[0], hts_pos_t(start), hts_pos_t(end))
        }
    }

    /// The number behind `END=` in INFO, which comes with the tab in front of it.
    private static func end(in info: UnsafeRawBufferPointer) -> Int? {
        guard let base = info.baseAddress else { return nil }
        var from = 0
        while from < info.count, let found = memchr(base + from, 0x3d, info.count - from) {
            let place = base.distance(to: found) - 3
            from = place + 4
            guard place > 0, info[place..<(place + 3)].elementsEqual("END".utf8),
                info[place - 1] == 0x09 || info[place - 1] == UInt8(ascii: ";")
            else { continue }
            var value = 0
            for byte in info[from...] {
                guard (0x30...0x39).contains(byte), value < 1 << 40 else { break }
                value = value * 10 + Int(byte - 0x30)
            }
            return value > 0 ? value : nil
        }
        return nil
    }
}
