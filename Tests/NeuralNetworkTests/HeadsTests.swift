import Foundation
import Testing

@testable import NeuralNetwork

/// Networks of several outputs, of any shape, with a loss each, and targets of which some are missing.
@Suite("Heads")
struct HeadsTests {
    static let architecture = Architecture(
        inputs: [InputSpecification(shape: [10, 4], strand: .complemented)],
        layers: [.conv1d(filters: 5, kernel: 5, padding: 2), .tanh],
        heads: [
            Head(name: "profile", layers: [.conv1d(filters: 2, kernel: 1)], strand: .reversed),
            Head(name: "kind", layers: [.flatten, .linear(outputs: 3)]),
            Head(name: "marks", layers: [.flatten, .linear(outputs: 2)]),
        ])

    static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize, options.learningRate) = (3, 24, 7, 0.02)
        options.losses = [
            "profile": .poisson, "kind": .softmaxCrossEntropy(classWeights: [1, 2, 1]), "marks": .binaryCrossEntropy(),
        ]
        options.lossWeights = ["profile": 0.5]
        change(&options)
        return options
    }

    /// A peak, its counts around it, the third that it is in, and two marks of it, of which a tenth is wrong and some are missing.
    static func examples(_ count: Int, missing: Bool = true) -> InMemoryExamples {
        var random = SplitMix64(seed: 5)
        var (inputs, targets) = ([Float](), [Float]())
        for example in 0..<count {
            let place = Int(random.next() % 10)
            let slip = random.uniform() < 0.1 ? 1 : 0
            for i in 0..<40 { inputs.append(0.3 * random.uniform() + (i / 4 == place ? 1 : 0)) }
            for i in 0..<20 { targets.append(Float(i % 2 == 0 ? max(0, 3 - abs(i / 2 - place)) : place % 3)) }
            targets += [Float((place / 4 + slip) % 3), (place > 4) == (slip == 0) ? 1 : 0, place % 2 == slip ? 1 : 0]
            guard missing else { continue }
            let first = targets.count - 23
            switch example % 4 {
            case 0: targets[first + 20] = .nan
            case 1: for i in 3..<9 { targets[first + i] = .nan }
            case 2: targets[first + 21] = .nan
            default: break
            }
        }
        return InMemoryExamples(inputs: inputs, targets: targets, count: count)
    }

    @Test("Ten steps on four heads with missing targets are PyTorch's")
    func golden() throws {
        let golden = try Golden("heads")
        let network = try Network(golden.architecture, seed: 0)
        try network.load(golden.flat("initial"))
        let inputs = try golden.floats("inputs")
        let output = try InferenceModel(network).predict(inputs, count: 8)
        #expect(difference(output, try golden.doubles("output")) < 2e-5)

        let names = golden.architecture.heads.map(\.name)
        let targets = try names.map { try golden.floats("targets.\($0)") }
        var rows: [Float] = []
        for row in 0..<8 {
            for target in targets {
                let width = target.count / 8
                rows += target[row * width..<(row + 1) * width]
            }
        }
        func document<Value: Decodable>(_ name: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data((golden.content.metadata[name] ?? "").utf8))
        }
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize, options.learningRate) = (10, 8, 3, 0.01)
        options.schedule = .constant
        options.optimizer = .adamW(weightDecay: 0.05)
        options.clipNorm = 0.5
        options.losses = try document("losses")
        options.lossWeights = try document("lossWeights")
        let report = try Trainer(network, options: options).fit(
            InMemoryExamples(inputs: inputs, targets: rows, count: 8))
        let course = try golden.doubles("losses")
        #expect(difference(report.epochs.map { Float($0.loss) }, (0..<10).map { course[5 * $0] }) < 2e-5)
        for slice in network.slices {
            let trained = Array(network.weights[slice.range])
            #expect(difference(trained, try golden.doubles("trained.\(slice.name)")) < 1e-3, "\(slice.name)")
        }
    }

    @Test("Backward is the slope of forward through heads")
    func slopes() throws {
        let network = try Network(Self.architecture, seed: 3)
        #expect(network.outputShape == [25])
        #expect(network.slices.map(\.name).prefix(4) == ["0.weight", "0.bias", "profile.0.weight", "profile.0.bias"])
        try expectSlopes(network, input: noise(3 * network.graph.inputCount), count: 3)
    }

    @Test("The gradient of the whole objective is its slope, with missing targets")
    func objective() throws {
        let objective = try Objective(Self.options(), Graph(Self.architecture))
        let examples = Self.examples(4)
        var weights = [0.0, 0, 0]
        for row in 0..<4 {
            examples.targets.withUnsafeBufferPointer {
                objective.add($0.baseAddress! + row * 23, weight: 1, to: &weights)
            }
        }
        // Of 80 counts 6 are missing, of 4 kinds one, of 8 marks one.
        #expect(weights[0] == 74 && weights[2] == 7)
        var (outputs, gradient) = (noise(4 * 25), [Float](repeating: .nan, count: 100))
        func loss() -> Double {
            objective.evaluate(
                outputs: outputs, targets: examples.targets, weights: nil,
                scales: objective.scales(weights, examples: 4), count: 4, dOutputs: &gradient
            ).mean
        }
        _ = loss()
        let expected = gradient.map { $0 / 4 }
        let step: Float = 0x1p-6
        let slopes = outputs.indices.map { i in
            let value = outputs[i]
            outputs[i] = value + step
            let above = loss()
            outputs[i] = value - step
            let below = loss()
            outputs[i] = value
            return (above - below) / Double(2 * step)
        }
        #expect(difference(expected, slopes) < 2e-4)
        #expect(expected[3..<9].allSatisfy { $0 != 0 } && expected[25 + 3..<25 + 9].allSatisfy { $0 == 0 })
    }

    @Test(
        "Any number of workers, and shards that are computed elsewhere, give the same bytes; a checkpoint goes on to them"
    )
    func sameBytes() throws {
        final class Backwards: GradientExchange, Sendable {
            func exchange(step: Int, shards: Int, compute: ([Int]) throws -> Void, rows: GradientRows) throws {
                try compute((0..<shards).reversed())
            }
        }
        let options = Self.options { $0.validationShare = 0.2 }
        let whole = try Network(Self.architecture, seed: 1)
        var saved: [UInt8] = []
        let expected = try Trainer(whole, options: options).fit(
            Self.examples(90), saveIf: { $0 == 4 }, save: { saved = try $0.encode() })
        for workers in 2...3 {
            var options = options
            options.workers = workers
            let network = try Network(Self.architecture, seed: 1)
            let report = try Trainer(network, options: options).fit(
                Self.examples(90), exchange: workers == 3 ? Backwards() : nil)
            #expect(report == expected && network.weights == whole.weights)
        }
        let resumed = try Network(Self.architecture, seed: 99)
        let report = try Trainer(resumed, options: options).fit(
            Self.examples(90), resuming: try TrainingCheckpoint(decoding: saved))
        #expect(report == expected && resumed.weights == whole.weights)
    }

    @Test("Each head learns, is measured by its own measures, and missing targets are in none of them")
    func learns() throws {
        let network = try Network(Self.architecture, seed: 1)
        let options = Self.options {
            $0.epochs = 40
            $0.batchSize = 32
        }
        let report = try Trainer(network, options: options).fit(Self.examples(300), validation: Self.examples(100))
        let metrics = try #require(report.epochs.last?.validation)
        let heads = try #require(metrics.heads)
        #expect(heads["kind"]?.classification?.count == 75 && heads["marks"]?.multiLabel?.labels[0].count == 75)
        #expect(heads["profile"]?.regression?.outputs.map(\.count) == [925, 925])
        #expect((heads["kind"]?.classification?.accuracy ?? 0) > 0.8)
        let figures = metrics.figures
        #expect((figures["profile.log-pearson"] ?? 0) > 0.5 && figures["profile.poisson-deviance"] != nil)
        let losses = ["profile", "kind", "marks"].map { heads[$0]?.loss ?? .nan }
        #expect(abs(metrics.loss - (0.5 * losses[0] + losses[1] + losses[2])) < 1e-9)
        #expect(figures["kind.auroc"] != nil && figures["auroc"] == nil, "the profile has no auroc")
    }

    @Test("On the other strand the targets of a head that turns are turned with the inputs")
    func strands() throws {
        let options = Self.options { $0.augmentations = [.reverseComplement(probability: 1)] }
        let whole = Self.examples(30)
        var turned = whole
        for row in 0..<30 {
            turned.inputs.replaceSubrange(
                row * 40..<(row + 1) * 40, with: whole.inputs[row * 40..<(row + 1) * 40].reversed())
            for i in 0..<10 {
                for track in 0..<2 {
                    turned.targets[row * 23 + 2 * i + track] = whole.targets[row * 23 + 2 * (9 - i) + track]
                }
            }
        }
        let (first, second) = (try Network(Self.architecture, seed: 1), try Network(Self.architecture, seed: 1))
        _ = try Trainer(first, options: options).fit(whole)
        _ = try Trainer(second, options: Self.options()).fit(turned)
        #expect(first.weights == second.weights)
        var silent = Self.architecture
        silent.heads[0].strand = nil
        let error = #expect(throws: NeuralNetworkError.self) { try Trainer(Network(silent, seed: 1), options: options) }
        #expect(error?.place == "augmentations" && error?.message.contains("profile") == true)
    }

    @Test("An output of positions and classes takes a class a position")
    func segments() throws {
        let architecture = Architecture(input: [6, 2], layers: [.conv1d(filters: 3, kernel: 1)])
        let inputs = noise(40 * 12)
        var targets = (0..<240).map { i in Float(inputs[2 * i] > 0 ? 0 : inputs[2 * i + 1] > 0 ? 1 : 2) }
        targets[7] = .nan
        var options = TrainingOptions()
        (options.epochs, options.learningRate, options.batchSize) = (60, 0.1, 8)
        let network = try Network(architecture, seed: 2)
        let report = try Trainer(network, options: options).fit(
            InMemoryExamples(inputs: inputs, targets: targets, count: 40))
        #expect((report.epochs.last?.accuracy ?? 0) > 0.85)
        let metrics = try InferenceModel(network).metrics(InMemoryExamples(inputs: inputs, targets: targets, count: 40))
        #expect(metrics.classification?.count == 239)
        targets[9] = 3
        let wrong = #expect(throws: NeuralNetworkError.self) {
            try Trainer(network, options: options).fit(InMemoryExamples(inputs: inputs, targets: targets, count: 40))
        }
        #expect(wrong?.description == "example 1: the label 3 is not in 0..<3, at place 3")
    }

    @Test("Documents with heads are read and written, and those without are as they were")
    func documents() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Self.architecture), as: UTF8.self)
        #expect(try JSONDecoder().decode(Architecture.self, from: Data(text.utf8)) == Self.architecture)
        let options = Self.options()
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: encoder.encode(options)) == options)
        let plain = try encoder.encode(Architecture(input: [3], layers: [.linear(outputs: 1)]))
        #expect(!String(decoding: plain, as: UTF8.self).contains("heads"))
        #expect(!String(decoding: try encoder.encode(TrainingOptions()), as: UTF8.self).contains("losses"))
    }

    @Test("Heads and losses that do not fit each other are refused by name")
    func refused() throws {
        func place(_ change: (inout TrainingOptions) -> Void) -> String? {
            #expect(throws: NeuralNetworkError.self) {
                try Trainer(Network(Self.architecture, seed: 1), options: Self.options(change))
            }?.place
        }
        #expect(place { $0.losses?["kind"] = nil } == "losses")
        #expect(place { $0.losses?["other"] = .poisson } == "losses")
        #expect(place { $0.lossWeights = ["kind": 0] } == "lossWeights")
        #expect(place { $0.loss = .poisson } == "loss")
        #expect(place { $0.losses?["kind"] = .softmaxCrossEntropy(classWeights: [1]) } == "losses.kind.classWeights")
        #expect(place { $0.sampling = .classBalanced } == "sampling")
        #expect(place { $0.augmentations = [.shift(maximum: 1)] } == "augmentations")
        let one = try Network(Architecture(input: [3], layers: [.linear(outputs: 1)]), seed: 1)
        #expect(throws: NeuralNetworkError.self) { try Trainer(one, options: Self.options()) }
        for name in ["0", "a.b", "", "input", "kind"] {
            var architecture = Self.architecture
            architecture.heads[0].name = name
            #expect(throws: NeuralNetworkError.self) { try Network(architecture, seed: 1) }
        }
    }

    @Test("Classes at positions have no complement, so reverse complements of such a head are refused")
    func complementedClasses() throws {
        let architecture = Architecture(
            inputs: [InputSpecification(shape: [10, 4], strand: .complemented)], layers: [],
            heads: [Head(name: "base", layers: [.conv1d(filters: 4, kernel: 1)], strand: .complemented)])
        var options = TrainingOptions()
        options.losses = ["base": .softmaxCrossEntropy()]
        options.augmentations = [.reverseComplement(probability: 0.5)]
        let error = #expect(throws: NeuralNetworkError.self) {
            try Trainer(Network(architecture, seed: 1), options: options)
        }
        #expect(error?.message.contains("the head base is of classes") == true, "\(error as Any)")
        options.losses = ["base": .binaryCrossEntropy()]
        _ = try Trainer(Network(architecture, seed: 1), options: options)
    }
}
