/// Which positions of its input a position of a layer's output comes from: `span` of them from
/// `position · stride - padding` on, zeros where there are none.
struct Reach: Sendable, Hashable {
    var stride = 1
    var span = 1
    var padding = 0

    /// The positions of the output that come from any of those of the input, of `count`.
    func outputs(of inputs: Range<Int>, count: Int) -> Range<Int> {
        let last = inputs.upperBound - 1 + padding
        let first = inputs.lowerBound + padding - span + 1
        let low = max(0, first <= 0 ? 0 : (first + stride - 1) / stride)
        return min(low, count)..<max(min(low, count), min(count, last / stride + 1))
    }
}

/// A layer on positions, each of whose outputs comes from positions nearby.
protocol LocalLayer: Layer {
    /// Nil of a form of the layer that is not local.
    var reach: Reach? { get }
    /// The same for so many positions, from an input of just those that they come from, zeros included.
    func cropped(to positions: Int) -> any Layer
    /// The same, but with one position of the output for every position of the input, whatever the stride.
    func sliding(over positions: Int) -> any Layer
}

extension LocalLayer {
    /// Of a layer that works on each position for itself.
    var reach: Reach? { outputShape.count == 2 ? Reach() : nil }
    /// Of a layer without a stride.
    func sliding(over positions: Int) -> any Layer { cropped(to: positions) }
}

extension ConvolutionGeometry {
    var reach: Reach { Reach(stride: stride, span: dilation * (taps - 1) + 1, padding: padding) }

    /// The convolution without padding that has so many positions.
    func cropped(to positions: Int, stride: Int? = nil) -> ConvolutionGeometry {
        let stride = stride ?? self.stride
        return ConvolutionGeometry(
            length: (positions - 1) * stride + reach.span, channels: channels,
            Conv1d(
                filters: filters, kernel: taps, stride: stride, padding: 0, dilation: dilation, groups: groups,
                bias: hasBias, reverseComplement: sharesStrands))
    }
}

extension BaseConv1dLayer: LocalLayer {
    var reach: Reach? { geometry.reach }
    func cropped(to positions: Int) -> any Layer { BaseConv1dLayer(geometry.cropped(to: positions)) }
    func sliding(over positions: Int) -> any Layer { BaseConv1dLayer(geometry.cropped(to: positions, stride: 1)) }
}

extension Conv1dLayer: LocalLayer {
    var reach: Reach? { geometry.reach }
    func cropped(to positions: Int) -> any Layer { Conv1dLayer(geometry.cropped(to: positions)) }
    func sliding(over positions: Int) -> any Layer { Conv1dLayer(geometry.cropped(to: positions, stride: 1)) }
}

extension OneHotLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer { OneHotLayer(length: positions) }
}

extension ActivationLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        ActivationLayer(inputShape: [positions] + inputShape.dropFirst(), function: function)
    }
}

extension BatchNormLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        BatchNormLayer(inputShape: [positions] + inputShape.dropFirst(), epsilon: epsilon, momentum: momentum)
    }
}

extension LayerNormLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        LayerNormLayer(inputShape: [positions] + inputShape.dropFirst(), epsilon: epsilon)
    }
}

extension SoftmaxLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer { SoftmaxLayer(inputShape: [positions] + inputShape.dropFirst()) }
}

extension LinearLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        LinearLayer(inputShape: [positions] + inputShape.dropFirst(), outputs: outputs, hasBias: hasBias)
    }
}

extension FoldStrandsLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        FoldStrandsLayer(inputShape: [positions] + inputShape.dropFirst(), join: join)
    }
}

extension JoinLayer: LocalLayer {
    func cropped(to positions: Int) -> any Layer {
        JoinLayer(shapes: shapes.map { [positions] + $0.dropFirst() }, join: join)
    }
}

extension MaxPool1dLayer: LocalLayer {
    var reach: Reach? { Reach(stride: stride, span: kernel) }

    func cropped(to positions: Int) -> any Layer {
        MaxPool1dLayer(
            inputShape: [(positions - 1) * stride + kernel, inputShape[1]], kernel: kernel, stride: stride)
    }

    func sliding(over positions: Int) -> any Layer {
        MaxPool1dLayer(inputShape: [positions - 1 + kernel, inputShape[1]], kernel: kernel, stride: 1)
    }
}

/// Local where it is an image of one row: `averagePool1d`.
extension AveragePool2dLayer: LocalLayer {
    var reach: Reach? {
        windows.height == 1 ? Reach(stride: windows.stride.width, span: windows.kernel.width) : nil
    }

    func cropped(to positions: Int) -> any Layer { row(positions, stride: windows.stride.width) }
    func sliding(over positions: Int) -> any Layer { row(positions, stride: 1) }

    private func row(_ positions: Int, stride: Int) -> AveragePool2dLayer {
        let length = (positions - 1) * stride + windows.kernel.width
        return AveragePool2dLayer(
            windows: ImageWindows(
                [1, length, windows.channels], kernel: [1, windows.kernel.width], stride: [1, stride]))
    }
}
