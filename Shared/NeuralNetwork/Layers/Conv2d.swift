import CKernels

extension LayerSpecification {
    /// `(H, W, C)` to `(H', W', filters)`: cross-correlation over an image; each list is `[vertical, horizontal]`.
    ///
    /// `groups` filters see only their share of the channels.
    public static func conv2d(
        filters: Int, kernel: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0], dilation: [Int] = [1, 1],
        groups: Int = 1, bias: Bool = true
    ) -> LayerSpecification {
        LayerSpecification(
            Conv2d(
                filters: filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
                bias: bias))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Conv2d.self, to: $0) }

struct Conv2d: LayerDefinition {
    static let type = "conv2d"

    var filters: Int
    var kernel: [Int]
    var stride = [1, 1]
    var padding = [0, 0]
    var dilation = [1, 1]
    var groups = 1
    var bias = true

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.check(filters, "filters")
        try graph.check(groups, "groups")
        let windows = try graph.imageWindows(
            input, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
        guard filters % groups == 0, windows.channels % groups == 0 else {
            throw graph.invalid("\(groups) groups do not divide \(windows.channels) channels and \(filters) filters")
        }
        return try graph.apply(
            Conv2dLayer(windows: windows, filters: filters, groups: groups, hasBias: bias), to: input)
    }
}

extension Conv2d {
    init(_ field: inout DocumentFields) throws {
        self.init(
            filters: try field("filters"), kernel: try field("kernel"), stride: try field("stride", default: [1, 1]),
            padding: try field("padding", default: [0, 0]), dilation: try field("dilation", default: [1, 1]),
            groups: try field("groups", default: 1), bias: try field("bias", default: true))
    }
}

/// Convolution of images; weight `(filters, channels / groups, kernel's height, width)` as in PyTorch.
///
/// Windows are copied out as the rows of a product, some rows of the image at a time so that they stay in the cache. The
/// windows' gradients are added up where they overlap. A kernel of one position reads the input where it is.
struct Conv2dLayer: Layer {
    let windows: ImageWindows
    let filters: Int
    let groups: Int
    let hasBias: Bool

    var inputShape: [Int] { windows.inputShape }
    var outputShape: [Int] { [windows.rows, windows.columns, filters] }
    var rowsPerExample: Int { windows.rows * windows.columns }
    var multiplierRule: MultiplierRule { .linear }

    var panels: PanelLayout {
        .convolution(filters: filters, channels: windows.channels, taps: windows.taps, groups: groups)
    }

    var parameters: [ParameterDescription] {
        let start = ParameterDescription.Start.uniform(1 / Float(depth).squareRoot())
        let weight = ParameterDescription(
            name: "weight",
            shape: [filters, windows.channels / groups, windows.kernel.height, windows.kernel.width],
            start: start, panels: panels)
        return hasBias ? [weight, ParameterDescription(name: "bias", shape: [filters], start: start)] : [weight]
    }

    /// Floats of a group's window.
    private var depth: Int { windows.taps * (windows.channels / groups) }
    private var groupFilters: Int { filters / groups }
    private var copies: Bool { groups > 1 || !windows.arePositions }
    private var transposedCount: Int { ck_packed_count(groupFilters, depth) }

    /// Each group's weights as the input's gradient needs them.
    func preparedCount(training: Bool) -> Int { training ? groups * transposedCount : 0 }

    func prepare(_ preparation: Preparation) {
        guard preparation.training else { return }
        for group in 0..<groups {
            ck_pack_transposed(
                preparation.parameters + group * panels.groupCount, depth, groupFilters, 0, depth,
                preparation.prepared + group * transposedCount)
        }
    }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        copies ? min(blockRows, count * windows.rows) * windows.columns * depth : 0
    }

    func forward(_ pass: ForwardPass) {
        let bias = hasBias ? pass.parameters + panels.storedCount : nil
        forEachBlock(pass.count) { rows, group in
            let columns = group * groupFilters
            pass.product(
                self.rows(of: pass.input, rows, group, into: pass.scratch), stride: depth,
                packed: pass.parameters + group * panels.groupCount, bias: bias.map { $0 + columns },
                into: pass.output + outputIndex(rows) + columns, stride: filters, m: rows.count * windows.columns,
                k: depth, n: groupFilters)
        }
    }

    func backward(_ pass: BackwardPass) {
        if pass.wantsParameters { parameterGradients(pass) }
        guard let dInput = pass.dInput else { return }
        let functions = pass.kernels.functions
        if copies { dInput.update(repeating: 0, count: pass.count * inputCount) }
        forEachBlock(pass.count) { rows, group in
            let dWindows = copies ? pass.scratch : dInput + rows.lowerBound * windows.columns * depth
            functions.product(
                pass.dOutput + outputIndex(rows) + group * groupFilters, filters,
                pass.prepared + group * transposedCount, nil, dWindows, depth, rows.count * windows.columns,
                groupFilters, depth)
            guard copies else { return }
            windows.forEachRun(rows: rows, channels: channels(of: group)) { window, input, count in
                functions.add_rows(dWindows + window, dInput + input, 1, count)
            }
        }
    }

    private func parameterGradients(_ pass: BackwardPass) {
        let functions = pass.kernels.functions
        forEachBlock(pass.count) { rows, group in
            functions.product_gradient(
                self.rows(of: pass.input, rows, group, into: pass.scratch), depth,
                pass.dOutput + outputIndex(rows) + group * groupFilters, filters,
                pass.dParameters + group * panels.groupCount, rows.count * windows.columns, depth, groupFilters,
                rows.lowerBound > 0)
        }
        if hasBias {
            let dBias = pass.dParameters + panels.storedCount
            dBias.update(repeating: 0, count: filters)
            functions.add_rows(pass.dOutput, dBias, pass.count * rowsPerExample, filters)
        }
    }

    // MARK: Blocks

    /// Rows of the output whose windows are copied out together: most of a second-level cache.
    private var blockRows: Int { max(1, Self.blockCount / (windows.columns * depth)) }
    private static let blockCount = 1 << 16

    private func forEachBlock(_ count: Int, _ body: (_ rows: Range<Int>, _ group: Int) -> Void) {
        let end = count * windows.rows
        for first in Swift.stride(from: 0, to: end, by: blockRows) {
            for group in 0..<groups { body(first..<min(end, first + blockRows), group) }
        }
    }

    private func outputIndex(_ rows: Range<Int>) -> Int { rows.lowerBound * windows.columns * filters }

    private func channels(of group: Int) -> Range<Int> {
        let size = windows.channels / groups
        return group * size..<(group + 1) * size
    }

    /// The windows of a group as rows of a product.
    private func rows(
        of input: UnsafePointer<Float>, _ rows: Range<Int>, _ group: Int, into copy: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        guard copies else { return input + rows.lowerBound * windows.columns * depth }
        if windows.padding != (0, 0) { copy.update(repeating: 0, count: rows.count * windows.columns * depth) }
        windows.forEachRun(rows: rows, channels: channels(of: group)) { window, place, count in
            (copy + window).update(from: input + place, count: count)
        }
        return UnsafePointer(copy)
    }
}

extension Conv2dLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let (kernel, stride) = (windows.kernel, windows.stride)
        let (padding, dilation) = (windows.padding, windows.dilation)
        let bias = hasBias ? [graph.initializer("bias")] : []
        let output = graph.node(
            "Conv", [graph.name(of: inputs[0], .channelsFirst), graph.initializer("weight")] + bias,
            [
                .integers("dilations", [dilation.height, dilation.width]), .integer("group", groups),
                .integers("kernel_shape", [kernel.height, kernel.width]),
                .integers("pads", [padding.height, padding.width, padding.height, padding.width]),
                .integers("strides", [stride.height, stride.width]),
            ])
        return graph.value(output, shape: outputShape, .channelsFirst)
    }
}

extension Conv2dLayer: ScalableColumns {
    var canScaleColumns: Bool { hasBias }

    func scaleColumns(
        _ parameters: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) { panels.scaleColumns(parameters, scale: scale, shift: shift) }
}
