import Drugs
import NeuralNetwork

extension MoleculeDesigner {
    /// Teaches the agent the known molecules of the highest reward, and lays them into the memory.
    ///
    /// Lessons far from the language, of which an agent forgets its grammar, are given again more gently: what share of its texts are
    /// molecules may fall to ``AgentGuard/keeps`` of `fluency`.
    func teach(
        _ agent: Network, _ memory: inout ExperienceMemory, _ prior: NextTokenModel, fluency: Double
    ) throws {
        let (assessor, candidates) = (assessor, candidates)
        let assessed = Parallel.map(candidates.count, workers: options.workers) { assessor.assess(candidates[$0]) }
        let order = assessed.indices.filter { assessed[$0] != nil }.sorted {
            (assessed[$1]?.reward ?? 0, $0) < (assessed[$0]?.reward ?? 0, $1)
        }
        var (lessons, entries): ([[UInt16]], [ExperienceMemory.Entry]) = ([], [])
        for index in order.prefix(options.taught) {
            guard let own = assessed[index], let tokens = try? SMILESVocabulary.tokens(of: own.molecule.smiles),
                tokens.count <= language.longest
            else { continue }
            lessons.append(tokens)
            entries.append(.init(tokens: tokens, smiles: own.molecule.smiles, reward: own.reward, priorLikelihood: 0))
            for spelling in 0..<options.spellings {
                let seed = UInt32(truncatingIfNeeded: SplitMix64.mix(UInt64(index) << 20 ^ UInt64(spelling)))
                let text = own.molecule.randomSMILES(seed: seed)
                if let tokens = try? SMILESVocabulary.tokens(of: text), tokens.count <= language.longest {
                    lessons.append(tokens)
                }
            }
        }
        guard !lessons.isEmpty else { return }
        let likelihoods = likelihoods(prior, entries.map { $0.tokens.map(Int.init) })
        for index in entries.indices { entries[index].priorLikelihood = likelihoods[index] }
        memory.add(entries)
        let weights = agent.weights
        var rate = options.learningRate
        for _ in 0..<Self.attempts {
            try give(lessons, to: agent, rate: rate)
            if try validShare(agent) >= AgentGuard.keeps * fluency { return }
            try agent.load(weights)
            rate /= 2
        }
    }

    /// How often lessons are given, each time at half the rate, before the agent is left as it is.
    private static let attempts = 4

    private func give(_ lessons: [[UInt16]], to agent: Network, rate: Float) throws {
        let size = 72
        let trainer = try PolicyTrainer(
            agent, most: size, learningRate: rate, shardSize: 36, workers: options.workers, seed: options.seed)
        var random = SplitMix64(keys: options.seed, 8)
        for _ in 0..<options.lessons {
            let order = random.permutation(lessons.count)
            for first in stride(from: 0, to: order.count, by: size) {
                let own = order[first..<min(order.count, first + size)].map { lessons[$0] }
                try trainer.step(
                    SequenceExamples(own, end: SMILESVocabulary.end, length: language.longest + 1))
            }
        }
    }

    /// Molecules that may be taught, each once.
    private var candidates: [String] {
        var seen = Set<String>()
        return (seeds + language.examples).filter { seen.insert($0).inserted }
    }
}
