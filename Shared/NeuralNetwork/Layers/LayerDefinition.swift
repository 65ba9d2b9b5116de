import CKernels

/// A layer as an architecture's document says it: its parameters, and how it joins a graph.
///
/// A layer is one file: its definition, its arithmetic (a ``Layer``), a static function on `LayerSpecification` that makes
/// it, and an entry in the catalog:
///
///     @section("helicase_layers") @used
///     private let entry: LayerCatalog.Entry = { LayerCatalog.add(Scale.self, to: $0) }
protocol LayerDefinition: Encodable, Hashable, Sendable {
    /// The name in documents.
    static var type: String { get }

    /// Reads the parameters; whether they are in range is checked where the layer joins a graph.
    init(_ field: inout DocumentFields) throws

    /// Adds what computes the layer on `input`, and returns its output; throws where the layer does not fit.
    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value
}

/// All layers that this program is built of, found by the linker.
enum LayerCatalog {
    /// Adds one type of layer to the collection that it is given.
    typealias Entry = @convention(c) (UnsafeMutableRawPointer) -> Void

    /// The types by their names in documents.
    static let types: [String: any LayerDefinition.Type] = {
        var types: [String: any LayerDefinition.Type] = [:]
        withUnsafeMutablePointer(to: &types) { ck_for_each_layer($0) }
        return types
    }()

    static func add(_ type: (some LayerDefinition).Type, to collection: UnsafeMutableRawPointer) {
        let types = collection.assumingMemoryBound(to: [String: any LayerDefinition.Type].self)
        precondition(types.pointee.updateValue(type, forKey: type.type) == nil, "two layers are called \(type.type)")
    }
}
