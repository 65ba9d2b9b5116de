extension Safetensors {
    /// As in Hugging Face's own reader.
    private static let greatestHeader = 100_000_000

    /// Reads a file; throws on anything that the format does not allow, and never trusts a number in it.
    public static func decode(_ file: [UInt8]) throws(NeuralNetworkError) -> Safetensors {
        let start = try headerEnd(of: file[..<min(8, file.count)], fileCount: file.count)
        let header = try header(file[8..<start], bodyCount: file.count - start)
        let tensors = header.entries.map { entry in
            Tensor(
                name: entry.name, dtype: entry.dtype, shape: entry.shape,
                bytes: Array(file[start + entry.begin..<start + entry.end]))
        }
        return Safetensors(tensors: tensors, metadata: header.metadata)
    }

    /// Where the header ends, by a file's first eight bytes.
    static func headerEnd(of prefix: ArraySlice<UInt8>, fileCount: Int) throws(NeuralNetworkError) -> Int {
        guard prefix.count == 8 else {
            throw malformed("the file has \(fileCount) bytes and must have at least 8: it is truncated")
        }
        let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(greatestHeader), length <= UInt64(fileCount - 8) else {
            throw malformed(
                "the header claims \(length) bytes and \(fileCount - 8) follow: it is truncated, or not safetensors"
            )
        }
        return 8 + Int(length)
    }

    /// The metadata, and the tensors in the order of their bytes, which fill what follows the header.
    static func header(
        _ bytes: ArraySlice<UInt8>, bodyCount: Int
    ) throws(NeuralNetworkError) -> (entries: [SafetensorsHeader.Entry], metadata: [String: String]) {
        var parser = SafetensorsHeader(bytes: bytes)
        try parser.parse()
        // Sorted by where they begin, the tensors must fill what follows the header: no gap, no overlap, no rest.
        let entries = parser.entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var end = 0
        for entry in entries {
            let (size, overflow) = entry.byteCount
            guard !overflow, entry.begin == end, entry.end >= entry.begin, entry.end - entry.begin == size,
                entry.end <= bodyCount
            else {
                throw malformed(
                    "bytes \(entry.begin)..<\(entry.end) do not fit \(entry.dtype.rawValue) \(entry.shape), do not "
                        + "follow the tensor before, or are not in the file", place: entry.name)
            }
            end = entry.end
        }
        guard end == bodyCount else {
            throw malformed("\(bodyCount - end) bytes after the last tensor belong to none")
        }
        return (entries, parser.metadata)
    }

    private static func malformed(_ message: String, place: String? = nil) -> NeuralNetworkError {
        NeuralNetworkError(.malformed, message, place: place ?? "safetensors")
    }
}
