import Foundation

/// A training after one of its steps, from which it goes on to the same bytes as if it had not been interrupted.
public struct TrainingCheckpoint: Sendable, Hashable {
    /// Epochs and steps so far.
    public var report: TrainingReport
    /// The loss of the epoch's batches so far.
    var epochTotal: Loss.Total
    /// The options that it was started with.
    public var options: TrainingOptions
    /// The network's buffer, the optimizer's, and those of `best` and `average` parameters where there are such.
    var buffers: [String: [Float]]

    init(report: TrainingReport, epochTotal: Loss.Total, options: TrainingOptions, buffers: [String: [Float]]) {
        self.report = report
        self.epochTotal = epochTotal
        self.options = options
        self.buffers = buffers
    }

    private struct Document: Codable {
        var report: TrainingReport
        var epochTotal: Loss.Total
        var options: TrainingOptions
    }

    private static let key = "helicase.training"

    /// Writes the checkpoint as a safetensors file.
    public func encode() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let document = try encoder.encode(Document(report: report, epochTotal: epochTotal, options: options))
        return Safetensors.encode(
            tensors: buffers.map { Safetensors.Tensor(name: $0.key, shape: [$0.value.count], floats: $0.value) },
            metadata: [Self.key: String(decoding: document, as: UTF8.self)])
    }

    /// Reads a checkpoint; whether it fits a network is checked where it is resumed.
    public init(decoding file: [UInt8]) throws {
        let content = try Safetensors.decode(file)
        guard let text = content.metadata[Self.key] else {
            throw NeuralNetworkError(.malformed, "this is not a training checkpoint", place: Self.key)
        }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        } catch {
            throw NeuralNetworkError(.malformed, "not the document that it should be: \(error)", place: Self.key)
        }
        report = document.report
        epochTotal = document.epochTotal
        options = document.options
        buffers = [:]
        for tensor in content.tensors { buffers[tensor.name] = tensor.floats }
    }
}
