/// What a promoter adds to a gene's prediction: a sum over the counts of its stretches of bases, of 1 to 4 in the whole and of 1 to 3 in each of
/// five parts.
struct PromoterLine: Sendable, Hashable, Codable {
    var offset: Float
    /// What one more of each stretch adds.
    var weights: [Float]

    private static let longest = 4

    /// How often each stretch comes in a promoter.
    static func counts(_ codes: [UInt8]) -> [Float] { ExpressionEncoder.stretches(codes, longest: longest) }

    /// What a promoter adds.
    func value(of codes: [UInt8]) -> Float {
        zip(weights, Self.counts(codes)).reduce(offset) { $0 + $1.0 * $1.1 }
    }

    /// Whether there is a finite weight a stretch.
    var isValid: Bool {
        weights.count == ExpressionEncoder.countOfStretches(longest: Self.longest) && offset.isFinite
            && weights.allSatisfy(\.isFinite)
    }
}
