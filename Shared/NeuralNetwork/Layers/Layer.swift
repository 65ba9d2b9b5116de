/// One layer's arithmetic; its parameters lie in the network's one buffer, from an offset that `LayerStack` knows.
protocol Layer: Sendable {
    var inputShape: [Int] { get }
    var outputShape: [Int] { get }
    /// The parameters in the order in which they lie in the buffer.
    var parameters: [ParameterDescription] { get }
    /// Floats that `pack` writes.
    var packedCount: Int { get }
    /// Floats an example that `forward` leaves for `backward` beside input and output.
    var keptCount: Int { get }
    /// Floats of working memory for a pass over `count` examples.
    func scratchCount(_ count: Int, training: Bool) -> Int

    /// Lays the weights out for the kernels.
    func pack(_ parameters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>)
    /// Computes the output.
    func forward(_ pass: ForwardPass)
    /// Adds to the parameters' gradients and overwrites the input's gradient.
    func backward(_ pass: BackwardPass)
}

extension Layer {
    var parameters: [ParameterDescription] { [] }
    var packedCount: Int { 0 }
    var keptCount: Int { 0 }
    func scratchCount(_ count: Int, training: Bool) -> Int { 0 }
    func pack(_ parameters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {}

    var inputCount: Int { inputShape.reduce(1, *) }
    var outputCount: Int { outputShape.reduce(1, *) }
}

/// A parameter of a layer: its PyTorch name within the layer, shape, and how it starts.
struct ParameterDescription: Sendable {
    enum Start: Sendable {
        /// Uniform in ±bound.
        case uniform(Float)
        case constant(Float)
    }

    var name: String
    var shape: [Int]
    var start: Start

    var count: Int { shape.reduce(1, *) }
}

/// One forward pass over `count` examples, as a layer sees it: each pointer is to the layer's own part.
struct ForwardPass {
    var kernels: Kernels
    var count: Int
    var parameters: UnsafePointer<Float>
    var packed: UnsafePointer<Float>
    var input: UnsafePointer<Float>
    var output: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutablePointer<Float>
    /// Null in inference.
    var kept: UnsafeMutablePointer<Float>?
    /// The stream of random numbers of this pass and layer.
    var random = SplitMix64(seed: 0)
}

/// One backward pass, as a layer sees it.
struct BackwardPass {
    var kernels: Kernels
    var count: Int
    var parameters: UnsafePointer<Float>
    var input: UnsafePointer<Float>
    var output: UnsafePointer<Float>
    var kept: UnsafePointer<Float>
    var dOutput: UnsafePointer<Float>
    /// Null where nobody needs it: before the first layer.
    var dInput: UnsafeMutablePointer<Float>?
    var dParameters: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutablePointer<Float>
}
