/// The greatest of each window of positions, a channel at a time; the first one where several are equal.
struct MaxPool1d: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let kernel: Int
    let stride: Int

    init(inputShape: [Int], kernel: Int, stride: Int) {
        self.inputShape = inputShape
        self.kernel = kernel
        self.stride = stride
        outputShape = [(inputShape[0] - kernel) / stride + 1, inputShape[1]]
    }

    private var channels: Int { inputShape[1] }

    func forward(_ pass: ForwardPass) {
        for example in 0..<pass.count {
            for position in 0..<outputShape[0] {
                let from = pass.input + example * inputCount + position * stride * channels
                let to = pass.output + example * outputCount + position * channels
                to.update(from: from, count: channels)
                for tap in 1..<max(kernel, 1) {
                    let row = from + tap * channels
                    for channel in 0..<channels where row[channel] > to[channel] { to[channel] = row[channel] }
                }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        dInput.update(repeating: 0, count: pass.count * inputCount)
        for example in 0..<pass.count {
            for position in 0..<outputShape[0] {
                let at = example * outputCount + position * channels
                let first = example * inputCount + position * stride * channels
                for channel in 0..<channels {
                    let taps = stride(from: first + channel, count: kernel)
                    guard let greatest = taps.first(where: { pass.input[$0] == pass.output[at + channel] }) else {
                        continue  // not a number: nothing to pass on
                    }
                    dInput[greatest] += pass.dOutput[at + channel]
                }
            }
        }
    }

    private func stride(from first: Int, count: Int) -> StrideTo<Int> {
        Swift.stride(from: first, to: first + count * channels, by: channels)
    }
}

/// The mean over all positions, a channel at a time.
struct AveragePool: Layer {
    let inputShape: [Int]

    var outputShape: [Int] { [inputShape[1]] }

    private var channels: Int { inputShape[1] }

    func forward(_ pass: ForwardPass) {
        let length = inputShape[0]
        pass.output.update(repeating: 0, count: pass.count * channels)
        for example in 0..<pass.count {
            let output = pass.output + example * channels
            pass.kernels.functions.add_rows(pass.input + example * inputCount, output, length, channels)
            for channel in 0..<channels { output[channel] /= Float(length) }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        let length = inputShape[0]
        for row in 0..<pass.count * length {
            let dOutput = pass.dOutput + row / length * channels
            for channel in 0..<channels { dInput[row * channels + channel] = dOutput[channel] / Float(length) }
        }
    }
}

/// One position of all.
struct Select: Layer {
    let inputShape: [Int]
    let position: Int

    var outputShape: [Int] { [inputShape[1]] }

    private var channels: Int { inputShape[1] }

    func forward(_ pass: ForwardPass) {
        for example in 0..<pass.count {
            let from = pass.input + example * inputCount + position * channels
            (pass.output + example * channels).update(from: from, count: channels)
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        dInput.update(repeating: 0, count: pass.count * inputCount)
        for example in 0..<pass.count {
            let to = dInput + example * inputCount + position * channels
            to.update(from: pass.dOutput + example * channels, count: channels)
        }
    }
}
