/// Real numbers as integers modulo 2^64, in which sums are exact: masks cancel to the bit, and the order does not matter.
public struct FixedPoint: Sendable, Hashable, Codable {
    /// Bits behind the point, 0 to 52.
    public let fractionBits: Int
    /// The largest Euclidean norm of an update.
    public let normBound: Double

    /// Makes an encoding; whether sums of so many sites fit is checked by ``AggregationTerms``.
    public init(fractionBits: Int, normBound: Double) {
        self.fractionBits = fractionBits
        self.normBound = normBound
    }

    private var scale: Double { Double(sign: .plus, exponent: fractionBits, significand: 1) }

    /// Whether the sum of the updates of so many sites stays within 63 bits: no coordinate exceeds the norm.
    func holdsSums(of sites: Int) -> Bool {
        (0...52).contains(fractionBits) && normBound > 0 && normBound.isFinite
            && Double(sites) * (normBound * scale + 1) < 0x1p62
    }

    /// An update scaled down to the bound where it is longer (clipping, as in DP-SGD); NaN and infinity stay what they are.
    public func clipped(_ update: [Double]) -> [Double] {
        let norm = Self.norm(update)
        guard norm > normBound, norm.isFinite else { return update }
        // The bound must hold after rounding, too.
        let factor = normBound / norm * (1 - 0x1p-50)
        return update.map { $0 * factor }
    }

    /// The integers of an update.
    ///
    /// - Throws: ``SecureAggregationError`` `invalidUpdate` for what is not finite or longer than the bound.
    public func encoded(_ update: [Double]) throws(SecureAggregationError) -> [Int64] {
        if let place = update.firstIndex(where: { !$0.isFinite }) {
            throw SecureAggregationError(.invalidUpdate, "the update's number \(place) is \(update[place])")
        }
        let norm = Self.norm(update)
        guard norm <= normBound else {
            throw SecureAggregationError(
                .invalidUpdate, "the update's norm is \(norm), above the bound of \(normBound): clip it first")
        }
        return update.map { Int64(($0 * scale).rounded()) }
    }

    /// The numbers of sums.
    public func decoded(_ sums: [Int64]) -> [Double] { sums.map { Double($0) / scale } }

    /// The largest norm that a sum of so many encoded updates of this length can have: the bounds, and half a unit of rounding a coordinate and site.
    func largestNorm(sites: Int, length: Int) -> Double {
        Double(sites) * (normBound + Double(length).squareRoot() / scale)
    }

    static func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
