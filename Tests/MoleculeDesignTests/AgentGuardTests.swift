import NeuralNetwork
import Testing

@testable import MoleculeDesign

/// Agents that forget their grammar.
struct AgentGuardTests {
    @Test("An agent whose texts are no molecules any more goes back to what it was, and learns at half the rate")
    func guarding() throws {
        let agent = try Network(
            Architecture(inputs: [.init(name: "x", shape: [2])], layers: [.linear(outputs: 2)]), seed: 1)
        let first = agent.weights
        var options = MoleculeDesigner.Options()
        (options.batch, options.replayed) = (4, 0)
        var kept = try AgentGuard(agent, options, fluency: 0.8)
        #expect(try kept.isSound(agent, valid: 0.8, step: 0))
        let second = first.map { $0 + 1 }
        try agent.load(second)
        // Sound, but not at a step at which weights are kept.
        #expect(try kept.isSound(agent, valid: 0.9, step: 5))
        // Too few molecules to be kept, and enough to go on.
        #expect(try kept.isSound(agent, valid: 0.6, step: 10))
        #expect(agent.weights == second)
        #expect(try !kept.isSound(agent, valid: 0.4, step: 11))
        #expect(agent.weights == first && kept.learningRate == options.learningRate / 2)
        try agent.load(second)
        #expect(try kept.isSound(agent, valid: 0.8, step: 20))
        try agent.load(second.map { $0 + 1 })
        #expect(try !kept.isSound(agent, valid: 0, step: 21))
        #expect(agent.weights == second && kept.learningRate == options.learningRate / 4)
    }
}
