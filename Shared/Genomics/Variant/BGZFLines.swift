import CHTSlib
import Foundation

/// The lines of a text file, plain, gzip or bgzf, one at a time; reading blocks.
public struct BGZFLines: ~Copyable {
    private let handle: UnsafeMutablePointer<BGZF>
    private let path: String
    private var buffer = kstring_t()
    /// The number of the last line, counted from 1.
    public private(set) var number = 0

    /// The file's size; nil for a pipe.
    public let totalBytes: Int64?

    /// Opens a file.
    public init(path: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        errno = 0
        guard let handle = bgzf_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        self.handle = handle
        self.path = path
        totalBytes = CompressedInput.size(of: path)
    }

    /// The text of a small file, a line feed behind each line.
    public static func text(path: String) throws(GenomicsError) -> String {
        var lines = try BGZFLines(path: path)
        var text: [UInt8] = []
        while let line = try lines.next() {
            text += line.last == 0x0d ? line.dropLast() : line
            text.append(0x0a)
        }
        return String(decoding: text, as: UTF8.self)
    }

    deinit {
        bgzf_close(handle)
        free(buffer.s)
    }

    /// Bytes of the file itself that were read.
    public var bytesRead: Int64 { Int64(htell(handle.pointee.fp)) }

    /// The next line without its end, nil behind the last.
    public mutating func next() throws(GenomicsError) -> ArraySlice<UInt8>? { try nextBytes()?[...] }

    /// The next line without its end as an array of its own, nil behind the last.
    public mutating func nextBytes() throws(GenomicsError) -> [UInt8]? {
        try advance().map { Array(UnsafeRawBufferPointer(start: buffer.s, count: $0)) }
    }

    /// Puts the next line without its end into `line`, whose room is used again; false, and no bytes, behind the last.
    public mutating func read(into line: inout [UInt8]) throws(GenomicsError) -> Bool {
        line.removeAll(keepingCapacity: true)
        guard let length = try advance() else { return false }
        line.append(contentsOf: UnsafeRawBufferPointer(start: buffer.s, count: length))
        return true
    }

    /// Reads a line into the buffer and gives its length; nil behind the last.
    private mutating func advance() throws(GenomicsError) -> Int? {
        let length = bgzf_getline(handle, Int32(UInt8(ascii: "\n")), &buffer)
        if length == -1, bgzf_lacks_end(handle) == 0 { return nil }
        guard length >= 0 else {
            throw GenomicsError(
                .truncated, "the compressed data is damaged or ends early; fetch the file again", file: path,
                record: number + 1)
        }
        number += 1
        return Int(length)
    }
}
