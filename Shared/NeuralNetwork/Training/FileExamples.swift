import Dispatch

/// Examples in safetensors files, each read when it is asked for: a data set may be far larger than memory.
///
/// A file has a tensor `inputs`, F32 (examples, then the shape of an input), which of base codes and tokens may be U8, a byte
/// each; one of `targets`, F32, U8 or I64 (examples) or (examples, targets of each), of a network with heads one of
/// `targets.HEAD` for each; and, where examples are not independent of each other, one of `groups`, I64, I32 or U8 (examples). Several inputs are a tensor each, `inputs.NAME`, or lie one after
/// the other in `inputs`.
public struct FileExamples: ExampleSource {
    private struct Part: Sendable {
        var tensors: ExampleTensors
        var start: Int
    }

    private let parts: [Part]
    private let queue = DispatchQueue(label: "helicase.examples.prefetch")
    /// The number of examples in all files.
    public let count: Int

    /// Takes open files, whose examples follow each other; files without examples are passed over.
    ///
    /// `network` are the inputs of the network that is to read them, whose kinds and shapes the tensors must have; without them,
    /// whoever reads must ask for the right number of floats.
    public init(
        files: [SafetensorsFile], inputs: String = "inputs", targets: String = "targets",
        network: [InputSpecification]? = nil
    ) throws(NeuralNetworkError) {
        try self.init(files: files, inputs: inputs, targets: targets, network: network, shapes: nil)
    }

    /// The same, with the shapes that the targets must have, where those are known.
    public init(
        files: [SafetensorsFile], inputs: String = "inputs", targets: String = "targets",
        network: [InputSpecification]?, shapes: [TargetShape]?
    ) throws(NeuralNetworkError) {
        var (parts, count) = ([Part](), 0)
        for file in files {
            let tensors = try ExampleTensors(file, inputs: inputs, targets: targets, of: network, shapes: shapes)
            if tensors.count == 0 { continue }
            parts.append(Part(tensors: tensors, start: count))
            count += tensors.count
        }
        self.parts = parts
        self.count = count
    }

    /// Whether a file holds no example.
    static func isEmpty(_ file: SafetensorsFile, inputs: String = "inputs") throws(NeuralNetworkError) -> Bool {
        file.has(inputs) ? try file.place(of: inputs).shape.first == 0 : false
    }

    /// Reads an example; throws where it is of another size than the network's, or the file cannot be read.
    public func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let (tensors, row) = try find(index, inputs: input.count, targets: target.count)
        try tensors.readInputs(row: row, into: input)
        try tensors.readTargets(row: row, into: target)
    }

    /// Reads a target.
    public func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        let (tensors, row) = try find(index, inputs: inputCount, targets: target.count)
        try tensors.readTargets(row: row, into: target)
    }

    /// Has the system read the examples while others are computed with.
    public func prefetch(_ indices: ArraySlice<Int>) {
        queue.async {
            for index in indices {
                let (tensors, row) = find(index)
                for column in tensors.inputs {
                    let bytes = column.width * column.place.dtype.size
                    tensors.file.prefetch(offset: column.place.offset + row * bytes, count: bytes)
                }
            }
        }
    }

    /// Its number in its file, and the file.
    public func place(of index: Int) -> String {
        let (tensors, row) = find(index)
        return "example \(row) of \(tensors.file.path)"
    }

    /// The group of each example: those of one number are not independent of each other; nil where no file has any.
    ///
    /// Throws where only some files have them.
    public func groups() throws(NeuralNetworkError) -> [Int64]? {
        try numbers(ExampleTensors.groupsName, \.groups)
    }

    /// The fold of each example, for trainings on folds; nil where no file has any.
    ///
    /// Throws where only some files have them.
    public func folds() throws(NeuralNetworkError) -> [Int64]? { try numbers(ExampleTensors.foldsName, \.folds) }

    private func numbers(
        _ name: String, _ column: KeyPath<ExampleTensors, ExampleTensors.Column?>
    ) throws(NeuralNetworkError) -> [Int64]? {
        guard let first = parts.first(where: { $0.tensors[keyPath: column] != nil })?.tensors else { return nil }
        var numbers: [Int64] = []
        numbers.reserveCapacity(count)
        for part in parts {
            guard let own = try part.tensors.readNumbers(part.tensors[keyPath: column]) else {
                throw NeuralNetworkError(
                    .mismatch, "there is no tensor \(name), and \(first.file.path) has one",
                    place: part.tensors.file.path)
            }
            numbers += own
        }
        return numbers
    }

    /// All targets, so many an example; throws where an example has others.
    public func allTargets(_ width: Int) throws -> [Float] {
        guard parts.allSatisfy({ $0.tensors.targetCount == width }) else {
            throw NeuralNetworkError(
                .mismatch, "an example has \(parts.first?.tensors.targetCount ?? 0) targets, not \(width)",
                place: parts.first?.tensors.file.path)
        }
        var targets = [Float](repeating: 0, count: count * width)
        try targets.withUnsafeMutableBufferPointer { targets in
            for index in 0..<count {
                let (tensors, row) = find(index)
                try tensors.readTargets(row: row, into: .init(rebasing: targets[index * width..<(index + 1) * width]))
            }
        }
        return targets
    }

    /// All targets, one an example; throws where an example has several.
    public func singleTargets() throws(NeuralNetworkError) -> [Float] {
        var targets = [Float](repeating: 0, count: count)
        var failure: NeuralNetworkError?
        targets.withUnsafeMutableBufferPointer { targets in
            do throws(NeuralNetworkError) {
                for index in 0..<count {
                    let (tensors, row) = find(index)
                    guard tensors.targetCount == 1 else {
                        throw NeuralNetworkError(
                            .mismatch, "an example has \(tensors.targetCount) targets, not one",
                            place: tensors.file.path)
                    }
                    try tensors.readTargets(row: row, into: .init(rebasing: targets[index...index]))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return targets
    }

    /// Throws where an input is no finite number: what can be said before a network is known.
    public func checkFinite() throws(NeuralNetworkError) {
        for part in parts {
            var values = [Float](repeating: 0, count: part.tensors.inputCount)
            for row in 0..<part.tensors.count {
                var failure: NeuralNetworkError?
                values.withUnsafeMutableBufferPointer { values in
                    do throws(NeuralNetworkError) {
                        try part.tensors.readInputs(row: row, into: values)
                    } catch {
                        failure = error
                    }
                }
                if let failure { throw failure }
                guard values.allSatisfy(\.isFinite) else {
                    throw NeuralNetworkError(
                        .mismatch, "an input is no finite number", place: place(of: part.start + row))
                }
            }
        }
    }

    /// How the inputs are distributed, of which the last dimension are `features`; reads them all.
    public func statistics(features: Int) throws -> InputStatistics {
        var statistics = InputStatistics(features: features)
        for part in parts {
            var values = [Float](repeating: 0, count: part.tensors.inputCount)
            for row in 0..<part.tensors.count {
                try values.withUnsafeMutableBufferPointer { try part.tensors.readInputs(row: row, into: $0) }
                statistics.add(values, count: 1)
            }
        }
        return statistics
    }

    private func find(
        _ index: Int, inputs: Int, targets: Int
    ) throws(NeuralNetworkError) -> (tensors: ExampleTensors, row: Int) {
        let (tensors, row) = find(index)
        guard tensors.inputCount == inputs, tensors.targetCount == targets else {
            throw NeuralNetworkError(
                .mismatch,
                "an example has \(tensors.inputCount) inputs and \(tensors.targetCount) targets, and the network "
                    + "\(inputs) and \(targets)", place: tensors.file.path)
        }
        return (tensors, row)
    }

    private func find(_ index: Int) -> (tensors: ExampleTensors, row: Int) {
        var (low, high) = (0, parts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].start <= index { low = middle } else { high = middle }
        }
        return (parts[low].tensors, index - parts[low].start)
    }
}
