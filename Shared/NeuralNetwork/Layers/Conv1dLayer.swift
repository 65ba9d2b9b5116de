import CKernels

/// Convolution of numbers; weight `(filters, channels / groups, taps)` as in PyTorch, input `(L, C)`.
///
/// With channels last, a window is one run of floats, so products read overlapping rows of the padded input where they
/// are. Only dilated or grouped kernels copy windows out. The input's gradient is a convolution too where the stride is
/// 1; else the windows' gradients are added up.
struct Conv1dLayer: Layer {
    let geometry: ConvolutionGeometry

    init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

    var inputShape: [Int] { [geometry.length, geometry.channels] }
    var outputShape: [Int] { [geometry.positions, geometry.filters] }
    var parameters: [ParameterDescription] { geometry.parameters }
    var rowsPerExample: Int { geometry.positions }
    var multiplierRule: MultiplierRule { .linear }

    private var copiesWindows: Bool { geometry.dilation > 1 || geometry.groups > 1 }
    /// Whether the input's gradient is the convolution of the padded output's with flipped weights.
    private var flips: Bool { !copiesWindows && geometry.stride == 1 && geometry.padding < geometry.taps }
    private var groupWindow: Int { geometry.window / geometry.groups }
    private var groupFilters: Int { geometry.filters / geometry.groups }
    private var groupPanels: Int { ck_packed_count(groupWindow, groupFilters) }
    private var groupTransposed: Int { ck_packed_count(groupFilters, groupWindow) }

    /// Both strands' weights, then the weights as the input's gradient needs them.
    func preparedCount(training: Bool) -> Int {
        guard training else { return geometry.expandedCount }
        let backward =
            flips
            ? ck_packed_count(geometry.taps * geometry.filters, geometry.channels)
            : geometry.groups * groupTransposed
        return geometry.expandedCount + backward
    }

    func prepare(_ preparation: Preparation) {
        var weights = preparation.parameters
        if geometry.sharesStrands {
            geometry.expand(preparation.parameters, into: preparation.prepared)
            weights = UnsafePointer(preparation.prepared)
        }
        guard preparation.training else { return }
        let backward = preparation.prepared + geometry.expandedCount
        if flips {
            ck_pack_flipped(weights, geometry.taps, geometry.channels, geometry.filters, backward)
        } else {
            for group in 0..<geometry.groups {
                ck_pack_transposed(
                    weights + group * groupPanels, groupWindow, groupFilters, 0, groupWindow,
                    backward + group * groupTransposed)
            }
        }
    }

    private var windowsCount: Int { copiesWindows ? geometry.positions * groupWindow : 0 }
    private var paddedCount: Int { geometry.paddedLength * geometry.channels }
    private var paddedGradientCount: Int { (geometry.length + geometry.taps - 1) * geometry.filters }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let forward = (geometry.padding > 0 || copiesWindows ? paddedCount : 0) + windowsCount
        guard training else { return forward }
        let backward = flips ? paddedGradientCount : geometry.positions * groupWindow + paddedCount
        return max(paddedCount + windowsCount + geometry.expandedCount, backward)
    }

    func forward(_ pass: ForwardPass) {
        let weights = geometry.sharesStrands ? pass.prepared : pass.parameters
        let bias = geometry.hasBias ? weights + geometry.biasOffset : nil
        for example in 0..<pass.count {
            let input = padded(pass.input + example * inputCount, into: pass.scratch)
            let output = pass.output + example * outputCount
            for group in 0..<geometry.groups {
                let (rows, stride) = windows(of: input, group: group, into: pass.scratch + paddedCount)
                pass.product(
                    rows, stride: stride, packed: weights + group * groupPanels,
                    bias: bias.map { $0 + group * groupFilters },
                    into: output + group * groupFilters, stride: geometry.filters, m: geometry.positions,
                    k: groupWindow, n: groupFilters)
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        if pass.wantsParameters { parameterGradients(pass) }
        guard let dInput = pass.dInput else { return }
        let weights = pass.prepared + geometry.expandedCount
        for example in 0..<pass.count {
            let from = pass.dOutput + example * outputCount
            let to = dInput + example * inputCount
            if flips {
                flippedGradient(from, weights, into: to, scratch: pass.scratch, kernels: pass.kernels)
            } else {
                gatheredGradient(from, weights, into: to, scratch: pass.scratch, kernels: pass.kernels)
            }
        }
    }

    private func parameterGradients(_ pass: BackwardPass) {
        let functions = pass.kernels.functions
        // Both strands' gradients are added up from a copy.
        let dWeights = geometry.sharesStrands ? pass.scratch + paddedCount + windowsCount : pass.dParameters
        for example in 0..<pass.count {
            let input = padded(pass.input + example * inputCount, into: pass.scratch)
            let dOutput = pass.dOutput + example * outputCount
            for group in 0..<geometry.groups {
                let (rows, stride) = windows(of: input, group: group, into: pass.scratch + paddedCount)
                functions.product_gradient(
                    rows, stride, dOutput + group * groupFilters, geometry.filters, dWeights + group * groupPanels,
                    geometry.positions, groupWindow, groupFilters, example > 0)
            }
        }
        if geometry.hasBias {
            let dBias = dWeights + geometry.biasOffset
            dBias.update(repeating: 0, count: geometry.filters)
            functions.add_rows(pass.dOutput, dBias, pass.count * geometry.positions, geometry.filters)
        }
        if geometry.sharesStrands { geometry.contract(dWeights, into: pass.dParameters) }
    }

    // MARK: Windows

    /// The input between zeros, where it needs them.
    private func padded(
        _ input: UnsafePointer<Float>, into scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        guard geometry.padding > 0 else { return input }
        let edge = geometry.padding * geometry.channels
        scratch.update(repeating: 0, count: edge)
        (scratch + edge).update(from: input, count: inputCount)
        (scratch + edge + inputCount).update(repeating: 0, count: edge)
        return UnsafePointer(scratch)
    }

    /// The windows of a group as rows, and their distance.
    private func windows(
        of padded: UnsafePointer<Float>, group: Int, into copy: UnsafeMutablePointer<Float>
    ) -> (UnsafePointer<Float>, Int) {
        guard copiesWindows else { return (padded, geometry.stride * geometry.channels) }
        let channels = geometry.channels / geometry.groups
        for position in 0..<geometry.positions {
            for tap in 0..<geometry.taps {
                let source = (position * geometry.stride + tap * geometry.dilation) * geometry.channels
                (copy + (position * geometry.taps + tap) * channels).update(
                    from: padded + source + group * channels, count: channels)
            }
        }
        return (UnsafePointer(copy), groupWindow)
    }

    // MARK: The input's gradient

    private func flippedGradient(
        _ dOutput: UnsafePointer<Float>, _ flipped: UnsafePointer<Float>, into dInput: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, kernels: Kernels
    ) {
        let (filters, edge) = (geometry.filters, (geometry.taps - 1 - geometry.padding) * geometry.filters)
        let after = paddedGradientCount - edge - outputCount
        scratch.update(repeating: 0, count: edge)
        (scratch + edge).update(from: dOutput, count: outputCount)
        (scratch + edge + outputCount).update(repeating: 0, count: after)
        kernels.product(
            scratch, stride: filters, packed: flipped, bias: nil, into: dInput, stride: geometry.channels,
            m: geometry.length, k: geometry.taps * filters, n: geometry.channels)
    }

    private func gatheredGradient(
        _ dOutput: UnsafePointer<Float>, _ transposed: UnsafePointer<Float>, into dInput: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, kernels: Kernels
    ) {
        let (dWindows, dPadded) = (scratch, scratch + geometry.positions * groupWindow)
        let channels = geometry.channels / geometry.groups
        dPadded.update(repeating: 0, count: paddedCount)
        for group in 0..<geometry.groups {
            kernels.product(
                dOutput + group * groupFilters, stride: geometry.filters, packed: transposed + group * groupTransposed,
                bias: nil, into: dWindows, stride: groupWindow, m: geometry.positions, k: groupFilters, n: groupWindow)
            for position in 0..<geometry.positions {
                for tap in 0..<geometry.taps {
                    let target = (position * geometry.stride + tap * geometry.dilation) * geometry.channels
                    kernels.functions.add_rows(
                        dWindows + (position * geometry.taps + tap) * channels, dPadded + target + group * channels, 1,
                        channels)
                }
            }
        }
        dInput.update(from: dPadded + geometry.padding * geometry.channels, count: inputCount)
    }
}

extension Conv1dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        geometry.onnx(&graph, inputs[0])
    }
}

extension Conv1dLayer: ScalableColumns {
    var canScaleColumns: Bool { geometry.hasBias && !geometry.sharesStrands }

    func scaleColumns(
        _ parameters: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) { geometry.panels.scaleColumns(parameters, scale: scale, shift: shift) }
}
