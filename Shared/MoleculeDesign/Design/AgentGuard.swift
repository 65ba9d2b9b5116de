import NeuralNetwork

/// Takes an agent back where it has forgotten its grammar: steps along rewards of few molecules can lead a language to texts that are none.
struct AgentGuard {
    /// What moves the agent.
    private(set) var trainer: PolicyTrainer
    private let options: MoleculeDesigner.Options
    private(set) var learningRate: Float
    /// What the agent was when it last wrote as it should.
    private var sound: [Float]
    /// The largest share of molecules among the texts of a step.
    private var best: Double

    /// How often the agent's weights are kept, in steps.
    private static let interval = 10
    /// Parts of the best share below which nothing is kept, and below which the agent goes back.
    static let (keeps, returns) = (0.75, 0.5)

    /// Begins with an agent; `fluency` is the share of molecules among the texts of the language that it comes from.
    init(_ agent: Network, _ options: MoleculeDesigner.Options, fluency: Double) throws {
        (self.options, learningRate, sound, best) = (options, options.learningRate, agent.weights, fluency)
        trainer = try Self.trainer(agent, options, learningRate)
    }

    private static func trainer(
        _ agent: Network, _ options: MoleculeDesigner.Options, _ learningRate: Float
    ) throws -> PolicyTrainer {
        try PolicyTrainer(
            agent, most: options.batch + options.replayed, learningRate: learningRate, shardSize: 36,
            workers: options.workers, seed: options.seed)
    }

    /// Whether the agent, of whose texts such a share are molecules, may learn from them; else it is what it was before, and learns at half the rate.
    mutating func isSound(_ agent: Network, valid: Double, step: Int) throws -> Bool {
        best = max(best, valid)
        if valid < Self.returns * best {
            try agent.load(sound)
            learningRate /= 2
            trainer = try Self.trainer(agent, options, learningRate)
            return false
        }
        if step % Self.interval == 0, valid >= Self.keeps * best { sound = agent.weights }
        return true
    }
}
