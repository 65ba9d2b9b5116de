import NeuralNetwork
import Tasks

/// Networks of one architecture as one network, whose outputs are the means of theirs.
enum Ensemble {
    /// The joined architecture and its weights; throws `TaskError` where the last layer of the members is not linear.
    static func join(_ members: [Network]) throws -> (Architecture, [Float]) {
        do {
            let network = try Network.mean(of: members)
            return (network.architecture, network.weights)
        } catch {
            throw TaskError(error.message)
        }
    }
}
