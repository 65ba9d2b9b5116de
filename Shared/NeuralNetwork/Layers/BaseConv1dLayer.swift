import CKernels

/// The first convolution over DNA, without one-hot rows: for each tap the filters' column of the base there is added.
///
/// For unambiguous bases the output has the bytes of the product with one-hot rows; an ambiguous base has the mean of its
/// letters' columns, and padding adds nothing.
struct BaseConv1dLayer: Layer {
    let geometry: ConvolutionGeometry

    init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

    var inputShape: [Int] { [geometry.length] }
    var outputShape: [Int] { [geometry.positions, geometry.filters] }
    var parameters: [ParameterDescription] { geometry.parameters }
    var rowsPerExample: Int { geometry.positions }

    func preparedCount(training: Bool) -> Int { geometry.expandedCount }

    func prepare(_ preparation: Preparation) {
        if geometry.sharesStrands { geometry.expand(preparation.parameters, into: preparation.prepared) }
    }

    /// One padded sequence of codes, a byte each; in training also both strands' gradients.
    func scratchCount(_ count: Int, training: Bool) -> Int { codesCount + (training ? geometry.expandedCount : 0) }

    private var codesCount: Int { (geometry.paddedLength + 63) / 64 * 16 }

    func forward(_ pass: ForwardPass) {
        let weights = geometry.sharesStrands ? pass.prepared : pass.parameters
        for example in 0..<pass.count {
            let work = SharedConvolution(
                geometry: geometry, kernels: pass.kernels,
                codes: codes(pass.input + example * geometry.length, into: pass.scratch), weights: weights,
                output: pass.output + example * outputCount, workers: pass.team?.workers ?? 1)
            if let team = pass.team { team.run(work.parts, work) } else { work.work(0) }
        }
    }

    /// One sequence's convolution in parts of positions.
    private struct SharedConvolution: TeamWork {
        let geometry: ConvolutionGeometry
        let kernels: Kernels
        let codes: UnsafePointer<UInt8>
        let weights: UnsafePointer<Float>
        let output: UnsafeMutablePointer<Float>
        let workers: Int

        var parts: Int { SharedRange.parts(of: geometry.positions, by: 4, workers: workers) }

        func work(_ part: Int) {
            let positions = SharedRange.range(part, of: geometry.positions, by: 4, workers: workers)
            kernels.functions.base_convolution(
                codes + positions.lowerBound * geometry.stride, geometry.stride, geometry.dilation, weights,
                geometry.hasBias ? weights + geometry.biasOffset : nil,
                output + positions.lowerBound * geometry.filters, geometry.filters, positions.count, geometry.taps,
                geometry.filters)
        }
    }

    func backward(_ pass: BackwardPass) {
        let functions = pass.kernels.functions
        let dWeights = geometry.sharesStrands ? pass.scratch + codesCount : pass.dParameters
        dWeights.update(repeating: 0, count: ck_packed_count(geometry.window, geometry.filters))
        for example in 0..<pass.count {
            functions.base_convolution_gradient(
                codes(pass.input + example * geometry.length, into: pass.scratch), geometry.stride, geometry.dilation,
                pass.dOutput + example * outputCount, geometry.filters, dWeights, geometry.positions, geometry.taps,
                geometry.filters)
        }
        if geometry.hasBias {
            let dBias = dWeights + geometry.biasOffset
            dBias.update(repeating: 0, count: geometry.filters)
            functions.add_rows(pass.dOutput, dBias, pass.count * geometry.positions, geometry.filters)
        }
        if geometry.sharesStrands { geometry.contract(dWeights, into: pass.dParameters) }
        // Bases have no gradient; what is not a number to begin with does not change by a little.
        pass.dInput?.update(repeating: 0, count: pass.count * geometry.length)
    }

    private func codes(
        _ input: UnsafePointer<Float>, into scratch: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<UInt8> {
        let codes = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: UInt8.self)
        codes.update(repeating: 0, count: geometry.paddedLength)
        for position in 0..<geometry.length { codes[geometry.padding + position] = Self.code(input[position]) }
        return UnsafePointer(codes)
    }

    /// What is no code counts as padding.
    static func code(_ value: Float) -> UInt8 { value > 0 && value < 16 ? UInt8(value) : 0 }
}

extension BaseConv1dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        geometry.onnx(&graph, graph.letters(of: inputs[0]))
    }
}

extension BaseConv1dLayer: ScalableColumns {
    var canScaleColumns: Bool { geometry.hasBias && !geometry.sharesStrands }

    func scaleColumns(
        _ parameters: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) { geometry.panels.scaleColumns(parameters, scale: scale, shift: shift) }
}
