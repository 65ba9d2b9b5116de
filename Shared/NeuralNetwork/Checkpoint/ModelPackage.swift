import Foundation
import Hashing

/// A trained model with all that is needed to use it and to trust it, as one safetensors file: the weights under
/// PyTorch's names, the rest as JSON documents in the metadata.
public struct ModelPackage: Sendable, Hashable {
    /// The layers.
    public var architecture: Architecture
    /// All parameters, in the order of `Network.slices`.
    public var weights: [Float]
    /// The version of the encoding of inputs that it was trained on; a service refuses inputs of another.
    public var featureVersion: String
    /// The names of the classes, in the order of outputs: of what the last dimension of an output is, those of heads one after
    /// the other.
    public var labels: [String]
    /// From logits to probabilities.
    public var calibration: Calibration
    /// From logits to probabilities of a network's heads, by their names; a head that is not there is as the network says.
    public var calibrations: [String: Calibration] = [:]
    /// Where it comes from.
    public var lineage: Lineage
    /// What the task of the model must know to use it, as a JSON document of the task's own; nil where there is nothing to know.
    public var taskOptions: String?
    /// Tensors of the task's own that no layer has, such as what a kernel model compares its inputs with; their names differ from each other
    /// and from those of the parameters.
    public var tables: [Safetensors.Tensor] = []

    /// Packs the network's present weights.
    public init(
        _ network: Network, featureVersion: String, labels: [String], calibration: Calibration = Calibration(),
        lineage: Lineage = Lineage()
    ) {
        architecture = network.architecture
        weights = network.weights
        self.featureVersion = featureVersion
        self.labels = labels
        self.calibration = calibration
        self.lineage = lineage
    }

    /// Reads a package; throws unless weights, labels and architecture fit each other.
    public init(decoding file: [UInt8]) throws(NeuralNetworkError) {
        let content = try Safetensors.decode(file)
        try self.init(documents: content.metadata) { (_, graph) throws(NeuralNetworkError) in
            let tensors = Dictionary(uniqueKeysWithValues: content.tensors.map { ($0.name, $0) })
            var weights: [Float] = []
            weights.reserveCapacity(graph.parameterCount)
            for slice in graph.parameters.map(\.slice) {
                guard let tensor = tensors[slice.name], tensor.shape == slice.shape, let floats = tensor.floats else {
                    throw NeuralNetworkError(
                        .mismatch, "there must be an F32 tensor with shape \(slice.shape)", place: slice.name)
                }
                weights += floats
            }
            let names = try Self.tableNames(in: content.metadata)
            let parameters = Set(graph.parameters.map(\.slice.name))
            guard tensors.count == parameters.count + names.count, parameters.isDisjoint(with: names) else {
                throw NeuralNetworkError(.mismatch, "there are tensors that the architecture does not have")
            }
            return weights
        }
        for name in try Self.tableNames(in: content.metadata) {
            guard let table = content[name] else {
                throw NeuralNetworkError(.mismatch, "the package lacks this tensor", place: name)
            }
            tables.append(table)
        }
    }

    private static func tableNames(in documents: [String: String]) throws(NeuralNetworkError) -> [String] {
        let names: [String] = documents[Key.tables] == nil ? [] : try document(Key.tables, in: documents)
        guard Set(names).count == names.count else {
            throw NeuralNetworkError(.malformed, "a name comes twice", place: Key.tables)
        }
        return names
    }

    /// A package of documents, as `documents()` writes them, and of the weights that `read` finds for them.
    init(
        documents: [String: String],
        read: (_ package: ModelPackage, _ graph: Graph) throws(NeuralNetworkError) -> [Float]
    ) throws(NeuralNetworkError) {
        guard documents[Key.format] == Key.formatVersion else {
            throw NeuralNetworkError(
                .malformed, "this is not a model package of version \(Key.formatVersion)", place: Key.format)
        }
        architecture = try Self.document(Key.architecture, in: documents)
        labels = try Self.document(Key.labels, in: documents)
        calibration = try Self.document(Key.calibration, in: documents)
        if documents[Key.calibrations] != nil { calibrations = try Self.document(Key.calibrations, in: documents) }
        lineage = try Self.document(Key.lineage, in: documents)
        taskOptions = documents[Key.taskOptions]
        guard let featureVersion = documents[Key.featureVersion] else {
            throw NeuralNetworkError(.malformed, "the package lacks it", place: Key.featureVersion)
        }
        self.featureVersion = featureVersion
        weights = []
        let graph = try graph()
        weights = try read(self, graph)
        try graph.checkWeights(weights)
    }

    /// Writes the package: the same bytes for the same content.
    public func encode() throws -> [UInt8] {
        let graph = try checkedGraph()
        return Safetensors.encode(
            tensors: graph.parameters.map(\.slice).map {
                Safetensors.Tensor(name: $0.name, shape: $0.shape, floats: Array(weights[$0.range]))
            } + tables,
            metadata: try documents())
    }

    /// The graph of the architecture; throws unless labels and calibration fit its output.
    private func graph() throws(NeuralNetworkError) -> Graph {
        let graph = try Graph(architecture)
        guard graph.labelCount == labels.count else {
            throw NeuralNetworkError(
                .mismatch,
                graph.outputs[0].name == nil
                    ? "there are \(labels.count) labels and the output is \(graph.outputShape)"
                    : "there are \(labels.count) labels and the heads have \(graph.labelCount)", place: Key.labels)
        }
        try calibration.check(outputs: labels.count)
        for (name, calibration) in calibrations {
            guard let output = graph.outputs.first(where: { $0.name == name }) else {
                throw NeuralNetworkError(.mismatch, "there is no head \(name)", place: Key.calibrations)
            }
            try calibration.check(outputs: output.shape.last ?? 1)
        }
        return graph
    }

    /// The graph of the architecture; throws unless labels, calibration and weights fit it and all weights are usable.
    func checkedGraph() throws(NeuralNetworkError) -> Graph {
        let graph = try graph()
        try graph.checkWeights(weights)
        return graph
    }

    /// All but the weights, as strings: the same for the same content.
    func documents() throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var documents = [
            Key.format: Key.formatVersion, Key.featureVersion: featureVersion,
            Key.architecture: try json(architecture), Key.labels: try json(labels),
            Key.calibration: try json(calibration), Key.lineage: try json(lineage),
        ]
        documents[Key.taskOptions] = taskOptions
        if !calibrations.isEmpty { documents[Key.calibrations] = try json(calibrations) }
        if !tables.isEmpty { documents[Key.tables] = try json(tables.map(\.name)) }
        return documents
    }

    /// SHA-256 of `encode()`, in lower-case hexadecimal: the identity of a version.
    public func digest() throws -> String { SHA256Digest.hexadecimal(of: try encode()) }

    private enum Key {
        static let format = "helicase.model"
        static let formatVersion = "1"
        static let featureVersion = "featureVersion"
        static let architecture = "architecture"
        static let labels = "labels"
        static let calibration = "calibration"
        static let calibrations = "calibrations"
        static let lineage = "lineage"
        static let taskOptions = "taskOptions"
        static let tables = "tables"
    }

    private static func document<Document: Decodable>(
        _ key: String, in documents: [String: String]
    ) throws(NeuralNetworkError) -> Document {
        guard let text = documents[key] else {
            throw NeuralNetworkError(.malformed, "the package lacks it", place: key)
        }
        do {
            return try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        } catch {
            throw NeuralNetworkError(.malformed, "not the document that it should be: \(error)", place: key)
        }
    }
}
