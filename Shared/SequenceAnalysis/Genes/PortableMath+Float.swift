import NeuralNetwork

extension PortableMath {
    /// eˣ, rounded from that in double precision.
    static func exp(_ x: Float) -> Float { Float(exp(Double(x))) }

    /// The natural logarithm, rounded from that in double precision.
    static func log(_ x: Float) -> Float { Float(log(Double(x))) }
}
