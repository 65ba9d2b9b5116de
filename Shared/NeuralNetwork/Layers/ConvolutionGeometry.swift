import CKernels

/// The numbers of a convolution over positions.
struct ConvolutionGeometry: Sendable {
    let length: Int
    let channels: Int
    let filters: Int
    let taps: Int
    let stride: Int
    let padding: Int
    let dilation: Int
    let groups: Int
    let hasBias: Bool
    let sharesStrands: Bool
    let positions: Int

    init(length: Int, channels: Int, _ definition: Conv1d) {
        self.length = length
        self.channels = channels
        filters = definition.filters
        taps = definition.kernel
        stride = definition.stride
        padding = definition.padding
        dilation = definition.dilation
        groups = definition.groups
        hasBias = definition.bias
        sharesStrands = definition.reverseComplement
        positions = (length + 2 * padding - dilation * (taps - 1) - 1) / stride + 1
    }

    /// Floats of a window, of all groups.
    var window: Int { taps * channels }
    var paddedLength: Int { length + 2 * padding }
    /// Filters that have weights of their own.
    var ownFilters: Int { sharesStrands ? filters / 2 : filters }

    var panels: PanelLayout {
        .convolution(filters: ownFilters, channels: channels, taps: taps, groups: groups)
    }

    var parameters: [ParameterDescription] {
        let start = ParameterDescription.Start.uniform(1 / Float(window / groups).squareRoot())
        let weight = ParameterDescription(
            name: "weight", shape: [ownFilters, channels / groups, taps], start: start, panels: panels)
        return hasBias ? [weight, ParameterDescription(name: "bias", shape: [ownFilters], start: start)] : [weight]
    }

    // MARK: Strands

    /// Floats of the weight and bias of all filters, both strands'; 0 where they are the parameters.
    var expandedCount: Int { sharesStrands ? ck_packed_count(window, filters) + (filters + 15) & ~15 : 0 }

    /// Where the bias is among the parameters, or among the expanded ones.
    var biasOffset: Int { sharesStrands ? ck_packed_count(window, filters) : panels.storedCount }

    /// Writes the weights of both strands: filter `filters - 1 - f` is filter f with taps and channels reversed.
    func expand(_ parameters: UnsafePointer<Float>, into expanded: UnsafeMutablePointer<Float>) {
        expanded.update(repeating: 0, count: expandedCount)
        forEachTwin { own, first, second in
            expanded[first] = parameters[own]
            expanded[second] = parameters[own]
        }
    }

    /// Adds up the gradients of both strands.
    func contract(_ dExpanded: UnsafePointer<Float>, into dParameters: UnsafeMutablePointer<Float>) {
        dParameters.update(repeating: 0, count: parameters.reduce(0) { $0 + $1.storedCount })
        forEachTwin { own, first, second in dParameters[own] = dExpanded[first] + dExpanded[second] }
    }

    private func forEachTwin(_ body: (_ own: Int, _ first: Int, _ second: Int) -> Void) {
        func index(_ filter: Int, _ row: Int) -> Int {
            (filter / ck_panel * window + row) * ck_panel + filter % ck_panel
        }
        for filter in 0..<ownFilters {
            let twin = filters - 1 - filter
            for row in 0..<window { body(index(filter, row), index(filter, row), index(twin, window - 1 - row)) }
            if hasBias { body(panels.storedCount + filter, biasOffset + filter, biasOffset + twin) }
        }
    }
}

extension ConvolutionGeometry {
    /// The convolution of `(L, channels)`, with both strands' weights written out.
    func onnx(_ graph: inout ONNXGraphBuilder, _ input: ONNXValue) -> ONNXValue {
        let weight = graph.parameter("weight")
        let twin = sharesStrands ? [weight.reversed(axis: 0).reversed(axis: 1).reversed(axis: 2)] : []
        var operands = [
            graph.name(of: input, .channelsFirst),
            graph.initializer("weight", [weight] + twin, shape: [filters, channels / groups, taps]),
        ]
        if hasBias {
            let bias = graph.parameter("bias")
            let twin = sharesStrands ? [bias.reversed(axis: 0)] : []
            operands.append(graph.initializer("bias", [bias] + twin, shape: [filters]))
        }
        let output = graph.node(
            "Conv", operands,
            [
                .integers("dilations", [dilation]), .integer("group", groups), .integers("kernel_shape", [taps]),
                .integers("pads", [padding, padding]), .integers("strides", [stride]),
            ])
        return graph.value(output, shape: [positions, filters], .channelsFirst)
    }
}
