import Foundation
import Testing

@testable import NeuralNetwork

@Suite("ONNX")
struct ONNXTests {
    @Test("A package comes back from ONNX with the same bytes", arguments: ONNXNetwork.all)
    func roundTrip(network: ONNXNetwork) throws {
        let package = try network.package()
        let file = try package.encodeONNX()
        let imported = try ModelPackage(onnx: file)
        #expect(try imported.encode() == package.encode())
        #expect(try imported.encodeONNX() == file)
    }

    @Test("The networks exported for ONNX Runtime cover every layer")
    func coverage() throws {
        var types: Set<String> = []
        func collect(_ document: Any) {
            if let object = document as? [String: Any] {
                if let type = object["type"] as? String { types.insert(type) }
                object.values.forEach(collect)
            } else if let list = document as? [Any] {
                list.forEach(collect)
            }
        }
        for network in ONNXNetwork.all {
            collect(try JSONSerialization.jsonObject(with: try JSONEncoder().encode(network.architecture)))
        }
        // Each has a file of its own.
        #expect(Set(ONNXNetwork.all.map(\.name)).count == ONNXNetwork.all.count)
        let missing = Set(LayerCatalog.types.keys).subtracting(types)
        #expect(missing.isEmpty, "add to ONNXNetwork.all an architecture with \(missing.sorted())")
    }

    @Test("Convolutions, activations and pools that follow each other share one transposition")
    func transpositions() throws {
        let model = try ONNXModel(
            Graph(
                Architecture(
                    bases: 20,
                    layers: [
                        .conv1d(filters: 4, kernel: 3), .relu, .maxPool1d(kernel: 2), .conv1d(filters: 4, kernel: 3),
                        .relu, .flatten, .linear(outputs: 2),
                    ])))
        #expect(
            model.graph.nodes.map(\.operation) == [
                "Gather", "Transpose", "Conv", "Relu", "MaxPool", "Conv", "Relu", "Transpose", "Reshape", "Gemm",
                "Identity",
            ])
    }

    @Test("Numbers that a network predicts are not taken for probabilities")
    func numbers() throws {
        let package = try #require(ONNXNetwork.all.first { $0.name == "numbers" }).package()
        let model = try ONNXModel(decoding: package.encodeONNX())
        #expect(model.graph.outputs.map(\.name) == ["output"])
        #expect(try ModelPackage(onnx: package.encodeONNX()) == package)
    }

    @Test("Probabilities are an output where a temperature makes them, and not where steps do")
    func probabilities() throws {
        let package = try ModelPackageTests.package()
        func outputs(_ calibration: Calibration) throws -> [String] {
            try ONNXModel(Graph(package.architecture), calibration: calibration).graph.outputs.map(\.name)
        }
        #expect(try outputs(Calibration(temperature: 2)) == ["output", "probabilities"])
        let steps = IsotonicRegression(fitting: [0.1, 0.9], [0, 1])
        #expect(try outputs(Calibration(isotonic: [steps])) == ["output"])
    }

    static func twoSequences(_ second: String) -> Architecture {
        Architecture(
            inputs: [
                InputSpecification(kind: .bases, shape: [9]),
                InputSpecification(name: second, kind: .bases, shape: [9]),
            ],
            layers: [
                .parallel([
                    .init([.conv1d(filters: 2, kernel: 3)]), .init([.conv1d(filters: 2, kernel: 3)], input: second),
                ])
            ])
    }

    @Test("An input may be called as a constant or a node is", arguments: ["letters", "0.1.0/Conv", "0.1.0.weight"])
    func inputNames(name: String) throws {
        let graph = try ONNXModel(Graph(Self.twoSequences(name))).graph
        let names = (graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.nodes.flatMap(\.outputs))
        #expect(Set(names).count == names.count)
        let read = Set(graph.nodes.flatMap(\.inputs))
        #expect(read.subtracting(names).isEmpty && read.contains(name))
    }

    @Test("An input that is called as an output is refused", arguments: ["output", "probabilities"])
    func outputNames(name: String) {
        #expect(throws: NeuralNetworkError.self) { try ONNXModel(Graph(Self.twoSequences(name))) }
    }

    @Test("A file whose graph or weights were changed is refused with the place")
    func changes() throws {
        let package = try ModelPackageTests.package()
        func refused(_ change: (inout ONNXModel) -> Void) throws -> String? {
            var model = try ONNXModel(decoding: package.encodeONNX())
            change(&model)
            let file = try model.encode(weights: [])
            return #expect(throws: NeuralNetworkError.self) { try ModelPackage(onnx: file) }?.place
        }
        func place(_ name: String, in model: ONNXModel) -> Int {
            model.graph.initializers.firstIndex { $0.name == name } ?? 0
        }
        #expect(try refused { $0.operatorSet = 18 } == "onnx")
        #expect(try refused { $0.metadata["labels"] = nil } == "labels")
        #expect(try refused { $0.metadata["calibration"] = #"{"temperature": 2}"# } != nil)
        #expect(try refused { $0.graph.inputs[0].shape = [.batch, .fixed(4), .fixed(5)] } == "input")
        #expect(try refused { $0.graph.outputs.removeLast() } == "graph")
        #expect(try refused { $0.graph.nodes[1].operation = "Sin" } == "0/Conv")
        #expect(try refused { $0.graph.nodes[1].attributes.removeLast() } == "0/Conv")
        #expect(try refused { $0.graph.nodes.removeLast() } == "graph")
        #expect(try refused { $0.graph.initializers.swapAt(0, 1) } != nil)
        #expect(
            try refused {
                let index = place("0.bias", in: $0)
                $0.graph.initializers[index].content = .bytes([0, 0, 0xc0, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0])
            } == "0.bias")
        #expect(
            try refused {
                let index = place("0.bias", in: $0)
                $0.graph.initializers[index].shape = [1, 3]
            } == "0.bias")
    }

    @Test("Strands whose shared weights contradict each other are refused")
    func contradiction() throws {
        let architecture = Architecture(
            bases: 9, layers: [.conv1d(filters: 2, kernel: 3, reverseComplement: true), .flatten, .linear(outputs: 2)])
        let package = ModelPackage(try Network(architecture, seed: 1), featureVersion: "1", labels: ["a", "b"])
        var model = try ONNXModel(decoding: package.encodeONNX())
        let index = try #require(model.graph.initializers.firstIndex { $0.name == "0.weight" })
        guard case .bytes(var bytes) = model.graph.initializers[index].content else { return }
        bytes[bytes.startIndex] ^= 1
        model.graph.initializers[index].content = .bytes(bytes)
        let file = try model.encode(weights: [])
        #expect(#expect(throws: NeuralNetworkError.self) { try ModelPackage(onnx: file) }?.place == "0.weight")
    }

    @Test("A truncated or damaged file is refused, never trapped on")
    func damage() throws {
        let file = try ModelPackageTests.package().encodeONNX()
        for end in 0..<file.count {
            #expect(throws: NeuralNetworkError.self) { try ModelPackage(onnx: Array(file[..<end])) }
        }
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            var damaged = file
            let place = Int(random.next() % UInt64(file.count))
            damaged[place] = UInt8(truncatingIfNeeded: random.next())
            // A changed weight or name of lineage is a valid file; all else throws.
            _ = try? ModelPackage(onnx: damaged)
        }
    }
}
