extension Safetensors {
    /// As in Hugging Face's own reader.
    private static let greatestHeader = 100_000_000

    /// Reads a file; throws on anything that the format does not allow, and never trusts a number in it.
    public static func decode(_ file: [UInt8]) throws(NeuralNetworkError) -> Safetensors {
        guard file.count >= 8 else {
            throw malformed("the file has \(file.count) bytes and must have at least 8: it is truncated")
        }
        let length = file[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(greatestHeader), length <= UInt64(file.count - 8) else {
            throw malformed(
                "the header claims \(length) bytes and \(file.count - 8) follow: it is truncated, or not safetensors"
            )
        }
        let start = 8 + Int(length)
        var parser = SafetensorsHeader(bytes: file[8..<start])
        try parser.parse()

        // Sorted by where they begin, the tensors must fill what follows the header: no gap, no overlap, no rest.
        let entries = parser.entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var tensors: [Tensor] = []
        tensors.reserveCapacity(entries.count)
        var end = 0
        for entry in entries {
            let (size, overflow) = entry.byteCount
            guard !overflow, entry.begin == end, entry.end >= entry.begin, entry.end - entry.begin == size,
                entry.end <= file.count - start
            else {
                throw malformed(
                    "bytes \(entry.begin)..<\(entry.end) do not fit \(entry.dtype.rawValue) \(entry.shape), do not "
                        + "follow the tensor before, or are not in the file", place: entry.name)
            }
            let bytes = Array(file[start + entry.begin..<start + entry.end])
            tensors.append(Tensor(name: entry.name, dtype: entry.dtype, shape: entry.shape, bytes: bytes))
            end = entry.end
        }
        guard end == file.count - start else {
            throw malformed("\(file.count - start - end) bytes after the last tensor belong to none")
        }
        return Safetensors(tensors: tensors, metadata: parser.metadata)
    }

    private static func malformed(_ message: String, place: String? = nil) -> NeuralNetworkError {
        NeuralNetworkError(.malformed, message, place: place ?? "safetensors")
    }
}
