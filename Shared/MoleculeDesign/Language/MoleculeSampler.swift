import Drugs
import NeuralNetwork

/// Molecules that a language makes: the same for a seed, whatever the number of threads.
public struct MoleculeSampler {
    /// What a language said, and what it is.
    public struct Said: Sendable {
        /// The text, as it was said.
        public var text: String
        /// The molecule; nil where RDKit reads none, or the text never ended.
        public var molecule: Molecule?
        /// Its canonical SMILES without stereochemistry; empty without a molecule.
        public var flat = ""
        /// Whether the language learned from it.
        public var isKnown = false
        /// Why it does not pass the filters; nil where it does, or none were asked for.
        public var problem: String?
    }

    private let language: MoleculeLanguage
    private let model: NextTokenModel
    private let filters: StructureFilters?
    private let seed: UInt64
    private let temperature: Double
    private let workers: Int
    private var next = 0

    /// Molecules of a thread's batch: rows enough for the kernels.
    private static let batch = 256

    /// Begins with a seed; `filters`, where there are some, judge what is made.
    public init(
        _ language: MoleculeLanguage, filters: StructureFilters?, seed: UInt64, temperature: Double = 1, workers: Int
    ) throws {
        self.language = language
        self.filters = filters
        (self.seed, self.temperature, self.workers) = (seed, temperature, workers)
        model = try NextTokenModel(language.network)
    }

    /// What the language says next, some thousand texts in the order of their numbers.
    public mutating func round() -> [Said] {
        let parts = 8
        let (first, model, filters, known) = (next, model, filters, language.known)
        let (seed, temperature, longest) = (seed, temperature, language.longest)
        next += parts * Self.batch
        return Parallel.map(parts, workers: workers) { part in
            let begin = first + part * Self.batch
            let sequences = model.sample(
                streams: begin..<begin + Self.batch, seed: seed, end: SMILESVocabulary.end, longest: longest,
                temperature: temperature, states: model.makeStates(capacity: Self.batch))
            return sequences.map { Self.judge($0, filters, known) }
        }.flatMap { $0 }
    }

    private static func judge(
        _ sequence: SampledSequence, _ filters: StructureFilters?, _ known: KnownMolecules
    ) -> Said {
        var said = Said(text: SMILESVocabulary.text(sequence.tokens))
        guard sequence.isComplete, let molecule = try? Molecule(smiles: said.text) else { return said }
        said.molecule = molecule
        said.flat = molecule.flatSMILES
        said.isKnown = known.contains(said.flat)
        if let filters {
            do { said.problem = try filters.problem(molecule) } catch { said.problem = error.description }
        }
        return said
    }
}

/// How many texts of a language are what they should be.
public struct SamplingRates: Sendable, Hashable {
    /// All texts; those that are molecules; those among them that no earlier one was; among these the new ones, and those that pass the filters.
    public private(set) var (said, valid, unique, novel, passed) = (0, 0, 0, 0, 0)
    /// Those that are all of it.
    public private(set) var written = 0
    private var seen = Set<String>()

    /// Begins with none.
    public init() {}

    /// Counts one, and says whether it is valid, unique, novel and passes.
    public mutating func count(_ said: MoleculeSampler.Said) -> Bool {
        self.said += 1
        guard said.molecule != nil else { return false }
        valid += 1
        guard seen.insert(said.flat).inserted else { return false }
        unique += 1
        if !said.isKnown { novel += 1 }
        if said.problem == nil { passed += 1 }
        let isAll = !said.isKnown && said.problem == nil
        if isAll { written += 1 }
        return isAll
    }
}
