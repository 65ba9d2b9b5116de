import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Networks that read tracks beside the bases.
@Suite("Tracks beside windows")
struct WindowTracksTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "window-tracks-\(UUID())").path
    private let task = SequenceTask()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ">c\n\(String(repeating: "ACGGT", count: 10))\n".write(
            toFile: "\(folder)/r.fa", atomically: true, encoding: .utf8)
        try "c\t0\t2\t0.5\nc\t3\t20\t2\n".write(toFile: "\(folder)/a.bedgraph", atomically: true, encoding: .utf8)
        try "c\t0\t50\t1\n".write(toFile: "\(folder)/b.bedgraph", atomically: true, encoding: .utf8)
        try "c\t0\t4\tp\t0\t+\nc\t0\t4\tm\t0\t-\nc\t2\t6\nc\t0\t3\n".write(
            toFile: "\(folder)/w.bed", atomically: true, encoding: .utf8)
    }

    /// A network of bases and numbers whose one output is linear in the numbers of `a`: 1, 10, 100 and 1000 times the four positions.
    private func package(strand: InputSpecification.Strand? = nil, features: String = "bases-1") throws -> ModelPackage
    {
        let architecture = Architecture(
            inputs: [
                InputSpecification(name: "a", shape: [4], strand: strand),
                InputSpecification(name: "sequence", kind: .bases, shape: [4]),
                InputSpecification(name: "more", shape: [4, 2], strand: strand),
            ],
            layers: [
                .parallel(
                    [
                        .init([], input: "a"), .init([.conv1d(filters: 2, kernel: 3), .flatten], input: "sequence"),
                        .init([.flatten], input: "more"),
                    ]),
                .linear(outputs: 1),
            ])
        let network = try Network(architecture, seed: 1)
        var weights = [Float](repeating: 0, count: network.parameterCount)
        let linear = try #require(network.slices.last { $0.name.hasSuffix("weight") })
        weights.replaceSubrange(linear.range.prefix(4), with: [1, 10, 100, 1000])
        try network.load(weights)
        var package = ModelPackage(network, featureVersion: features, labels: ["value"])
        package.lineage.options = TrainingOptions()
        package.lineage.options?.loss = .meanSquaredError
        package.taskOptions = #"{"tracks":{"more":["b","c"]}}"#
        return package
    }

    private func inputs(_ names: [String: String]) throws -> ItemInputs {
        ItemInputs(
            paths: ["\(folder)/w.bed"],
            tracks: names.sorted { $0.key < $1.key }.map {
                ItemTrack(name: $0.key, path: "\(folder)/\($0.value).bedgraph")
            },
            reference: try ReferenceGenome(path: "\(folder)/r.fa"))
    }

    private func scores(_ inputs: ItemInputs, _ package: ModelPackage) async throws -> (
        scores: [Score], remarks: [String]
    ) {
        let source = try task.source(inputs.paths[0], of: inputs)
        var scores: [Score] = []
        while let batch = try source.nextBatch(bytes: 1) {
            let examples = try task.examples(of: ItemBatch(decoding: batch.encode()))
            scores += try await task.model(package).scores(
                [task.examples(decoding: examples.encode())], workers: 1)[0]
        }
        return (scores, source.remarks)
    }

    @Test(
        "Each position has its number, backwards on the reverse strand; a base without one counts as 0 and is counted")
    func values() async throws {
        let (scores, remarks) = try await scores(inputs(["a": "a", "b": "b", "c": "b"]), package())
        // 0.5, 0.5, none, 2.
        #expect(scores[0].values == [2005.5] && scores[1].values == [552])
        // None, 2, 2, 2.
        #expect(scores[2].values == [2220])
        #expect(scores[3].problem == "the sequence has 3 bases and the model reads 4")
        #expect(remarks == ["the track a has no value at 4 of 15 bases of the windows; they count as 0"])
    }

    @Test("A track that the model lacks, or that it does not read, is named for every record")
    func names() async throws {
        let lacking = try await scores(inputs(["a": "a", "b": "b"]), package()).scores
        #expect(lacking[0].problem?.contains("the track c") == true)
        let more = try await scores(inputs(["a": "a", "b": "b", "c": "b", "d": "a"]), package()).scores
        #expect(more[0].problem?.contains("no track d; it reads a, b, c") == true, "\(more[0])")
        let sequences = ItemInputs(paths: ["\(folder)/r.fa"], tracks: [ItemTrack(name: "a", path: "")])
        #expect(throws: TaskError.self) { try task.resultForm(of: sequences) }
    }

    @Test("A model of both strands turns its tracks as they say, and one that does not say is refused")
    func strands() async throws {
        let both = try package(strand: .reversed, features: SequenceTask.bothStrands)
        let scores = try await scores(inputs(["a": "a", "b": "b", "c": "b"]), both).scores
        #expect(scores[0].values == [(2005.5 + 552) / 2] && scores[1].values == scores[0].values)
        #expect(throws: TaskError.self) { try task.model(package(features: SequenceTask.bothStrands)) }
    }

    @Test("Effects and scans are refused to a model of tracks, as are tensors of other lengths")
    func refused() throws {
        let model = try SequenceModel(package())
        #expect(throws: TaskError.self) { try VariantEffects(model) }
        #expect(throws: TaskError.self) { try SequenceScanner(model) }
        let examples = ItemExamples(
            subjects: [.init(record: 0, name: "")],
            tensors: [
                .init(name: "codes", dtype: .u8, shape: [2], bytes: [1, 2]),
                .init(name: "lengths", dtype: .u32, shape: [1], bytes: [2, 0, 0, 0]),
                .init(name: "track a", dtype: .f32, shape: [1], bytes: [0, 0, 0, 0]),
            ], featureVersion: SequenceTask.featureVersion)
        #expect(throws: TaskError.self) { try task.examples(decoding: examples.encode()) }
    }

    @Test("A BED file that is another than the one that was scored makes no track")
    func changedWindows() throws {
        let bed = "\(folder)/changed.bed"
        try "c\t0\t4\na line that is none\nc\t8\t12\n".write(toFile: bed, atomically: true, encoding: .utf8)
        func track() throws -> WindowTrack {
            try WindowTrack(
                path: "\(folder)/changed.bedgraph", input: bed, reference: ReferenceGenome(path: "\(folder)/r.fa"),
                outcome: .values(["x"]),
                class: nil)
        }
        let track = try track()
        try track.write(Score([1]), record: 0, name: "c:1-4")
        try track.write(Score(problem: "no window"), record: 1, name: "")
        let error = #expect(throws: GenomicsError.self) { try track.write(Score([1]), record: 2, name: "c:10-13") }
        #expect(error?.description.contains("was changed while it was read") == true, "\(error as Any)")
    }
}
