import Foundation

/// The lines of a compressed or plain text file, with as much look-ahead as a FASTQ record needs, in one reused buffer.
///
/// Offsets are relative to ``start``, the first byte not consumed, so that they survive a refill.
struct FASTQLines: ~Copyable {
    /// A line without its end (`\n` or `\r\n`), where the next begins, and whether a line feed closed it.
    struct Line {
        let range: Range<Int>
        let next: Int
        let isClosed: Bool
    }

    /// What a look for a line finds.
    enum Search {
        case line(Line)
        case end
        case tooLong
    }

    /// No instrument makes reads this long; what is longer is not FASTQ.
    static let longestRecord = 64 << 20

    let input: CompressedInput
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 18
    private var begin = 0
    private var end = 0
    /// Decompressed bytes of the file that are consumed.
    private(set) var offset: Int64 = 0

    init(_ input: CompressedInput) {
        self.input = input
        buffer = .allocate(capacity: capacity)
    }

    deinit { buffer.deallocate() }

    /// The bytes not consumed that are in the buffer; invalid after the next call.
    var start: UnsafePointer<UInt8> { UnsafePointer(buffer + begin) }
    /// How many there are.
    var count: Int { end - begin }

    /// The line that begins at an offset.
    mutating func line(at offset: Int) -> Search {
        var searched = offset
        while true {
            if searched < count, let found = memchr(buffer + begin + searched, 0x0a, count - searched) {
                let feed = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start
                let hasReturn = feed > offset && start[feed - 1] == 0x0d
                return .line(Line(range: offset..<(hasReturn ? feed - 1 : feed), next: feed + 1, isClosed: true))
            }
            searched = count
            if count > Self.longestRecord { return .tooLong }
            if !refill() {
                if offset >= count { return .end }
                let hasReturn = start[count - 1] == 0x0d
                return .line(Line(range: offset..<(hasReturn ? count - 1 : count), next: count, isClosed: false))
            }
        }
    }

    /// Moves past bytes.
    mutating func consume(_ count: Int) {
        begin += count
        offset += Int64(count)
    }

    /// Goes on at a place; what is before it is inflated where it must be, and not looked at.
    ///
    /// Returns false where the file ends before it.
    mutating func resume(at place: ReadPosition.Place) -> Bool {
        if let reached = input.seek(to: place) { (begin, end, offset) = (0, 0, reached) }
        while offset < place.offset {
            if count == 0, !refill() { return false }
            consume(min(count, Int(place.offset - offset)))
        }
        return offset == place.offset
    }

    /// The bytes of a range, copied.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        Array(UnsafeBufferPointer(start: start + range.lowerBound, count: range.count))
    }

    /// Moves past the rest of a line that does not fit the buffer.
    mutating func consumeOverlongLine() {
        while true {
            if let found = memchr(buffer + begin, 0x0a, count) {
                consume(UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start + 1)
                return
            }
            consume(count)
            if !refill() { return }
        }
    }

    private mutating func refill() -> Bool {
        guard let block = input.next(), let bytes = block.baseAddress else { return false }
        if begin > 0 {
            memmove(buffer, buffer + begin, count)
            end -= begin
            begin = 0
        }
        if end + block.count > capacity {
            capacity = max(2 * capacity, end + block.count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: buffer, count: end)
            buffer.deallocate()
            buffer = larger
        }
        memcpy(buffer + end, bytes, block.count)
        end += block.count
        return true
    }
}
