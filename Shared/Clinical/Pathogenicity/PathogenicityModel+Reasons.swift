import Annotation
import NeuralNetwork

extension PathogenicityModel {
    /// Points on the way from the mean missense variant to the one that is looked at.
    private static let points = 32
    /// A smaller part is not worth a sentence.
    private static let least = 0.05

    /// What speaks for and against, the strongest first.
    ///
    /// Integrated gradients from the mean missense variant (Sundararajan and others 2017): the parts add up to how far the score is from
    /// that variant's.
    func reasons(_ input: PathogenicityInput) -> [PathogenicityScore.Reason] {
        var row: [Float] = []
        features.writeExample(input, into: &row)
        for place in PathogenicityFeatures.variant..<row.count { row[place] = baseline[place] }
        var path: [Float] = []
        path.reserveCapacity(Self.points * row.count)
        for point in 0..<Self.points {
            let share = (Float(point) + 0.5) / Float(Self.points)
            for (from, to) in zip(baseline, row) { path.append(from + share * (to - from)) }
        }
        let result = gradients.gradients(
            [Float(1 / members), 0], at: path, workspace: gradients.makeWorkspace())
        var parts = Array(repeating: 0.0, count: PathogenicityFeatures.Topic.allCases.count)
        for (place, topic) in PathogenicityFeatures.topics.enumerated() {
            var slope = 0.0
            for point in 0..<Self.points { slope += Double(result.inputs[point * row.count + place]) }
            parts[topic.rawValue] += slope / Double(Self.points) * Double(row[place] - baseline[place])
        }
        return PathogenicityFeatures.Topic.allCases.compactMap { topic in
            let part = parts[topic.rawValue]
            guard abs(part) >= Self.least, let words = words(topic, input) else { return nil }
            return PathogenicityScore.Reason(feature: words, contribution: part)
        }.sorted { (abs($1.contribution), $0.feature) < (abs($0.contribution), $1.feature) }
    }

    private func words(_ topic: PathogenicityFeatures.Topic, _ input: PathogenicityInput) -> String? {
        guard let exchange = input.exchange else { return nil }
        let gene = features.constraint[input.gene]
        switch topic {
        case .kind, .splicing, .frequency: return nil
        case .properties:
            let blosum = AminoAcidScales.blosum62(exchange.before, exchange.after)
            let grantham = Int(AminoAcidScales.grantham(exchange.before, exchange.after).rounded())
            return "how unlike the two residues are (BLOSUM62 \(blosum), Grantham's distance \(grantham))"
        case .before: return "the residue that is lost, \(Self.name(exchange.before))"
        case .after: return "the residue in its place, \(Self.name(exchange.after))"
        case .place:
            guard let residue = input.residue, let residues = input.residues ?? gene?.residues else {
                return "its place in the protein is not known"
            }
            return "its place in the protein, residue \(residue) of \(residues)"
        case .base:
            guard let change = input.substitution else { return "more than one base changes" }
            let (from, to) = (UnicodeScalar(change.from), UnicodeScalar(change.to))
            return "the change of the base, \(Character(from)) to \(Character(to))"
        case .lossConstraint:
            guard let loeuf = gene?.loeuf else { return "constraint of \(input.gene) is not known" }
            return "how rare loss of function of \(input.gene) is among people (LOEUF \(loeuf))"
        case .missenseConstraint:
            guard let z = gene?.missenseZ else { return nil }
            return "how rare missense variants of \(input.gene) are among people (z \(z))"
        }
    }

    private static func name(_ place: Int) -> String {
        AminoAcid(letter: AminoAcidScales.letters[place])?.name ?? "Xaa"
    }
}
