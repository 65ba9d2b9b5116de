import Foundation
import Hashing
import Synchronization

/// A safetensors file of which only the header is in memory; its tensors are read piece by piece.
///
/// Read with `pread`, not mapped: a file that somebody cuts off ends in an error and not in SIGBUS, and what was read does not
/// count as this process's memory. What it was when it was opened is remembered: ``checkUnchanged()`` says whether all
/// that was read of it is of one state.
public final class SafetensorsFile: Sendable {
    /// Where a tensor lies.
    struct Place: Sendable {
        var dtype: Safetensors.DType
        var shape: [Int]
        /// Its first byte in the file.
        var offset: Int
        var byteCount: Int
    }

    /// The file.
    public let path: String
    /// The free text of the header's `__metadata__`.
    public let metadata: [String: String]
    private let places: [String: Place]
    /// Open as long as this is; nil where the file is opened for each read.
    private let descriptor: Int32?
    /// The file's bytes, where it is in memory.
    private let content: [UInt8]?
    private let state: State
    private let knownDigest = Mutex<String?>(nil)

    /// What changes with a file's bytes.
    private struct State: Equatable {
        var size = 0
        var device: UInt64 = 0
        var number: UInt64 = 0
        var seconds = 0
        var nanoseconds = 0

        init() {}

        init(_ descriptor: Int32, _ path: String) throws(NeuralNetworkError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw unreadable(path) }
            size = Int(status.st_size)
            (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    /// Reads the header; a file that is not kept open is opened for each read, for programs that use thousands of them.
    public init(path: String, keepsOpen: Bool = true) throws(NeuralNetworkError) {
        let descriptor = try Self.open(path)
        var keeps = false
        defer { if !keeps { close(descriptor) } }
        let state = try State(descriptor, path)
        (metadata, places) = try Self.header(of: path, size: state.size) { offset, count throws(NeuralNetworkError) in
            try Self.read(descriptor, path, offset: offset, count: count)
        }
        self.path = path
        self.state = state
        self.descriptor = keepsOpen ? descriptor : nil
        content = nil
        keeps = keepsOpen
    }

    /// Takes a file that is in memory; `name` is what messages call it.
    public init(bytes: [UInt8], name: String) throws(NeuralNetworkError) {
        (metadata, places) = try Self.header(of: name, size: bytes.count) { offset, count in
            Array(bytes[offset..<offset + count])
        }
        path = name
        state = State()
        descriptor = nil
        content = bytes
    }

    private static func header(
        of path: String, size: Int, read: (_ offset: Int, _ count: Int) throws(NeuralNetworkError) -> [UInt8]
    ) throws(NeuralNetworkError) -> (metadata: [String: String], places: [String: Place]) {
        do {
            let prefix = try read(0, min(8, size))
            let start = try Safetensors.headerEnd(of: prefix[...], fileCount: size)
            let header = try Safetensors.header(read(8, start - 8)[...], bodyCount: size - start)
            let places = header.entries.map { entry in
                let place = Place(
                    dtype: entry.dtype, shape: entry.shape, offset: start + entry.begin,
                    byteCount: entry.end - entry.begin)
                return (entry.name, place)
            }
            return (header.metadata, Dictionary(uniqueKeysWithValues: places))
        } catch {
            throw NeuralNetworkError(error.code, error.message, place: "\(path), \(error.place ?? "header")")
        }
    }

    /// Opens files in their order; of many, only the first 200 are kept open, for a process may have some thousand at most.
    public static func open(_ paths: some Collection<String>) throws(NeuralNetworkError) -> [SafetensorsFile] {
        var files: [SafetensorsFile] = []
        for path in paths { files.append(try SafetensorsFile(path: path, keepsOpen: files.count < 200)) }
        return files
    }

    deinit { if let descriptor { close(descriptor) } }

    /// SHA-256 of the file's bytes as they are read here, in lower-case hexadecimal; computed once.
    public func digest() throws(NeuralNetworkError) -> String {
        if let digest = knownDigest.withLock({ $0 }) { return digest }
        let digest = try readDigest()
        knownDigest.withLock { $0 = digest }
        return digest
    }

    private func readDigest() throws(NeuralNetworkError) -> String {
        if let content { return SHA256Digest.hexadecimal(of: content) }
        let opened = try opened()
        defer { if descriptor == nil { close(opened) } }
        try checkState(opened)
        var digest = SHA256Digest()
        for offset in stride(from: 0, to: state.size, by: 1 << 20) {
            digest.update(try Self.read(opened, path, offset: offset, count: min(1 << 20, state.size - offset)))
        }
        return digest.hexadecimal
    }

    /// Throws where the file's size or time is another than when it was opened, or its path is another file's by now and it
    /// is opened for each read.
    public func checkUnchanged() throws(NeuralNetworkError) {
        if content != nil { return }
        let opened = try opened()
        defer { if descriptor == nil { close(opened) } }
        try checkState(opened)
    }

    /// Throws where the bytes are others than those of ``digest()``; reads the file once more.
    public func checkDigest() throws(NeuralNetworkError) {
        guard let known = knownDigest.withLock({ $0 }) else { return try checkUnchanged() }
        guard try readDigest() == known else { throw changed() }
    }

    private func checkState(_ opened: Int32) throws(NeuralNetworkError) {
        guard try State(opened, path) == state else { throw changed() }
    }

    private func changed() -> NeuralNetworkError {
        NeuralNetworkError(
            .mismatch, "the file was changed while it was read; begin again with a file that nobody writes to",
            place: path)
    }

    /// Whether there is a tensor of this name.
    func has(_ tensor: String) -> Bool { places[tensor] != nil }

    /// Where a tensor lies; throws if there is none of this name.
    func place(of tensor: String) throws(NeuralNetworkError) -> Place {
        guard let place = places[tensor] else {
            throw NeuralNetworkError(
                .mismatch, "there is no such tensor; there are \(places.keys.sorted().joined(separator: ", "))",
                place: "\(path), \(tensor)")
        }
        return place
    }

    /// Fills the buffer with bytes of the file.
    func read(offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(NeuralNetworkError) {
        if let descriptor { return try Self.read(descriptor, path, offset: offset, into: buffer) }
        if let content {
            content.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + buffer.count])) }
            return
        }
        let opened = try Self.open(path)
        defer { close(opened) }
        try checkState(opened)
        try Self.read(opened, path, offset: offset, into: buffer)
    }

    /// Tells the system that bytes will be read soon; it fetches them meanwhile.
    func prefetch(offset: Int, count: Int) {
        guard let descriptor else { return }
        posix_fadvise(descriptor, offset, count, POSIX_FADV_WILLNEED)
    }

    private func opened() throws(NeuralNetworkError) -> Int32 {
        if let descriptor { return descriptor }
        return try Self.open(path)
    }

    private static func open(_ path: String) throws(NeuralNetworkError) -> Int32 {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        return descriptor
    }

    private static func read(
        _ descriptor: Int32, _ path: String, offset: Int, count: Int
    ) throws(NeuralNetworkError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: NeuralNetworkError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(NeuralNetworkError) {
                try read(descriptor, path, offset: offset, into: buffer)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func read(
        _ descriptor: Int32, _ path: String, offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(NeuralNetworkError) {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else {
                throw NeuralNetworkError(.malformed, "the file has become shorter since it was opened", place: path)
            }
            done += count
        }
    }

    private static func unreadable(_ path: String) -> NeuralNetworkError {
        NeuralNetworkError(.unreadable, String(cString: strerror(errno)), place: path)
    }
}
