import CKernels

/// Cross-correlation over positions; weight `(filters, channels, kernel)` as in PyTorch, input `(L, C)`.
///
/// With channels last, a window is one run of floats, so the forward product reads overlapping rows of the padded
/// input where they are. Only a dilated kernel, and the weight's gradient, copy windows out.
struct Conv1d: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let filters: Int
    let kernel: Int
    let stride: Int
    let padding: Int
    let dilation: Int

    init(inputShape: [Int], filters: Int, kernel: Int, stride: Int, padding: Int, dilation: Int) {
        self.inputShape = inputShape
        self.filters = filters
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        let positions = (inputShape[0] + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
        outputShape = [positions, filters]
    }

    private var length: Int { inputShape[0] }
    private var channels: Int { inputShape[1] }
    private var positions: Int { outputShape[0] }
    private var window: Int { kernel * channels }
    private var paddedLength: Int { length + 2 * padding }

    var parameters: [ParameterDescription] {
        let bound = 1 / Float(window).squareRoot()
        return [
            ParameterDescription(name: "weight", shape: [filters, channels, kernel], start: .uniform(bound)),
            ParameterDescription(name: "bias", shape: [filters], start: .uniform(bound)),
        ]
    }

    var packedCount: Int { ck_packed_count(window, filters) }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let forward = dilation > 1 ? positions * window : paddedLength * channels
        return training ? max(forward, count * positions * window + filters * window) : forward
    }

    /// `packed[tap · channels + channel][filter]`: the order of a window's floats.
    func pack(_ parameters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        let columns = ck_panel
        packed.update(repeating: 0, count: packedCount)
        for filter in 0..<filters {
            let panel = packed + filter / columns * columns * window + filter % columns
            let weight = parameters + filter * window
            for channel in 0..<channels {
                for tap in 0..<kernel {
                    panel[(tap * channels + channel) * columns] = weight[channel * kernel + tap]
                }
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        let bias = pass.parameters + filters * window
        for example in 0..<pass.count {
            var rows = pass.input + example * length * channels
            var rowStride = stride * channels
            if dilation > 1 {
                copyWindows(of: rows, into: pass.scratch)
                (rows, rowStride) = (UnsafePointer(pass.scratch), window)
            } else if padding > 0 {
                let edge = padding * channels
                pass.scratch.update(repeating: 0, count: edge)
                (pass.scratch + edge).update(from: rows, count: length * channels)
                (pass.scratch + edge + length * channels).update(repeating: 0, count: edge)
                rows = UnsafePointer(pass.scratch)
            }
            pass.kernels.product(
                rows, stride: rowStride, packed: pass.packed, bias: bias,
                into: pass.output + example * positions * filters, stride: filters, m: positions, k: window, n: filters)
        }
    }

    func backward(_ pass: BackwardPass) {
        let rows = pass.count * positions
        let windows = pass.scratch
        let weight = windows + rows * window
        for example in 0..<pass.count {
            copyWindows(of: pass.input + example * length * channels, into: windows + example * positions * window)
        }
        weight.update(repeating: 0, count: filters * window)
        BLAS.addTransposedProduct(
            pass.dOutput, stride: filters, windows, stride: window, to: weight, stride: window, m: filters, k: rows,
            n: window)
        forEachWeight { tapFirst, channelFirst in pass.dParameters[channelFirst] += weight[tapFirst] }
        pass.kernels.functions.add_rows(pass.dOutput, pass.dParameters + filters * window, rows, filters)

        guard let dInput = pass.dInput else { return }
        forEachWeight { tapFirst, channelFirst in weight[tapFirst] = pass.parameters[channelFirst] }
        BLAS.product(
            pass.dOutput, stride: filters, weight, stride: window, into: windows, stride: window, m: rows, k: filters,
            n: window)
        dInput.update(repeating: 0, count: pass.count * length * channels)
        for example in 0..<pass.count {
            addWindows(windows + example * positions * window, to: dInput + example * length * channels)
        }
    }

    /// Pairs of indices of one weight: in windows' order (filter, tap, channel) and in PyTorch's.
    private func forEachWeight(_ body: (_ tapFirst: Int, _ channelFirst: Int) -> Void) {
        for filter in 0..<filters {
            for tap in 0..<kernel {
                for channel in 0..<channels {
                    body((filter * kernel + tap) * channels + channel, (filter * channels + channel) * kernel + tap)
                }
            }
        }
    }

    private func copyWindows(of input: UnsafePointer<Float>, into windows: UnsafeMutablePointer<Float>) {
        for position in 0..<positions {
            for tap in 0..<kernel {
                let source = position * stride + tap * dilation - padding
                let target = windows + (position * kernel + tap) * channels
                if (0..<length).contains(source) {
                    target.update(from: input + source * channels, count: channels)
                } else {
                    target.update(repeating: 0, count: channels)
                }
            }
        }
    }

    private func addWindows(_ windows: UnsafePointer<Float>, to dInput: UnsafeMutablePointer<Float>) {
        for position in 0..<positions {
            for tap in 0..<kernel {
                let target = position * stride + tap * dilation - padding
                guard (0..<length).contains(target) else { continue }
                let from = windows + (position * kernel + tap) * channels
                let to = dInput + target * channels
                for channel in 0..<channels { to[channel] += from[channel] }
            }
        }
    }
}
