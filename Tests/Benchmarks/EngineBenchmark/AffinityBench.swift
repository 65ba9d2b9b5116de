import Drugs
import Genomics
import Tasks

/// A model of affinities on the pairs of a table: read once, scored as often as is asked.
struct AffinityBench {
    private let examples: any TaskExamples
    private let model: any TaskModel

    init(model name: String, pairs: String, drugs: String, proteins: String) throws {
        let task = AffinityTask()
        guard let package = try task.bundled.package(name) else { throw TaskError("there is no model \(name)") }
        model = try task.model(package)
        let inputs = ItemInputs(paths: [pairs], options: ["drugs": drugs, "proteins": proteins])
        guard let batch = try task.source(pairs, of: inputs).nextBatch(bytes: .max) else {
            throw TaskError("\(pairs) holds no pair")
        }
        examples = try task.examples(of: batch)
    }

    /// Scores all pairs: SMILES and sequences are encoded, each once, and joined.
    func score(workers: Int) async throws -> Double {
        let start = ContinuousClock.now
        let scores = try await model.scores([examples], workers: workers)[0]
        let elapsed = (ContinuousClock.now - start).components
        guard scores.allSatisfy({ $0.problem == nil }) else { throw TaskError("a pair was not scored") }
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
}
