/// Inverted dropout (Srivastava and others, 2014): zeros with probability `rate`, and the rest times 1 / (1 - rate).
///
/// Only training runs it; `LayerStack` leaves it out of inference.
struct Dropout: Layer {
    let inputShape: [Int]
    let rate: Float

    var outputShape: [Int] { inputShape }
    /// The factor of each number.
    var keptCount: Int { inputCount }

    func forward(_ pass: ForwardPass) {
        guard let kept = pass.kept else { preconditionFailure("dropout runs in training only") }
        var random = pass.random
        for i in 0..<pass.count * inputCount {
            kept[i] = random.uniform() < rate ? 0 : 1 / (1 - rate)
            pass.output[i] = pass.input[i] * kept[i]
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        for i in 0..<pass.count * inputCount { dInput[i] = pass.dOutput[i] * pass.kept[i] }
    }
}
