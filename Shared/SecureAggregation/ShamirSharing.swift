/// Shamir's secret sharing (1979), a byte at a time over GF(2^8) with AES's polynomial: `threshold` shares give the
/// secret, fewer say nothing at all about it.
public enum ShamirSharing {
    /// The most shares of a secret: the non-zero elements of the field.
    public static let mostShares = 255

    /// One share: the value of the polynomials at a point.
    public struct Share: Sendable, Hashable {
        /// Where: 1 to 255.
        public var point: UInt8
        /// The values, a byte a byte of the secret.
        public var values: [UInt8]

        /// Makes a share.
        public init(point: UInt8, values: [UInt8]) {
            self.point = point
            self.values = values
        }
    }

    /// The shares of a secret at the points 1 to `count`, with coefficients of the system's random numbers.
    public static func shares(of secret: [UInt8], threshold: Int, count: Int) -> [Share] {
        precondition(threshold >= 1 && threshold <= count && count <= mostShares)
        let coefficients = (1..<max(threshold, 1)).map { _ in Sodium.random(secret.count) }
        return (1...count).map { point in
            var values = [UInt8](repeating: 0, count: secret.count)
            for coefficient in coefficients.reversed() {
                for index in values.indices {
                    values[index] = GaloisField.product(values[index] ^ coefficient[index], UInt8(point))
                }
            }
            for index in values.indices { values[index] ^= secret[index] }
            return Share(point: UInt8(point), values: values)
        }
    }

    /// The secret of as many shares as the threshold was: Lagrange's interpolation at zero.
    ///
    /// Fewer, or a false one, give other bytes without a word, so compare the result with what was committed to. Nil for points that are zero or
    /// twice there, and for shares of different lengths.
    public static func secret(of shares: [Share]) -> [UInt8]? {
        guard let length = shares.first?.values.count, shares.allSatisfy({ $0.values.count == length }),
            Set(shares.map(\.point)).count == shares.count, !shares.contains(where: { $0.point == 0 })
        else { return nil }
        var secret = [UInt8](repeating: 0, count: length)
        for share in shares {
            var weight: UInt8 = 1
            for other in shares where other.point != share.point {
                weight = GaloisField.product(
                    weight, GaloisField.product(other.point, GaloisField.inverse(other.point ^ share.point)))
            }
            for index in secret.indices { secret[index] ^= GaloisField.product(weight, share.values[index]) }
        }
        return secret
    }
}

/// GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, without tables, so that time does not depend on secrets.
enum GaloisField {
    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (a, b, product) = (a, b, UInt8(0))
        for _ in 0..<8 {
            product ^= a & (0 &- (b & 1))
            a = (a << 1) ^ (0x1b & (0 &- (a >> 7)))
            b >>= 1
        }
        return product
    }

    /// a^254, which is 1/a.
    static func inverse(_ a: UInt8) -> UInt8 {
        var (result, power) = (UInt8(1), a)
        for bit in 0..<8 {
            if 254 >> bit & 1 == 1 { result = product(result, power) }
            power = product(power, power)
        }
        return result
    }
}
