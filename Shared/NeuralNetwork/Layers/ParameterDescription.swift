/// A parameter of a layer: its PyTorch name within the layer, its shape, how it starts and how it lies in memory.
struct ParameterDescription: Sendable {
    enum Start: Sendable {
        /// Uniform in ±bound.
        case uniform(Float)
        /// Normal with this deviation.
        case normal(Float)
        case constant(Float)
    }

    /// What moves a parameter.
    enum Role: Sendable, Hashable {
        /// The optimizer, against the gradient.
        case weight
        /// Nothing but data: in its gradient's place a backward pass leaves what it observed, times the examples, and a
        /// step moves the parameter by this share towards the batch's mean.
        case statistic(momentum: Float)
    }

    var name: String
    var shape: [Int]
    var start: Start
    /// The row that starts with zeros.
    var zeroRow: Int?
    var role = Role.weight
    /// The least value that makes sense: 0 of a variance.
    var least: Float?
    /// Nil: in PyTorch's order.
    var panels: PanelLayout?

    var count: Int { shape.reduce(1, *) }
    /// Floats in the network's buffer.
    var storedCount: Int { panels?.storedCount ?? count }
}
