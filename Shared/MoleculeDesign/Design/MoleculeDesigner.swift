import Drugs
import NeuralNetwork

/// Moves a language of molecules towards those that bind a target, and gathers what it proposes on the way.
///
/// The agent begins as a copy of the language, and is first taught spellings of the known molecules that the affinity model thinks most of. Then
/// each step samples molecules, rewards them, and moves the agent's log likelihood towards that of the language plus σ times the reward
/// (Olivecrona and others 2017), with molecules of an experience memory among them. A scaffold of which enough was proposed is rewarded no more
/// (Blaschke and others 2020). An agent that forgets its grammar goes back to what it was, and on at half the rate. The same language, assessor, options and seed give the same proposals for any number of workers.
public struct MoleculeDesigner {
    /// How it goes about it.
    public struct Options: Sendable, Hashable {
        /// Proposals that are wanted.
        public var count = 1000
        /// Steps of the policy at most.
        public var steps = 300
        /// Molecules that are sampled in a step, and those of the memory beside them.
        public var (batch, replayed) = (128, 16)
        /// What a reward of 1 adds to the log likelihood.
        public var sigma = 60.0
        /// The rate of Adam.
        public var learningRate: Float = 5e-4
        /// Known molecules that the agent is taught first, and how often, in how many spellings each.
        public var (taught, lessons, spellings) = (48, 4, 8)
        /// Seed of everything random.
        public var seed: UInt64 = 1
        /// Threads; they change nothing but the time.
        public var workers = 1

        /// The defaults.
        public init() {}
    }

    /// Where a design is, after a step.
    public struct Progress: Sendable {
        /// Steps done and in all.
        public var (step, steps): (Int, Int)
        /// Molecules that meet all constraints so far, and those of them above the goal.
        public var (found, above): (Int, Int)
        /// The share of the step's texts that were molecules, and their mean reward.
        public var (valid, reward): (Double, Double)
    }

    /// What came of it.
    public struct Result: Sendable {
        /// The proposals, the highest lower bound of affinity first.
        public var proposals: [DesignAssessor.Assessed]
        /// Molecules that were sampled, those that were valid, and different ones that meet all constraints.
        public var (sampled, valid, found): (Int, Int, Int)
        /// Why different valid molecules were no proposals, by reason.
        public var refused: [String: Int]
    }

    let language: MoleculeLanguage
    let assessor: DesignAssessor
    let options: Options
    let seeds: [String]

    /// Prepares a design; `seeds` are known molecules that may be taught, the language's own beside.
    public init(language: MoleculeLanguage, assessor: DesignAssessor, seeds: [String], options: Options) {
        (self.language, self.assessor, self.options) = (language, assessor, options)
        self.seeds = seeds
    }

    /// Designs; `progress` is called after each step.
    public func run(progress: ((Progress) -> Void)? = nil) throws -> Result {
        let longest = language.longest
        let agent = try language.copy()
        let prior = try NextTokenModel(language.network)
        var random = SplitMix64(keys: options.seed, 7)
        var memory = ExperienceMemory(capacity: 200)
        let fluency = try validShare(language.network)
        try teach(agent, &memory, prior, fluency: fluency)
        var guide = try AgentGuard(agent, options, fluency: fluency)
        var found = FoundMolecules(most: assessor.constraints.mostOfScaffold)
        var (sampled, valid) = (0, 0)
        for step in 0..<options.steps {
            let policy = try NextTokenModel(agent)
            let sequences = sample(policy, step: step, longest: longest)
            let assessor = assessor
            let assessed = Parallel.map(sequences.count, workers: options.workers) { index in
                sequences[index].isComplete ? assessor.assess(SMILESVocabulary.text(sequences[index].tokens)) : nil
            }
            sampled += sequences.count
            let rate = Double(assessed.count { $0 != nil }) / Double(max(1, assessed.count))
            let isSound = try guide.isSound(agent, valid: rate, step: step)
            let tokens = sequences.map { $0.tokens.map { UInt16($0) } }
            let priors = likelihoods(prior, sequences.map(\.tokens))
            var (rewards, fresh, sum) = ([Double](), [ExperienceMemory.Entry](), 0.0)
            for (index, own) in assessed.enumerated() {
                guard let own else {
                    rewards.append(0)
                    continue
                }
                valid += 1
                let reward = found.add(own, goal: assessor.goal)
                rewards.append(reward)
                sum += own.reward
                fresh.append(
                    .init(
                        tokens: tokens[index], smiles: own.molecule.smiles, reward: reward,
                        priorLikelihood: priors[index]))
            }
            let replayed = memory.draw(options.replayed, &random)
            let replayedLikelihoods = likelihoods(policy, replayed.map { $0.tokens.map(Int.init) })
            func weight(_ reward: Double, _ prior: Double, _ own: Double) -> Float {
                Float(2 * (prior + options.sigma * reward - own) / options.sigma)
            }
            let weights =
                sequences.indices.map { weight(rewards[$0], priors[$0], sequences[$0].logLikelihood) }
                + replayed.indices.map {
                    weight(replayed[$0].reward, replayed[$0].priorLikelihood, replayedLikelihoods[$0])
                }
            if isSound {
                try guide.trainer.step(
                    SequenceExamples(
                        tokens + replayed.map(\.tokens), end: SMILESVocabulary.end, length: longest + 1,
                        weights: weights))
            }
            memory.add(fresh)
            progress?(
                Progress(
                    step: step + 1, steps: options.steps, found: found.kept.count, above: found.above, valid: rate,
                    reward: sum / Double(max(1, assessed.count { $0 != nil }))))
            if found.above >= options.count { break }
        }
        return Result(
            proposals: found.best(options.count), sampled: sampled, valid: valid, found: found.kept.count,
            refused: found.refused)
    }

    /// The share of molecules among a step's texts of a network.
    func validShare(_ network: Network) throws -> Double {
        let sequences = sample(try NextTokenModel(network), step: 0, longest: language.longest)
        let valid = Parallel.map(sequences.count, workers: options.workers) { index in
            let own = sequences[index]
            return own.isComplete && (try? Molecule(smiles: SMILESVocabulary.text(own.tokens))) != nil
        }
        return Double(valid.count { $0 }) / Double(max(1, valid.count))
    }

    /// A step's molecules, by as many threads.
    private func sample(_ policy: NextTokenModel, step: Int, longest: Int) -> [SampledSequence] {
        let parts = 4
        let size = (options.batch + parts - 1) / parts
        let (batch, seed) = (options.batch, options.seed)
        return Parallel.map(parts, workers: options.workers) { part -> [SampledSequence] in
            let own = min(batch, part * size)..<min(batch, (part + 1) * size)
            guard !own.isEmpty else { return [] }
            return policy.sample(
                streams: step * batch + own.lowerBound..<step * batch + own.upperBound, seed: seed,
                end: SMILESVocabulary.end, longest: longest, states: policy.makeStates(capacity: own.count))
        }.flatMap { $0 }
    }

    func likelihoods(_ model: NextTokenModel, _ sequences: [[Int]]) -> [Double] {
        let size = 32
        let parts = (sequences.count + size - 1) / size
        return Parallel.map(parts, workers: options.workers) { part in
            let own = Array(sequences[part * size..<min(sequences.count, (part + 1) * size)])
            return model.logLikelihoods(
                own, end: SMILESVocabulary.end, states: model.makeStates(capacity: own.count))
        }.flatMap { $0 }
    }
}
