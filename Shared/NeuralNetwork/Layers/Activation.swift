/// A function of each number.
struct Activation: Layer {
    enum Function: Sendable { case relu, gelu, tanh, sigmoid }

    let inputShape: [Int]
    let function: Function

    var outputShape: [Int] { inputShape }

    func forward(_ pass: ForwardPass) {
        let functions = pass.kernels.functions
        let map =
            switch function {
            case .relu: functions.relu
            case .gelu: functions.gelu
            case .tanh: functions.tanh
            case .sigmoid: functions.sigmoid
            }
        map(pass.input, pass.output, pass.count * inputCount)
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let functions = pass.kernels.functions
        let map =
            switch function {
            case .relu: functions.relu_backward
            case .gelu: functions.gelu_backward
            case .tanh: functions.tanh_backward
            case .sigmoid: functions.sigmoid_backward
            }
        map(pass.input, pass.output, pass.dOutput, dInput, pass.count * inputCount)
    }
}
