import Drugs
import NeuralNetwork

/// Judges molecules for a target: what affinity they are predicted to have, and how far they are from what they must be.
public struct DesignAssessor: Sendable {
    /// A molecule and all that is said of it.
    public struct Assessed: Sendable {
        /// The molecule, without stereochemistry.
        public var molecule: Molecule
        /// Its Murcko scaffold.
        public var scaffold: String
        /// The predicted affinity and its 90 % interval.
        public var affinity: AffinityModel.Prediction
        /// The lower bound that a proposal is rewarded for and ranked by: of an interval no narrower than one at the goal.
        ///
        /// Intervals are narrow where the prediction is that nothing binds, and their lower bounds above those of doubtful binders.
        public var bound: Double
        /// How alike the nearest drug of the affinity model's training is.
        public var similarity: Double
        /// The properties.
        public var properties: MoleculeProperties
        /// Whether any model learned from it.
        public var isKnown: Bool
        /// Why it is no proposal; nil for one that is.
        public var problem: String?
        /// What the design goes up: 0 to 1, the affinity's share times that of each constraint.
        public var reward: Double
    }

    let model: AffinityModel
    let protein: AffinityModel.EncodedProtein
    let constraints: DesignConstraints
    private let known: @Sendable (String) -> Bool
    private let filters: StructureFilters
    private let assessor: PropertyAssessor
    private let solubility: PropertyModel?
    private let like: (fingerprint: Fingerprint, least: Double)?
    /// Half the width of an interval at the goal.
    private let halfWidth: Double
    /// The lower bounds between which the reward rises.
    private let scale: (from: Double, to: Double)
    /// The affinity that is predicted of no more than 1 in 100 drugs of the affinity model's training, each by its fragments alone, as of
    /// a molecule that was never measured: what designed molecules are fairly compared with.
    public let goal: Double
    /// The same of the drugs as the model knows them, with what was measured of each.
    ///
    /// Predictions of new molecules shrink to the mean, and
    /// seldom come near it.
    public let measuredGoal: Double

    /// Prepares for a target.
    ///
    /// `known` says which canonical SMILES without stereochemistry are no news. Throws where RDKit fails on a drug of the affinity model.
    public init(
        model: AffinityModel, protein: AffinityModel.EncodedProtein, constraints: DesignConstraints,
        known: @escaping @Sendable (String) -> Bool, filters: StructureFilters, assessor: PropertyAssessor,
        solubility: PropertyModel?
    ) throws {
        (self.model, self.protein, self.constraints, self.known) = (model, protein, constraints, known)
        (self.filters, self.assessor, self.solubility) = (filters, assessor, solubility)
        like = try constraints.like.map { (try $0.molecule.fingerprint(.morgan(radius: 2)), $0.similarity) }
        var (new, measured): ([Double], [Double]) = ([], [])
        for drug in model.knownDrugs {
            let molecule = try Molecule(smiles: drug)
            new.append(model.predict(try model.encode(molecule, asNew: true), protein).value)
            measured.append(model.predict(try model.encode(molecule), protein).value)
        }
        let sorted = new.sorted()
        goal = Self.percentile(sorted, 0.99)
        measuredGoal = Self.percentile(measured.sorted(), 0.99)
        // A new molecule's interval is wider than a known one's: what it would be at the goal is the top of the scale.
        let half = model.halfWidth(ofNewDrugAt: goal, protein)
        halfWidth = half
        scale = (from: Self.percentile(sorted, 0.5) - half, to: goal + 0.5 - half)
    }

    /// Numpy's percentile of ascending numbers, linear between neighbors.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        guard low + 1 < sorted.count else { return last }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }

    /// The share of the way to the goal that a proposal has gone at least.
    private static let least = 0.2

    /// Judges a SMILES; nil where it is no molecule, or RDKit fails on it.
    public func assess(_ text: String) -> Assessed? {
        guard let given = try? Molecule(smiles: text), let molecule = try? Molecule(smiles: given.flatSMILES) else {
            return nil
        }
        return try? assess(molecule)
    }

    private func assess(_ molecule: Molecule) throws -> Assessed {
        let encoded = try model.encode(molecule)
        let affinity = model.predict(encoded, protein)
        let properties = try assessor.properties(molecule)
        let isKnown = known(molecule.smiles) || encoded.isKnown
        let bound = min(affinity.interval.lowerBound, affinity.value - halfWidth)
        let share = (bound - scale.from) / (scale.to - scale.from)
        var reward = min(1, max(0.01, share))
        var problems: [String] = []
        func demand(_ value: Double, least: Double, width: Double, _ name: String) {
            guard value < least else { return }
            problems.append(name)
            reward *= max(0.05, 1 - (least - value) / width)
        }
        demand(properties.drugLikeness, least: constraints.leastDrugLikeness, width: 0.3, "QED")
        demand(-properties.accessibility, least: -constraints.mostAccessibility, width: 2, "synthetic accessibility")
        demand(properties.weight, least: constraints.weight.lowerBound, width: 100, "weight")
        demand(-properties.weight, least: -constraints.weight.upperBound, width: 100, "weight")
        demand(properties.logP, least: constraints.logP.lowerBound, width: 2, "logP")
        demand(-properties.logP, least: -constraints.logP.upperBound, width: 2, "logP")
        if let like {
            let similarity = like.fingerprint.similarity(to: try molecule.fingerprint(.morgan(radius: 2)))
            demand(similarity, least: like.least, width: like.least, "similarity")
        }
        if let scaffold = constraints.scaffold, !(try scaffold.isIn(molecule)) {
            problems.append("scaffold")
            reward *= 0.1
        }
        if share < Self.least {
            // Patterns are the costly part: what binds far too weakly is no proposal anyway.
            problems.append("predicted affinity")
        } else if let problem = try filters.problem(molecule) {
            problems.append(problem)
            reward *= 0.3
        }
        if problems.isEmpty, let solubility {
            demand(
                try solubility.predict(molecule).value, least: constraints.leastSolubility, width: 3, "solubility")
        }
        return Assessed(
            molecule: molecule, scaffold: molecule.scaffold, affinity: affinity, bound: bound,
            similarity: encoded.similarity,
            properties: properties, isKnown: isKnown, problem: isKnown ? "known" : problems.first, reward: reward)
    }
}
