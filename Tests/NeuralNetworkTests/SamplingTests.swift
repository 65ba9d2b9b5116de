import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Sampling")
struct SamplingTests {
    @Test("Every order is the same for the same seed and epoch, and another in the next")
    func seeded() {
        for sampling in [Sampling.shuffled, .classBalanced, .blocks(size: 7, window: 3)] {
            func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
                sampling.order(count: 100, seed: seed, epoch: epoch) { $0 % 3 }
            }
            #expect(order(1, 1) == order(1, 1))
            #expect(order(1, 1) != order(1, 2) && order(1, 1) != order(2, 1))
            #expect(order(1, 1).count == 100)
        }
        let shuffled = Sampling.shuffled.order(count: 100, seed: 1, epoch: 1) { _ in nil }
        #expect(shuffled.sorted() == Array(0..<100))
        #expect(Sampling.blocks(size: 7).order(count: 0, seed: 1, epoch: 1) { _ in nil } == [])
    }

    @Test("Balanced draws have each class equally often, and see all of a frequent one before any again")
    func balanced() {
        func label(_ index: Int) -> Int? { index < 90 ? 0 : index < 98 ? 1 : index < 99 ? 5 : nil }
        let order = Sampling.classBalanced.order(count: 100, seed: 1, epoch: 3, label: label)
        let counts = Dictionary(grouping: order.map { label($0) }, by: { $0 }).mapValues(\.count)
        #expect(order.count == 100 && counts.keys.count == 3 && counts.values.allSatisfy { (33...34).contains($0) })
        let frequent = order.filter { $0 < 90 }
        #expect(Set(frequent).count == frequent.count)
        let rare = Dictionary(grouping: order.filter { (90..<98).contains($0) }, by: { $0 }).mapValues(\.count)
        #expect(rare.count == 8 && rare.values.allSatisfy { (4...5).contains($0) })
        #expect(Set(Sampling.classBalanced.order(count: 9, seed: 1, epoch: 1) { _ in nil }) == Set(0..<9))
    }

    @Test("Blocks come once each, and no more than a window of them at a time")
    func blocks() {
        let order = Sampling.blocks(size: 10, window: 3).order(count: 95, seed: 1, epoch: 1) { _ in nil }
        #expect(order.sorted() == Array(0..<95))
        let places = Dictionary(grouping: order.indices, by: { order[$0] / 10 })
        #expect(places.values.allSatisfy { ($0.max() ?? 0) - ($0.min() ?? 0) < 30 })
        #expect(order.prefix(30) != order.prefix(30).sorted()[...])
    }

    @Test("Samplings are written and read, and refused where they do not fit")
    func documents() throws {
        let all: [Sampling] = [.shuffled, .classBalanced, .blocks(size: 5, window: 2)]
        #expect(try JSONDecoder().decode([Sampling].self, from: JSONEncoder().encode(all)) == all)
        #expect(throws: NeuralNetworkError.self) { try Sampling.classBalanced.check(.poisson, outputs: 1) }
        #expect(throws: NeuralNetworkError.self) { try Sampling.classBalanced.check(.binaryCrossEntropy(), outputs: 2) }
        #expect(throws: NeuralNetworkError.self) { try Sampling.blocks(size: 0).check(.poisson, outputs: 1) }
        try Sampling.classBalanced.check(.binaryCrossEntropy(), outputs: 1)
    }
}

@Suite("Augmentation")
struct AugmentationTests {
    private func augment(
        _ augmentation: Augmentation, _ input: [Float], _ shape: [Int],
        kind: InputSpecification.Kind = .numbers, strand: InputSpecification.Strand? = nil, seed: UInt64 = 1
    ) -> [Float] {
        var (input, random) = (input, SplitMix64(seed: seed))
        input.withUnsafeMutableBufferPointer {
            augmentation.apply(
                to: $0, InputSpecification(kind: kind, shape: shape, strand: strand), random: &random)
        }
        return input
    }

    @Test("The other strand of bases, of one-hot bases and of tracks, and back again")
    func reverseComplement() {
        let turned = Augmentation.reverseComplement(probability: 1)
        // AACGTNR. and .YNACGTT
        let bases: [Float] = [1, 1, 2, 4, 8, 15, 5, 0]
        #expect(augment(turned, bases, [8], kind: .bases) == [0, 10, 15, 1, 2, 4, 8, 8])
        for code in 0..<16 {
            let once = augment(turned, [Float(code)], [1], kind: .bases)
            #expect(augment(turned, once, [1], kind: .bases) == [Float(code)])
        }
        let four: [Float] = [1, 0, 0, 0, 0, 1, 0, 0]
        #expect(augment(turned, four, [2, 4], strand: .complemented) == [0, 0, 1, 0, 0, 0, 0, 1])
        // Four histone marks are no bases, and numbers that say nothing of strands stay.
        #expect(augment(turned, four, [2, 4], strand: .reversed) == [0, 1, 0, 0, 1, 0, 0, 0])
        #expect(augment(turned, four, [2, 4]) == four && augment(turned, four, [2, 4], strand: .unaffected) == four)
        #expect(augment(turned, [1, 2, 3, 4, 5, 6], [3, 2], strand: .reversed) == [5, 6, 3, 4, 1, 2])
        #expect(augment(.reverseComplement(probability: 0), bases, [8], kind: .bases) == bases)
        #expect(augment(turned, [0.5, 99, .nan], [3], kind: .bases)[1...] == [99, 0.5])
    }

    @Test("An input says what the other strand makes of it; one that may turn and says nothing is refused")
    func strands() throws {
        func inputs(_ text: String) throws -> [InputSpecification] {
            try JSONDecoder().decode([InputSpecification].self, from: Data(text.utf8))
        }
        let read = try inputs(
            #"""
            [{"name": "dna", "kind": "bases", "shape": [8]}, {"name": "marks", "shape": [8, 4], "strand": "reversed"},
             {"name": "age", "shape": [1]}, {"name": "hot", "shape": [8, 4], "strand": "complemented"}, [8, 4]]
            """#)
        #expect(read.map(\.strand) == [nil, .reversed, nil, .complemented, nil])
        #expect(try JSONDecoder().decode([InputSpecification].self, from: JSONEncoder().encode(read)) == read)
        // What said nothing is written as before.
        #expect(String(decoding: try JSONEncoder().encode(read[4]), as: UTF8.self) == "[8,4]")
        try Augmentation.reverseComplement().check(Array(read[0...3]))
        try Augmentation.reverseComplement(inputs: ["dna"]).check([read[0], read[4]])
        for (chosen, text) in [
            ([read[4]], "no input has another strand"), ([read[2]], "no input has another strand"),
            ([read[0], read[4]], "'input' may run along the sequence"),
        ] {
            let error = #expect(throws: NeuralNetworkError.self) { try Augmentation.reverseComplement().check(chosen) }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
        #expect(throws: NeuralNetworkError.self) { try Augmentation.reverseComplement(inputs: ["age"]).check(read) }
        for wrong in [
            InputSpecification(kind: .bases, shape: [8], strand: .reversed),
            InputSpecification(shape: [8, 3], strand: .complemented),
        ] {
            #expect(throws: NeuralNetworkError.self) { try Graph(Architecture(inputs: [wrong], layers: [.maxPool()])) }
        }
    }

    @Test("Shifts move whole positions either way, and fill with zeros")
    func shift() {
        let input: [Float] = [1, 2, 3, 4, 5, 6]
        let seen = Set((0..<60 as Range<UInt64>).map { augment(.shift(maximum: 1), input, [3, 2], seed: $0) })
        #expect(seen == [[0, 0, 1, 2, 3, 4], input, [3, 4, 5, 6, 0, 0]])
        for seed in 0..<50 as Range<UInt64> { _ = augment(.shift(maximum: .max), input, [6], seed: seed) }
    }

    @Test("Thinning keeps a share of counted reads that lies between the minimum and all, and leaves the rest alone")
    func thinning() {
        let input = Array(repeating: Float(200), count: 50) + [-1, 0.5, 0]
        for seed in 0..<20 as Range<UInt64> {
            let thinned = augment(.thinning(minimum: 0.25), input, [53], seed: seed)
            let share = thinned.prefix(50).reduce(0, +) / 10_000
            #expect((0.22...1).contains(share) && thinned.suffix(3) == [-1, 0.5, 0])
        }
    }

    @Test("Noise has the deviation asked for")
    func noise() {
        let noisy = augment(.gaussianNoise(deviation: 2), Array(repeating: 1, count: 10_000), [10_000])
        let mean = noisy.reduce(0, +) / 10_000
        let variance = noisy.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
        #expect(abs(mean - 1) < 0.1 && abs(variance - 4) < 0.3)
    }

    @Test("All inputs of an example turn round together, and those not named stay")
    func severalInputs() {
        let inputs = [
            InputSpecification(name: "sequence", kind: .bases, shape: [2]),
            InputSpecification(name: "track", shape: [2], strand: .reversed),
            InputSpecification(name: "age", shape: [1]),
        ]
        let augmentation = Augmentation.reverseComplement(inputs: ["sequence", "track"])
        var seen: Set<[Float]> = []
        for seed in 0..<20 as Range<UInt64> {
            var (example, target, random): ([Float], [Float], SplitMix64) = ([1, 2, 7, 8, 5], [1], .init(seed: seed))
            example.withUnsafeMutableBufferPointer { example in
                target.withUnsafeMutableBufferPointer { target in
                    augmentation.apply(to: example, target: target, inputs: inputs, random: &random)
                }
            }
            seen.insert(example)
        }
        #expect(seen == [[1, 2, 7, 8, 5], [4, 8, 8, 7, 5]])
    }

    @Test("Augmentations are written and read, and refused where they do not fit the inputs")
    func documents() throws {
        let all: [Augmentation] = [
            .reverseComplement(), .shift(maximum: 3, inputs: ["a"]), .thinning(minimum: 0.5),
            .gaussianNoise(deviation: 1),
        ]
        #expect(try JSONDecoder().decode([Augmentation].self, from: JSONEncoder().encode(all)) == all)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(Augmentation.self, from: Data(#"{"type": "shift"}"#.utf8))
        }
        let inputs = [
            InputSpecification(name: "a", kind: .bases, shape: [4]), InputSpecification(name: "b", shape: [4]),
            InputSpecification(name: "c", kind: .tokens, shape: [4]),
        ]
        for bad: Augmentation in [
            .shift(maximum: 1, inputs: ["d"]), .shift(maximum: 1), .reverseComplement(inputs: ["c"]),
            .thinning(minimum: 0.5, inputs: ["a"]), .thinning(minimum: 0, inputs: ["b"]),
            .gaussianNoise(deviation: .nan, inputs: ["b"]), .reverseComplement(probability: 2, inputs: ["a"]),
        ] {
            #expect(throws: NeuralNetworkError.self) { try bad.check(inputs) }
        }
        try Augmentation.thinning(minimum: 0.5, inputs: ["b"]).check(inputs)
    }
}
