import Dispatch

/// Examples in safetensors files, each read when it is asked for: a data set may be far larger than memory.
///
/// A file has a tensor of inputs, F32 (examples, then the shape of an input), and one of targets, F32, U8 or I64 (examples) or
/// (examples × targets of each).
public struct FileExamples: ExampleSource {
    private struct Part: Sendable {
        var file: SafetensorsFile
        var start: Int
        var count: Int
        var inputs: SafetensorsFile.Place
        var targets: SafetensorsFile.Place
        var inputCount: Int
        var targetCount: Int
    }

    private let parts: [Part]
    private let queue = DispatchQueue(label: "helicase.examples.prefetch")
    /// The number of examples in all files.
    public let count: Int

    /// Takes open files, whose examples follow each other; files without examples are passed over.
    public init(files: [SafetensorsFile], inputs: String = "inputs", targets: String = "targets") throws {
        var (parts, count) = ([Part](), 0)
        for file in files {
            let (from, to) = (try file.place(of: inputs), try file.place(of: targets))
            guard from.dtype == .f32, let examples = from.shape.first, [.f32, .u8, .i64].contains(to.dtype),
                to.shape.first == examples
            else {
                throw NeuralNetworkError(
                    .mismatch,
                    "\(inputs) must be F32 and \(targets) F32, U8 or I64 with as many examples, and they are "
                        + "\(from.dtype.rawValue) \(from.shape) and \(to.dtype.rawValue) \(to.shape)", place: file.path)
            }
            if examples == 0 { continue }
            parts.append(
                Part(
                    file: file, start: count, count: examples, inputs: from, targets: to,
                    inputCount: from.byteCount / examples / from.dtype.size,
                    targetCount: to.byteCount / examples / to.dtype.size))
            count += examples
        }
        self.parts = parts
        self.count = count
    }

    /// Reads an example; throws where it is of another size than the network's, holds numbers that are none, or the file
    /// cannot be read.
    public func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let (part, row) = try find(index, inputs: input.count, targets: target.count)
        let bytes = UnsafeMutableRawBufferPointer(input)
        try part.file.read(offset: part.inputs.offset + row * bytes.count, into: bytes)
        // The exponent of infinities and of what is no number; as integers, for that is one instruction for many.
        let greatest = input.reduce(0) { max($0, $1.bitPattern & 0x7fff_ffff) }
        guard greatest < Float.infinity.bitPattern else {
            throw NeuralNetworkError(
                .mismatch, "example \(row) has an input that is no finite number", place: part.file.path)
        }
        try readTarget(of: part, row: row, into: target)
    }

    /// Reads a target.
    public func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        let (part, row) = try find(index, inputs: inputCount, targets: target.count)
        try readTarget(of: part, row: row, into: target)
    }

    /// Has the system read the examples while others are computed with.
    public func prefetch(_ indices: ArraySlice<Int>) {
        queue.async {
            for index in indices {
                let (part, row) = find(index)
                let bytes = part.inputCount * MemoryLayout<Float>.stride
                part.file.prefetch(offset: part.inputs.offset + row * bytes, count: bytes)
            }
        }
    }

    /// How the inputs are distributed, of which the last dimension are `features`; reads them all.
    public func statistics(features: Int) throws -> InputStatistics {
        var statistics = InputStatistics(features: features)
        for part in parts {
            var values = [Float](repeating: 0, count: part.inputCount)
            for row in 0..<part.count {
                try values.withUnsafeMutableBytes { bytes in
                    try part.file.read(offset: part.inputs.offset + row * bytes.count, into: bytes)
                }
                statistics.add(values, count: 1)
            }
        }
        return statistics
    }

    private func readTarget(
        of part: Part, row: Int, into target: UnsafeMutableBufferPointer<Float>
    ) throws(NeuralNetworkError) {
        let size = part.targets.dtype.size
        let offset = part.targets.offset + row * target.count * size
        if part.targets.dtype == .f32 {
            return try part.file.read(offset: offset, into: UnsafeMutableRawBufferPointer(target))
        }
        // A class or a few numbers: on the stack.
        try withUnsafeTemporaryAllocation(byteCount: target.count * size, alignment: size) {
            bytes throws(NeuralNetworkError) in
            try part.file.read(offset: offset, into: bytes)
            for i in target.indices {
                target[i] =
                    size == 1 ? Float(bytes[i]) : Float(bytes.loadUnaligned(fromByteOffset: i * 8, as: Int64.self))
            }
        }
    }

    private func find(
        _ index: Int, inputs: Int, targets: Int
    ) throws(NeuralNetworkError) -> (part: Part, row: Int) {
        let (part, row) = find(index)
        guard part.inputCount == inputs, part.targetCount == targets else {
            throw NeuralNetworkError(
                .mismatch,
                "an example has \(part.inputCount) inputs and \(part.targetCount) targets, and the network "
                    + "\(inputs) and \(targets)", place: part.file.path)
        }
        return (part, row)
    }

    private func find(_ index: Int) -> (part: Part, row: Int) {
        var (low, high) = (0, parts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].start <= index { low = middle } else { high = middle }
        }
        return (parts[low], index - parts[low].start)
    }
}
