import Foundation

/// A safetensors file of which only the header is in memory; its tensors are read piece by piece.
///
/// Read with `pread`, not mapped: a file that somebody cuts off ends in an error and not in SIGBUS, and what was read does not
/// count as this process's memory.
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

    /// Reads the header; a file that is not kept open is opened for each read, for programs that use thousands of them.
    public init(path: String, keepsOpen: Bool = true) throws(NeuralNetworkError) {
        let descriptor = try Self.open(path)
        var keeps = false
        defer { if !keeps { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        let size = Int(status.st_size)
        do {
            let prefix = try Self.read(descriptor, path, offset: 0, count: min(8, size))
            let start = try Safetensors.headerEnd(of: prefix[...], fileCount: size)
            let bytes = try Self.read(descriptor, path, offset: 8, count: start - 8)
            let header = try Safetensors.header(bytes[...], bodyCount: size - start)
            metadata = header.metadata
            places = Dictionary(
                uniqueKeysWithValues: header.entries.map { entry in
                    let place = Place(
                        dtype: entry.dtype, shape: entry.shape, offset: start + entry.begin,
                        byteCount: entry.end - entry.begin)
                    return (entry.name, place)
                })
        } catch {
            throw NeuralNetworkError(error.code, error.message, place: "\(path), \(error.place ?? "header")")
        }
        self.path = path
        self.descriptor = keepsOpen ? descriptor : nil
        keeps = keepsOpen
    }

    /// Opens files in their order; of many, only the first 200 are kept open, for a process may have some thousand at most.
    public static func open(_ paths: some Collection<String>) throws(NeuralNetworkError) -> [SafetensorsFile] {
        var files: [SafetensorsFile] = []
        for path in paths { files.append(try SafetensorsFile(path: path, keepsOpen: files.count < 200)) }
        return files
    }

    deinit { if let descriptor { close(descriptor) } }

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
        let opened = try Self.open(path)
        defer { close(opened) }
        try Self.read(opened, path, offset: offset, into: buffer)
    }

    /// Tells the system that bytes will be read soon; it fetches them meanwhile.
    func prefetch(offset: Int, count: Int) {
        guard let descriptor else { return }
        posix_fadvise(descriptor, offset, count, POSIX_FADV_WILLNEED)
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
