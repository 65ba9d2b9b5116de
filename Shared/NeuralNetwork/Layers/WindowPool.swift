/// A pool of windows as documents say it: `stride` is `kernel` if left out.
protocol WindowPool: LayerDefinition {
    /// A number of positions, or `[vertical, horizontal]` ones.
    associatedtype Extent: Codable

    init(kernel: Extent, stride: Extent)
}

extension WindowPool {
    init(_ field: inout DocumentFields) throws {
        let kernel: Extent = try field("kernel")
        self.init(kernel: kernel, stride: try field("stride", default: kernel))
    }
}
