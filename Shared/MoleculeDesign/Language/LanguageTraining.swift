import Drugs
import Hashing
import NeuralNetwork

/// Fits a language to molecules; the same molecules, options and seed give the same bytes for any number of workers.
public struct LanguageTraining {
    /// How it is fitted.
    public struct Options: Sendable, Hashable, Codable {
        /// Numbers of a token, and of a layer's state.
        public var (width, hidden) = (48, 384)
        /// Stacked layers.
        public var layers = 1
        /// Passes over the molecules.
        public var epochs = 2
        /// Molecules of a step, and of those that go through the network together; these are of about one length.
        public var (batch, shard) = (128, 64)
        /// The greatest learning rate of Adam, which rises over a twentieth of all steps and falls along half a cosine.
        public var learningRate: Float = 2e-3
        /// Spellings of a molecule in another order of its atoms, beside the canonical one.
        public var spellings = 0
        /// The share of the molecules that is held out for the figures alone.
        public var heldOut = 0.02
        /// Seed of weights, order, spellings and of what is held out.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    private let name: String
    private let records: MoleculeRecords
    private let base: MoleculeLanguage?
    private let options: Options
    private let digests: [String: String]
    private let command: String

    /// Prepares a training, from scratch or from the weights of another language.
    ///
    /// Throws ``DesignError`` where there are fewer molecules than shards need.
    public init(
        name: String, records: MoleculeRecords, base: MoleculeLanguage? = nil, options: Options = Options(),
        digests: [String: String], command: String
    ) throws(DesignError) {
        guard records.smiles.count >= 20 else {
            throw DesignError("there are \(records.smiles.count) molecules, and a language needs at least 20")
        }
        (self.name, self.records, self.base, self.options) = (name, records, base, options)
        (self.digests, self.command) = (digests, command)
    }

    /// Trains; `progress` is called after each step.
    public func fit(workers: Int, progress: ((TrainingProgress) -> Void)? = nil) throws -> MoleculeLanguage {
        var random = SplitMix64(keys: options.seed, 1)
        let order = random.permutation(records.smiles.count)
        let heldCount = max(1, Int(options.heldOut * Double(order.count)))
        let held = order[..<heldCount].map { records.tokens[$0] }
        let learned = Array(order[heldCount...])
        var sequences = learned.map { records.tokens[$0] }
        for spelling in 0..<options.spellings {
            for index in learned {
                let seed = UInt32(truncatingIfNeeded: SplitMix64.mix(UInt64(spelling) << 40 ^ UInt64(index)))
                let text = try Molecule(smiles: records.smiles[index]).randomSMILES(seed: seed)
                if let tokens = try? SMILESVocabulary.tokens(of: text) { sequences.append(tokens) }
            }
        }
        let head = MoleculeLanguage.Head(
            name: name, width: base?.head.width ?? options.width, hidden: base?.head.hidden ?? options.hidden,
            layers: base?.head.layers ?? options.layers,
            length: max(base?.head.length ?? 0, sequences.reduce(records.longest) { max($0, $1.count) } + 1),
            vocabulary: SMILESVocabulary.tokens)
        let network: Network =
            if let base { try base.copy(length: head.length) } else {
                try Network(MoleculeLanguage.architecture(head, length: head.length), seed: options.seed)
            }
        let trainer = try Trainer(network, options: trainingOptions(workers))
        // Neighbors of about one length make a shard, whose products then are of whole rows.
        let sorted = random.permutation(sequences.count).map { sequences[$0] }.enumerated()
            .sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }.map(\.element)
        func examples(_ tokens: [[UInt16]]) -> SequenceExamples {
            SequenceExamples(tokens, end: SMILESVocabulary.end, length: head.length)
        }
        let report = try trainer.fit(
            examples(sorted), validation: examples(held), progress: { step in progress?(step) })
        let best = report.epochs.last { $0.epoch == report.bestEpoch }
        var metrics = ["training.loss": report.epochs.last?.loss ?? 0]
        metrics["heldOut.loss"] = best?.validation?.loss
        metrics["heldOut.accuracy"] = best?.validation?.classification?.accuracy
        metrics["molecules"] = Double(records.smiles.count)
        metrics["tokens"] = Double(records.tokens.reduce(0) { $0 + $1.count + 1 })
        return try MoleculeLanguage(
            head: head, network: network, known: KnownMolecules(records.smiles),
            examples: records.smiles.count <= MoleculeLanguage.mostExamples ? records.smiles : [],
            fragments: FragmentScores(records.fragments),
            lineage: Lineage(
                data: digests, split: "\(heldCount) molecules held out for the figures", command: command,
                seed: options.seed, options: try trainingOptions(1), metrics: metrics))
    }

    private func trainingOptions(_ workers: Int) throws -> TrainingOptions {
        var training = TrainingOptions()
        training.epochs = options.epochs
        (training.batchSize, training.shardSize) = (options.batch, options.shard)
        training.workers = workers
        training.learningRate = options.learningRate
        training.schedule = .cosine(warmup: 0.05, floor: 0.02)
        training.optimizer = .adam()
        training.clipNorm = 1
        training.sampling = .blocks(size: options.shard, window: 1)
        training.seed = options.seed
        return training
    }
}
