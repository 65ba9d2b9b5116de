/// Several values to one: side by side, their sum or their product.
struct JoinLayer: Layer {
    let shapes: [[Int]]
    let join: LayerSpecification.Join
    let outputShape: [Int]
    private let widths: [Int]

    init(shapes: [[Int]], join: LayerSpecification.Join) {
        self.shapes = shapes
        self.join = join
        widths = shapes.map { $0.last ?? 1 }
        outputShape =
            join == .concatenate ? shapes[0].dropLast() + [widths.reduce(0, +)] : shapes[0]
    }

    var inputShape: [Int] { shapes[0] }
    var needs: BackwardNeeds { join == .multiply ? .input : [] }
    var multiplierRule: MultiplierRule { join == .multiply ? .product : .linear }

    func forward(_ pass: ForwardPass) {
        let total = pass.count * outputCount
        if join == .concatenate {
            forEachRun(pass.count) { input, from, to, count in
                (pass.output + to).update(from: pass.inputs[input] + from, count: count)
            }
            return
        }
        pass.output.update(from: pass.input, count: total)
        for input in 1..<shapes.count {
            let values = pass.inputs[input]
            if join == .add {
                pass.kernels.functions.add_rows(values, pass.output, 1, total)
            } else {
                for i in 0..<total { pass.output[i] *= values[i] }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        let total = pass.count * outputCount
        if join == .concatenate {
            forEachRun(pass.count) { input, from, to, count in
                if let dInput = pass.dInputs[input] { (dInput + from).update(from: pass.dOutput + to, count: count) }
            }
            return
        }
        for input in shapes.indices {
            guard let dInput = pass.dInputs[input] else { continue }
            dInput.update(from: pass.dOutput, count: total)
            guard join == .multiply else { continue }
            for other in shapes.indices where other != input {
                let values = pass.inputs[other]
                for i in 0..<total { dInput[i] *= values[i] }
            }
        }
    }

    /// The runs of floats that lie together in an input and in the output.
    private func forEachRun(_ count: Int, _ body: (_ input: Int, _ from: Int, _ to: Int, _ count: Int) -> Void) {
        let width = outputShape.last ?? 1
        var column = 0
        for input in shapes.indices {
            for row in 0..<count * (outputCount / width) {
                body(input, row * widths[input], row * width + column, widths[input])
            }
            column += widths[input]
        }
    }
}

extension JoinLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let values = zip(inputs, shapes).map { graph.reshaped($0, $1) }
        return graph.combine(values, shape: outputShape) { graph, names, channels in
            if join == .concatenate { return graph.node("Concat", names, [.integer("axis", channels)]) }
            let operation = join == .add ? "Add" : "Mul"
            return names.dropFirst().reduce(names[0]) { graph.node(operation, [$0, $1]) }
        }
    }
}
