/// How DeepLIFT shares the difference of a layer's outputs, between an input and a reference, out among the differences of
/// its inputs (Shrikumar and others, 2017).
///
/// A multiplier times the difference of its input is that input's share. A rule is exact where the shares add up to the
/// difference of the output for any input and reference, but for rounding. What `path` lacks to that shows in the
/// completeness error of an attribution, and falls as more points are taken.
public enum MultiplierRule: Sendable, Hashable {
    /// The gradient, of a layer that is linear; exact.
    case linear
    /// The quotient of both differences, of a function of each number; exact.
    ///
    /// Of a smooth function the slope takes its place where the difference is too small to divide by.
    case rescale(smooth: Bool)
    /// Where the greatest number rises it is due to the input's own greatest, and where it falls to the reference's; exact.
    case maximum
    /// The mean gradient between reference and input of a product of up to 16 factors; exact, since it is a polynomial.
    case product
    /// The mean gradient of the layer as a whole on the straight line from its inputs at the reference to those at the
    /// input, at Gauss and Legendre's points: recurrent and attention layers, norms and softmax.
    case path

    /// Whether the shares add up whatever the input and reference.
    public var isExact: Bool { self != .path }
}

/// Gauss and Legendre's points and weights for integrals from 0 to 1.
struct Quadrature: Sendable {
    let points: [(place: Float, weight: Float)]

    /// So many points integrate polynomials of a degree below twice their number exactly.
    init(_ count: Int) {
        points = (0..<count).map { index in
            // Newton's method from Chebyshev's guess; the generator of the roots is Legendre's recurrence.
            var x = PortableCosine.value((Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var (previous, value) = (1.0, x)
                for degree in stride(from: 2, through: count, by: 1) {
                    let n = Double(degree)
                    (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n)
                }
                slope = Double(count) * (x * value - previous) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-15 { break }
            }
            return (Float((1 - x) / 2), Float(1 / ((1 - x * x) * slope * slope)))
        }
    }
}

/// The cosine of a multiple of π, near enough for a first guess and the same on every processor.
private enum PortableCosine {
    static func value(_ turns: Double) -> Double {
        let x = turns * Double.pi - Double.pi / 2
        let square = x * x
        return -x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42)))
    }
}
