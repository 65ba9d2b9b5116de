/// Functions of one number in double precision with the same bytes on every processor.
///
/// The C library's own choose their instructions by processor, and with them the last bit. These are the
/// polynomials of fdlibm (Sun Microsystems, 1993), a fixed chain of IEEE operations, within 2 units in the last place;
/// loops over many numbers have the kernels instead.
public enum PortableMath {
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10

    /// eˣ.
    public static func exp(_ x: Double) -> Double {
        guard x < 709.78 else { return x.isNaN ? x : .infinity }
        guard x > -745.1 else { return 0 }
        let n = (x * 1.44269504088896338700).rounded()
        let (high, low) = (x - n * ln2High, n * ln2Low)
        let r = high - low
        let z = r * r
        var p = 4.13813679705723846039e-08
        p = p * z - 1.65339022054652515390e-06
        p = p * z + 6.61375632143793436117e-05
        p = p * z - 2.77777777770155933842e-03
        p = p * z + 1.66666666666666019037e-01
        let c = r - z * p
        let y = 1 - ((low - r * c / (2 - c)) - high)
        return Double(sign: .plus, exponent: Int(n), significand: y)
    }

    /// The natural logarithm: -∞ of 0, not a number below.
    public static func log(_ x: Double) -> Double {
        guard x > 0, x < .infinity else { return x == 0 ? -.infinity : x > 0 ? x : .nan }
        guard x.isNormal else { return log(x * 0x1p54) - 54 * 6.93147180559945309417e-01 }
        // x = 2ⁿ · m with m in [√½, √2), so that numbers near 1 lose nothing.
        let offset = x.bitPattern &- 0x3fe6_a09e_0000_0000
        let n = Double(Int64(bitPattern: offset) >> 52)
        let f = Double(bitPattern: (offset & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_0000_0000) - 1
        let s = f / (2 + f)
        let z = s * s
        var p = 1.479819860511658591e-01
        p = p * z + 1.531383769920937332e-01
        p = p * z + 1.818357216161805012e-01
        p = p * z + 2.222219843214978396e-01
        p = p * z + 2.857142874366239149e-01
        p = p * z + 3.999999999940941908e-01
        p = p * z + 6.666666666666735130e-01
        let half = 0.5 * f * f
        return n * ln2High - ((half - (s * (half + p * z) + n * ln2Low)) - f)
    }

    /// `base` to the power of `exponent`, for a base that is not negative.
    ///
    /// Its relative error grows with the exponent of the result, to some 10⁻¹³.
    static func power(_ base: Double, _ exponent: Double) -> Double {
        exponent == 0 ? 1 : exponent == 1 ? base : exp(exponent * log(base))
    }

    /// cos(π·t) for t in 0...1.
    public static func cosine(ofPi t: Double) -> Double {
        if t > 0.5 { return -cosine(ofPi: 1 - t) }
        if t > 0.25 { return sine((0.5 - t) * .pi) }
        let z = (t * .pi) * (t * .pi)
        var p = -1.13596475577881948265e-11
        p = p * z + 2.08757232129817482790e-09
        p = p * z - 2.75573143513906633035e-07
        p = p * z + 2.48015872894767294178e-05
        p = p * z - 1.38888888888741095749e-03
        p = p * z + 4.16666666666666019037e-02
        return 1 - (0.5 * z - z * z * p)
    }

    /// sin(x) for x in 0...π/4.
    private static func sine(_ x: Double) -> Double {
        let z = x * x
        var p = 1.58969099521155010221e-10
        p = p * z - 2.50507602534068634195e-08
        p = p * z + 2.75573137070700676789e-06
        p = p * z - 1.98412698298579493134e-04
        p = p * z + 8.33333333332248946124e-03
        p = p * z - 1.66666666666666324348e-01
        return x + x * z * p
    }
}
