import Foundation

/// The numbers that networks and the logistic regression beside them read.
struct PathogenicityFeatures: Sendable {
    /// The version of this list: a model of another is refused.
    static let version = "pathogenicity/1"

    /// What features are about: the parts that a score is taken apart into.
    enum Topic: Int, Sendable, CaseIterable {
        case kind, properties, before, after, place, base, lossConstraint, missenseConstraint, splicing, frequency
    }

    let constraint: GeneConstraint

    private static let kinds = ChangeKind.allCases.count
    /// The topic of each feature of the variant, in the order of ``write(_:into:)``.
    static let topics: [Topic] = {
        let sizes: [(Topic, Int)] = [
            (.kind, kinds), (.properties, 10), (.before, 24), (.after, 24), (.place, 6), (.base, 3),
            (.lossConstraint, 4), (.missenseConstraint, 3), (.splicing, 2),
        ]
        return sizes.flatMap { Array(repeating: $0.0, count: $0.1) }
    }()
    /// Numbers of the variant.
    static var variant: Int { topics.count }
    /// Numbers of its frequency.
    static let frequency = 3

    /// Writes the variant's numbers.
    func write(_ input: PathogenicityInput, into row: inout [Float]) {
        let start = row.count
        let gene = constraint[input.gene]
        for kind in ChangeKind.allCases { row.append(kind == input.kind ? 1 : 0) }
        Self.write(input.exchange, into: &row)
        Self.writePlace(input, residues: input.residues ?? gene?.residues, into: &row)
        Self.writeBase(input, into: &row)
        func scaled(_ value: Double?, _ mean: Double, _ deviation: Double) -> Float {
            guard let value else { return 0 }
            return Float(min(3, max(-3, (value - mean) / deviation)))
        }
        row.append(gene == nil ? 1 : 0)
        row.append(scaled(gene?.loeuf, 0.6, 0.4))
        row.append(scaled(gene?.lossZ, 3, 2))
        row.append(scaled(gene?.pLI, 0.5, 0.5))
        // Constraint to missense variants says nothing of others.
        let isMissense = input.kind == .missense
        row.append(isMissense ? scaled(gene?.missenseZ, 1.5, 1.5) : 0)
        row.append(isMissense ? scaled(gene?.missenseRatio, 0.8, 0.2) : 0)
        row.append(isMissense ? scaled(gene?.loeuf, 0.6, 0.4) : 0)
        let offset = Double(input.intronOffset ?? 0)
        row.append(offset < 0 ? Float(1 / (1 + Foundation.log(-offset))) : 0)
        row.append(offset > 0 ? Float(1 / (1 + Foundation.log(offset))) : 0)
        precondition(row.count - start == Self.variant, "as many numbers as the list has")
    }

    /// Writes the frequency's numbers: whether it was looked up, whether it was seen, and its logarithm.
    func writeFrequency(_ input: PathogenicityInput, into row: inout [Float]) {
        switch input.frequency {
        case .notLookedUp: row += [0, 0, 0]
        case .absent: row += [1, 0, 0]
        case .share(let share): row += [0, 1, Float((Foundation.log10(max(share, 1e-7)) + 4) / 1.5)]
        }
    }

    private static func write(_ exchange: PathogenicityInput.Exchange?, into row: inout [Float]) {
        guard let exchange else {
            row += Array(repeating: 0, count: 58)
            return
        }
        let (before, after) = (properties(exchange.before), properties(exchange.after))
        for (a, b) in zip(before, after) { row += [b - a, abs(b - a)] }
        row.append(Float(AminoAcidScales.blosum62(exchange.before, exchange.after)) / 2)
        row.append(Float((AminoAcidScales.grantham(exchange.before, exchange.after) - 90) / 50))
        for (own, values) in [(exchange.before, before), (exchange.after, after)] {
            row += values
            row += (0..<20).map { $0 == own ? 1 : 0 }
        }
    }

    /// Hydropathy, volume, charge and polarity, about as large as 1.
    private static func properties(_ residue: Int) -> [Float] {
        [
            AminoAcidScales.hydropathy[residue] / 3, (AminoAcidScales.volume[residue] - 140) / 40,
            AminoAcidScales.charge[residue], (AminoAcidScales.polarity[residue] - 8) / 2.7,
        ].map(Float.init)
    }

    private static func writePlace(_ input: PathogenicityInput, residues: Int?, into row: inout [Float]) {
        guard let residue = input.residue, let residues, residue > 0, residues > 0 else {
            row += [1, 0, 0, 0, 0, 0]
            return
        }
        let share = min(1, Double(residue) / Double(residues))
        // Isoforms differ in length: a residue behind the end counts as the last.
        let left = max(0, Double(residues) - Double(residue))
        row += [0, Float(share - 0.5), Float(abs(share - 0.5)), Float(Foundation.log(Double(residues) / 500))]
        row += [Float(Foundation.log((Double(residue) + 10) / 200)), Float(Foundation.log(left + 10) - 5)]
    }

    private static func writeBase(_ input: PathogenicityInput, into row: inout [Float]) {
        guard let change = input.substitution else {
            row += [0, 0, 0]
            return
        }
        let pair = Set([change.from, change.to])
        let isTransition = pair == Set("AG".utf8) || pair == Set("CT".utf8)
        row += [1, isTransition ? 1 : 0]
        // What deamination of methylated cytosine does, on either strand.
        let isDeamination = isTransition && (change.from == UInt8(ascii: "C") || change.from == UInt8(ascii: "G"))
        row.append(isDeamination ? 1 : 0)
    }
}
