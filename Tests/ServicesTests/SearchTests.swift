import Commands
import Events
import Foundation
import NeuralNetwork
import Storage
import Testing

@testable import helicase

/// `--search`: configurations, their rows, and what the chosen one says of itself.
@Suite("Searches among configurations")
struct SearchTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "search-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func write(_ name: String, _ text: String) throws -> String {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func plan(_ text: String) throws -> SearchPlan {
        try JSONDecoder().decode(SearchPlan.self, from: Data(text.utf8))
    }

    @Test("All combinations are tried, or as many different ones as are drawn, the same for a seed")
    func combinations() throws {
        let all = try plan(#"{"name": "n", "metric": "loss", "changes": {"a": [1, 2, 3], "b.0": ["x", "y"]}}"#)
        let configurations = try all.configurations()
        #expect(configurations.count == 6 && Set(configurations).count == 6 && all.isLower)
        #expect(configurations[1] == ["a": .number(1), "b.0": .string("y")])
        var some = all
        (some.draw, some.seed) = (4, 7)
        #expect(try Set(some.configurations()).count == 4)
        #expect(try some.configurations() == some.configurations())
        some.draw = 7
        #expect(throws: ControlError.self) { try some.configurations() }
        #expect(try !plan(#"{"name": "n", "metric": "auroc", "changes": {"a": [1]}}"#).isLower)
        #expect(throws: ControlError.self) {
            try plan(#"{"name": "", "metric": "loss", "changes": {"a": [1]}}"#).configurations()
        }
    }

    @Test("A change goes to its field; one that no document has is refused")
    func fields() throws {
        let document = JSONDocument.object(["o": .object(["l": .array([.number(1), .object(["f": .number(2)])])])])
        let changed = try SearchPlan.applying(["o.l.1.f": .number(9), "o.new": .bool(true)], to: document)
        #expect(
            changed
                == .object(["o": .object(["l": .array([.number(1), .object(["f": .number(9)])]), "new": .bool(true)])]))
        for path in ["o.l.2", "o.x.y", "o.l.f"] {
            #expect(throws: ControlError.self) { try SearchPlan.applying([path: .null], to: document) }
        }
    }

    /// Numbers whose sign is the class.
    private func examples() throws -> String {
        var random = SplitMix64(seed: 3)
        let inputs = (0..<600).map { _ in 2 * random.uniform() - 1 }
        let targets = (0..<300).map { (place: Int) -> Float in
            inputs[2 * place] + 0.3 * inputs[2 * place + 1] > 0 ? 1 : 0
        }
        let folds = (0..<300).map { UInt8($0 % 3) }
        let path = folder.appending(path: "data.st").path
        try Data(
            Safetensors.encode(tensors: [
                .init(name: "inputs", shape: [300, 2], floats: inputs),
                .init(name: "targets", shape: [300], floats: targets),
                .init(name: "folds", dtype: .u8, shape: [300], bytes: folds),
            ])
        ).write(to: URL(filePath: path))
        return path
    }

    @Test(
        "Trials are rows; a search that was ended goes on with those that are not done, and the best is trained again")
    func search() async throws {
        let database = try await migratedDatabase()
        let architecture = try write("a.json", #"{"input": [2], "layers": [{"type": "linear", "outputs": 2}]}"#)
        let options = try write("o.json", #"{"epochs": 4, "batchSize": 32}"#)
        // A rate of 0 is none, so those trials fail.
        let plan = try write(
            "s.json",
            #"{"name": "rates", "metric": "accuracy", "changes": {"options.learningRate": [0, 0.00001, 0.05]}}"#)
        let (data, output) = (try examples(), folder.appending(path: "m.st").path)
        func train() async throws {
            let line = [
                "train", "network", "--architecture", architecture, "--options", options, "--data", data, "--local",
                "--folds",
                "--search", plan, "--output", output, "--force", "--database", database.configuration.url,
            ]
            try await TrainNetwork(CommandLineParser(CommandTree.root).parse(line)).run()
        }
        try await train()
        let table = SearchTable(database: database)
        let trials = try await table.trials(of: "rates")
        #expect(trials.map(\.state) == ["failed", "done", "done"])
        #expect(trials[0].problem?.contains("learningRate") == true)
        #expect(try #require(trials[2].figure) > #require(trials[1].figure))
        let package = try ModelPackage(decoding: Array(Data(contentsOf: URL(filePath: output))))
        #expect(package.lineage.options?.learningRate == 0.05 && package.lineage.metrics["search.trials"] == 2)
        #expect(
            package.lineage.split.contains(
                "trial 2 of the search rates, chosen among 2 trials by accuracy on the folds"))
        #expect(package.lineage.split.contains("optimistic"))
        #expect(package.lineage.metrics["validation.accuracy.mean-of-folds"] == trials[2].figure)
        #expect(SearchTable.lines(trials, metric: "accuracy", isLower: false)[1].hasPrefix("2"))

        // As if it had been killed in the second trial.
        try await database.execute(
            "UPDATE search_trials SET state = 'running', figure = NULL WHERE search = 'rates' AND trial = 1")
        let begun = try await database.query("SELECT started_at FROM search_trials WHERE trial = 2")[0]
            .decode("started_at", as: Date.self)
        try await train()
        #expect(try await table.trials(of: "rates").map(\.figure) == trials.map(\.figure))
        let after = try await database.query("SELECT started_at FROM search_trials WHERE trial = 2")[0]
            .decode("started_at", as: Date.self)
        #expect(begun == after, "a trial that is done is not made again")

        _ = try write("o.json", #"{"epochs": 5, "batchSize": 32}"#)
        let error = await #expect(throws: ControlError.self) { try await train() }
        #expect(error?.description.contains("choose another name") == true)
        await database.close()
    }

    @Test("Several trainings need --local, and a figure that there is not fails a trial with those that there are")
    func refused() async throws {
        let line = ["train", "network", "--architecture", try write("a.json", "{}"), "--data", "x", "--folds"]
        #expect(throws: (any Error).self) { try TrainNetwork(CommandLineParser(CommandTree.root).parse(line)) }
    }
}
