import CHTSlib
import Foundation

/// Whether the indexes beside a FASTA file are those of the file as it is now.
///
/// An index that is older than its file, or whose offsets do not stand between a contig's header line and the next one,
/// gives bases of other places.
enum FASTAIndexCheck {
    /// A header line is shorter.
    private static let longestHeader = 1 << 16

    /// Whether `.fai`, and for BGZF `.gzi`, are there, readable, not older than the file, and fit it.
    static func isCurrent(_ path: String, isBlocked: Bool) -> Bool {
        guard let file = FileStamp(path: path) else { return false }
        for suffix in isBlocked ? [".fai", ".gzi"] : [".fai"] {
            guard let index = FileStamp(path: path + suffix), index.modified >= file.modified,
                access(path + suffix, R_OK) == 0
            else { return false }
        }
        guard let text = try? String(contentsOfFile: path + ".fai", encoding: .utf8),
            let entries = entries(of: text), !entries.isEmpty, let handle = bgzf_open(path, "r")
        else { return false }
        defer { bgzf_close(handle) }
        if isBlocked, bgzf_index_load(handle, path, ".gzi") != 0 { return false }
        return fits(entries, handle)
    }

    /// Whether every contig of an index that has bases has lines of some; htslib divides by their number.
    static func hasLines(_ path: String) -> Bool {
        guard let index = try? FileHandle(forReadingFrom: URL(filePath: path + ".fai")) else { return false }
        defer { try? index.close() }
        guard let text = try? index.readToEnd() else { return false }
        return text.split(separator: 0x0a).allSatisfy { line in
            let columns = line.split(separator: 0x09, omittingEmptySubsequences: false).suffix(4)
            let numbers = columns.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            return numbers.count == 4 && (numbers[0] == 0 || numbers[2] > 0)
        }
    }

    /// One line of a `.fai`.
    private struct Entry {
        let name: Substring
        let length: Int
        let offset: Int
        let lineBases: Int
        let lineBytes: Int

        /// Where the last base ends.
        var end: Int {
            guard length > 0 else { return offset }
            return offset + (length - 1) / lineBases * lineBytes + (length - 1) % lineBases + 1
        }
    }

    private static func entries(of text: String) -> [Entry]? {
        var entries: [Entry] = []
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            let numbers = columns.dropFirst().compactMap { Int($0) }
            guard columns.count == 5, numbers.count == 4, numbers.allSatisfy({ $0 >= 0 && $0 < 1 << 50 }),
                numbers[0] == 0 || (numbers[2] > 0 && numbers[3] > numbers[2])
            else { return nil }
            entries.append(
                Entry(
                    name: columns[0], length: numbers[0], offset: numbers[1], lineBases: numbers[2],
                    lineBytes: numbers[3]))
        }
        return entries
    }

    /// Whether there is one header line, and nothing else, before each contig, and nothing behind the last.
    private static func fits(_ entries: [Entry], _ handle: UnsafeMutablePointer<BGZF>) -> Bool {
        var end = 0
        for entry in entries {
            let gap = entry.offset - end
            guard gap > 1, gap <= longestHeader, let bytes = bytes(handle, at: end, gap), bytes.count == gap else {
                return false
            }
            let header = bytes.drop(while: isBlank)
            guard header.first == UInt8(ascii: ">"), header.last == 0x0a, header.dropLast().allSatisfy({ $0 != 0x0a })
            else { return false }
            let name = header.dropFirst().prefix { !isBlank($0) }
            guard name.elementsEqual(entry.name.utf8), bytes.count == header.count || end > 0 else { return false }
            // A contig ends with its line.
            guard end == 0 || isBlank(bytes[0]) else { return false }
            end = entry.end
        }
        return bytes(handle, at: end, longestHeader)?.allSatisfy(isBlank) == true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d || byte == 0x20 || byte == 0x09 }

    private static func bytes(_ handle: UnsafeMutablePointer<BGZF>, at offset: Int, _ count: Int) -> [UInt8]? {
        guard bgzf_useek(handle, off_t(offset), SEEK_SET) == 0 else { return nil }
        var status = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { out, filled in
            status = bgzf_read(handle, out.baseAddress, count)
            filled = max(0, status)
        }
        return status < 0 ? nil : bytes
    }
}
