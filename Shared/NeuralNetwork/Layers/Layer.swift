/// One layer's arithmetic on inputs of known shapes; its parameters lie in the network's one buffer.
///
/// A layer is a value without state: memory comes with each pass. It allocates nothing in a pass.
protocol Layer: Sendable {
    /// The shape of the first input.
    var inputShape: [Int] { get }
    var outputShape: [Int] { get }
    /// The parameters in the order in which they lie in the buffer.
    var parameters: [ParameterDescription] { get }

    /// Rows of an example that go through the layer's products together: where there are few, inference gathers
    /// examples.
    var rowsPerExample: Int { get }
    /// What the backward pass reads beside `kept` and `dOutput`.
    var needs: BackwardNeeds { get }
    /// Whether `forward` may write its output over its first input, and `backward` `dInput` over `dOutput`.
    var worksInPlace: Bool { get }
    /// Whether inference leaves the layer out.
    var isTrainingOnly: Bool { get }
    /// Examples that a pass of training must have at least for the layer's arithmetic to make sense.
    var leastExamples: Int { get }
    /// How differences of outputs are shared out among differences of inputs.
    var multiplierRule: MultiplierRule { get }

    /// Floats that `prepare` writes.
    func preparedCount(training: Bool) -> Int
    /// Floats that a forward pass over `count` examples leaves for the backward pass.
    func keptCount(_ count: Int) -> Int
    /// Floats of working memory for a pass over `count` examples.
    func scratchCount(_ count: Int, training: Bool) -> Int

    /// Derives what passes need from the parameters: once for a model, and once a step of training.
    func prepare(_ preparation: Preparation)
    /// Computes the output.
    func forward(_ pass: ForwardPass)
    /// Overwrites the gradients of the parameters and of the inputs.
    func backward(_ pass: BackwardPass)

    /// Adds the nodes that compute the output in ONNX, and returns it; the first input has `inputShape`.
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue
}

extension Layer {
    var parameters: [ParameterDescription] { [] }
    var rowsPerExample: Int { .max }
    var needs: BackwardNeeds { .input }
    var worksInPlace: Bool { false }
    var isTrainingOnly: Bool { false }
    var leastExamples: Int { 1 }
    var multiplierRule: MultiplierRule { .path }
    func preparedCount(training: Bool) -> Int { 0 }
    func keptCount(_ count: Int) -> Int { 0 }
    func scratchCount(_ count: Int, training: Bool) -> Int { 0 }
    func prepare(_ preparation: Preparation) {}

    var inputCount: Int { inputShape.reduce(1, *) }
    var outputCount: Int { outputShape.reduce(1, *) }
}

/// What a backward pass reads of the forward pass' values.
struct BackwardNeeds: OptionSet, Sendable {
    let rawValue: Int

    static let input = BackwardNeeds(rawValue: 1)
    static let output = BackwardNeeds(rawValue: 2)
}

/// What `prepare` works on: each pointer is to the layer's own part.
struct Preparation {
    var kernels: Kernels
    var training: Bool
    var parameters: UnsafePointer<Float>
    var prepared: UnsafeMutablePointer<Float>
}

/// One forward pass over `count` examples, as a layer sees it: each pointer is to the layer's own part.
struct ForwardPass {
    var kernels: Kernels
    var count: Int
    var parameters: UnsafePointer<Float>
    var prepared: UnsafePointer<Float>
    var inputs: UnsafePointer<UnsafePointer<Float>>
    var output: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutablePointer<Float>
    /// Null in inference.
    var kept: UnsafeMutablePointer<Float>?
    /// Threads that may share the work of few examples; null where each thread has examples of its own.
    var team: WorkerTeam?
    /// The stream of random numbers of this pass and layer.
    var random = SplitMix64(seed: 0)

    var input: UnsafePointer<Float> { inputs[0] }
}

/// One backward pass, as a layer sees it.
struct BackwardPass {
    var kernels: Kernels
    var count: Int
    var parameters: UnsafePointer<Float>
    var prepared: UnsafePointer<Float>
    /// Valid where the layer `needs` them.
    var inputs: UnsafePointer<UnsafePointer<Float>>
    /// Valid where the layer `needs` it.
    var output: UnsafePointer<Float>
    var kept: UnsafeMutablePointer<Float>
    var dOutput: UnsafePointer<Float>
    /// Null where nobody needs it, such as before the first layer.
    var dInputs: UnsafePointer<UnsafeMutablePointer<Float>?>
    var dParameters: UnsafeMutablePointer<Float>
    var scratch: UnsafeMutablePointer<Float>
    /// False where nobody reads `dParameters`, which then may hold anything: products for it can be left out.
    var wantsParameters = true

    var input: UnsafePointer<Float> { inputs[0] }
    var dInput: UnsafeMutablePointer<Float>? { dInputs[0] }
}
