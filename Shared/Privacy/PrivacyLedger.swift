/// The book of a data set: what it may tell in all, and every training that had a share of that.
///
/// A charge that would exceed the budget is refused and leaves the book as it was, so the book can be asked before a training begins.
public struct PrivacyLedger: Sendable, Hashable, Codable {
    /// One training's share.
    public struct Charge: Sendable, Hashable, Codable {
        /// Whose it is: a job, a release.
        public var purpose: String
        /// What each of its steps does.
        public var mechanism: SampledGaussianMechanism
        /// How many steps it makes.
        public var steps: Int
    }

    /// The most ε that the data set may tell.
    public let epsilon: Double
    /// The δ of this ε.
    public let delta: Double
    /// All charges, in the order in which they were made.
    public private(set) var charges: [Charge] = []
    private var accountant = RenyiAccountant()

    /// Opens a book.
    ///
    /// - Throws: ``PrivacyError`` for an ε that is not above 0 and a δ outside of (0, 1).
    public init(epsilon: Double, delta: Double) throws(PrivacyError) {
        guard epsilon > 0, epsilon.isFinite, delta > 0, delta < 1 else {
            throw PrivacyError(
                .invalidParameter, "a budget of ε = \(epsilon) at δ = \(delta): ε must be above 0, δ between 0 and 1")
        }
        (self.epsilon, self.delta) = (epsilon, delta)
    }

    /// The ε that all charges together come to, at ``delta``.
    public func spent() throws(PrivacyError) -> Double { try accountant.epsilon(delta: delta) }

    /// Charges a training, before it begins.
    ///
    /// - Throws: ``PrivacyError`` `overBudget` if the sum would exceed ``epsilon``; the book is then unchanged.
    public mutating func charge(
        _ purpose: String, mechanism: SampledGaussianMechanism, steps: Int
    ) throws(PrivacyError) {
        var after = accountant
        try after.compose(mechanism, steps: steps)
        let sum = try after.epsilon(delta: delta)
        guard sum <= epsilon else {
            let before = try spent()
            throw PrivacyError(
                .overBudget,
                "\(purpose) would bring ε from \(before) to \(sum) at δ = \(delta), and the data set's budget is \(epsilon): "
                    + "take fewer steps, a lower sampling rate or more noise")
        }
        accountant = after
        charges.append(Charge(purpose: purpose, mechanism: mechanism, steps: steps))
    }
}
