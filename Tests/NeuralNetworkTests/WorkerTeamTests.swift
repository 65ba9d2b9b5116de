import Synchronization
import Testing

@testable import NeuralNetwork

@Suite("Worker teams")
struct WorkerTeamTests {
    @Test("Every part of every run is done once, by whoever comes", arguments: 1...4)
    func parts(workers: Int) throws {
        let team = WorkerTeam(workers: workers)
        let total = Atomic(0)
        for run in 0..<3000 {
            let count = run % 7
            try team.forEach(count) { _, part in total.add(part + 1, ordering: .relaxed) }
            let expected = count * (count + 1) / 2
            #expect(total.exchange(0, ordering: .relaxed) == expected)
        }
    }

    @Test("Of several errors, that of the lowest index is thrown")
    func errors() {
        let error = #expect(throws: NeuralNetworkError.self) {
            try WorkerTeam(workers: 2).forEach(100) { _, index in
                if index >= 10 { throw NeuralNetworkError(.mismatch, "\(index)") }
            }
        }
        #expect(error?.message == "10")
    }

    @Test("Threads that share one example's work, or a batch's examples, change no byte", arguments: [1, 2, 3, 7, 65])
    func sharedWork(count: Int) throws {
        let layers: [LayerSpecification] = [
            .conv1d(filters: 70, kernel: 9, padding: 4), .relu, .conv1d(filters: 96, kernel: 5), .relu,
            .maxPool1d(kernel: 3), .flatten, .linear(outputs: 130), .linear(outputs: 3),
        ]
        let model = try InferenceModel(Network(Architecture(bases: 151, layers: layers), seed: 2))
        let input = BaseConvolutionTests.codes(count * model.inputCount, ambiguous: true)
        let expected = model.predict(input, count: count)
        for workers in 2...3 {
            let workspace = model.makeWorkspace(workers: workers)
            for _ in 0..<3 {
                var output = [Float](repeating: .nan, count: expected.count)
                input.withUnsafeBufferPointer { input in
                    output.withUnsafeMutableBufferPointer {
                        model.predict(input, count: count, into: $0, workspace: workspace)
                    }
                }
                #expect(output == expected)
            }
        }
    }
}
