import NeuralNetwork
import Tasks

/// What a model of promoters says of the bases before genes.
///
/// Within an operon most genes have none, so it decides little: it is added to the scores of frames alone that may be genes or not, and
/// said of each gene that is found.
struct PromoterEvidence: Sendable {
    /// The likeliest promoter before a gene.
    struct Finding: Sendable, Hashable {
        /// In 0...1.
        var probability: Float
        /// Bases between it and the start codon.
        var distance: Int
    }

    private let model: SequenceModel
    private let output: Int

    /// Bases before a start within which promoters end.
    private static let reach = 150
    private static let step = 10
    /// How much of its logarithm of odds counts, and which is neither for nor against a gene.
    private static let (weight, usual): (Float, Float) = (0.15, 1.8)
    /// Frames whose score is farther from 0 are not looked at.
    static let uncertain: Float = 3.5

    /// Takes a model with the class `promoter`.
    init(_ package: ModelPackage) throws {
        model = try SequenceModel(package)
        guard case .classes(let names) = model.outcome, let place = names.firstIndex(of: "promoter") else {
            throw TaskError("the model says nothing of promoters: it has no class \"promoter\"")
        }
        output = place
    }

    /// The likeliest promoter before each place; nil too near the strand's beginning.
    func findings(before places: [(strand: GeneStrand, start: Int)], workers: Int) async throws -> [Finding?] {
        var windows: [[UInt8]] = []
        var owners: [(place: Int, distance: Int)] = []
        for (index, place) in places.enumerated() {
            for distance in stride(from: 0, to: Self.reach, by: Self.step) {
                let end = place.start - distance
                guard end >= model.length else { break }
                windows.append(place.strand.bases[(end - model.length)..<end].map { $0 < 4 ? 1 << $0 : 15 })
                owners.append((index, distance))
            }
        }
        let values = try await model.values(of: windows, workers: workers)
        var findings = [Finding?](repeating: nil, count: places.count)
        for ((place, distance), value) in zip(owners, values) where value[output] > findings[place]?.probability ?? -1 {
            findings[place] = Finding(probability: value[output], distance: distance)
        }
        return findings
    }

    /// What a finding adds to a gene's score.
    static func worth(_ finding: Finding) -> Float {
        let share = min(0.999, max(0.001, finding.probability))
        return weight * (PortableMath.log(share / (1 - share)) - usual)
    }
}
