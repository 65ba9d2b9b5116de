import Foundation

/// What all that was done with a data set tells about one of its records: Rényi divergences that add up from step to
/// step, and (ε, δ) at any time.
///
/// One accountant goes with a data set through all trainings that ever touch it: composition is exact in
/// the divergences, and would not be in (ε, δ).
public struct RenyiAccountant: Sendable, Hashable, Codable {
    /// The orders that are kept: 1.1 to 10.9 by tenths, 11 to 63, and powers of two up to 1024, as `dp-accounting` keeps them.
    public static let orders: [Double] = {
        let tenths = stride(from: 11, to: 110, by: 1).map { (tenth: Int) -> Double in Double(tenth) / 10 }
        let whole = stride(from: 11, to: 64, by: 1).map { (order: Int) -> Double in Double(order) }
        let far: [Double] = [128, 256, 512, 1024]
        return tenths + whole + far
    }()

    /// The divergence at each of ``orders``, in nats.
    public private(set) var divergences: [Double]

    /// Nothing was done yet.
    public init() { divergences = Self.orders.map { _ in 0 } }

    private enum CodingKeys: String, CodingKey { case divergences }

    /// Reads an accountant's state, which must have a number, not below 0, for each of ``orders``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        divergences = try container.decode([Double].self, forKey: .divergences)
        guard divergences.count == Self.orders.count, divergences.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .divergences, in: container,
                debugDescription: "expected \(Self.orders.count) numbers that are not below 0")
        }
    }

    /// Adds equal steps.
    ///
    /// - Throws: ``PrivacyError`` for a negative number of steps.
    public mutating func compose(_ mechanism: SampledGaussianMechanism, steps: Int) throws(PrivacyError) {
        guard steps >= 0 else {
            throw PrivacyError(.invalidParameter, "the number of steps is \(steps); it must not be below 0")
        }
        for (index, order) in Self.orders.enumerated() {
            divergences[index] += Double(steps) * mechanism.divergence(order: order)
        }
    }

    /// Adds all that another accountant has, of the same records.
    public mutating func compose(_ other: RenyiAccountant) {
        for index in divergences.indices { divergences[index] += other.divergences[index] }
    }

    /// The least ε that holds with a δ, over all orders.
    ///
    /// D + log1p(−1/α) − log(δ α) / (α − 1) (Balle et al. 2020, theorem 21; Canonne, Kamath and Steinke 2020, proposition 12), and 0 where the
    /// total variation that the divergence allows is below δ already (Bretagnolle and Huber 1979).
    ///
    /// - Throws: ``PrivacyError`` for a δ outside of (0, 1).
    public func epsilon(delta: Double) throws(PrivacyError) -> Double {
        guard delta > 0, delta < 1 else {
            throw PrivacyError(.invalidParameter, "δ is \(delta); it must be between 0 and 1")
        }
        var least = Double.infinity
        for (order, divergence) in zip(Self.orders, divergences) {
            if delta * delta + expm1(-divergence) > 0 { return 0 }
            least = min(least, divergence + log1p(-1 / order) - log(delta * order) / (order - 1))
        }
        return max(0, least)
    }

    /// The least δ that holds with an ε, over all orders.
    ///
    /// - Throws: ``PrivacyError`` for an ε below 0.
    public func delta(epsilon: Double) throws(PrivacyError) -> Double {
        guard epsilon >= 0, epsilon.isFinite else {
            throw PrivacyError(.invalidParameter, "ε is \(epsilon); it must not be below 0")
        }
        var least = 0.0
        for (order, divergence) in zip(Self.orders, divergences) {
            guard divergence > 0 else { return 0 }
            least = min(
                least, log1p(-exp(-divergence)) / 2,
                (order - 1) * (divergence - epsilon + log1p(-1 / order)) - log(order))
        }
        return exp(least)
    }
}
