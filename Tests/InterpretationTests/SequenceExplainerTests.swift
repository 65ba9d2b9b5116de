import Genomics
import NeuralNetwork
import Testing

@testable import Interpretation

@Suite("Explained sequences")
struct SequenceExplainerTests {
    private let layers: [LayerSpecification] = [
        .conv1d(filters: 6, kernel: 5, padding: 2), .relu, .conv1d(filters: 4, kernel: 3), .relu, .maxPool(),
        .linear(outputs: 3),
    ]

    private func explain(
        _ codes: [UInt8], _ method: AttributionMethod, target: AttributionTarget = .output(1, of: 3),
        _ change: (inout SequenceExplainer.Options) -> Void = { _ in }, workers: Int = 1
    ) throws -> SequenceAttribution {
        var options = SequenceExplainer.Options()
        options.method = method
        change(&options)
        return try SequenceExplainer(package(layers, labels: 3), target: target, options: options, workers: workers)
            .explain(codes)
    }

    @Test(
        "The hypothetical score of a sequence's own letters is its contribution",
        arguments: [
            AttributionMethod.gradientTimesInput, .integratedGradients, .deepLIFT, .deepSHAP, .mutagenesis,
        ])
    func hypothetical(method: AttributionMethod) throws {
        var codes = sequence(3)
        codes[4] = 15
        let result = try explain(codes, method)
        #expect(result.hypothetical.count == 4 * codes.count && result.contributions.contains { $0 != 0 })
        for (position, code) in codes.enumerated() {
            let letters = (0..<4).filter { code >> $0 & 1 == 1 }
            let own = letters.reduce(0) { $0 + result.hypothetical[4 * position + $1] } / Float(letters.count)
            if code != 15 || method != .mutagenesis { #expect(abs(own - result.contributions[position]) < 1e-5) }
        }
    }

    @Test("Mutagenesis gives the difference of every changed sequence")
    func mutagenesis() throws {
        let codes = sequence(3)
        let result = try explain(codes, .mutagenesis)
        let model = try InferenceModel(package(layers, labels: 3))
        let effects = try #require(result.effects)
        for position in codes.indices {
            for letter in 0..<4 {
                var changed = codes
                changed[position] = 1 << UInt8(letter)
                let score = model.predict(changed.map(Float.init), count: 1)[1]
                #expect(abs(effects[4 * position + letter] - (score - Float(result.score))) < 1e-6)
            }
        }
    }

    @Test("References follow from the seed, results from nothing else")
    func seeds() throws {
        let codes = sequence(8)
        let result = try explain(codes, .deepSHAP)
        #expect(try explain(codes, .deepSHAP, { _ in }, workers: 3) == result)
        #expect(try explain(codes, .deepSHAP, { $0.referenceSeed = 2 }) != result)
    }

    @Test("A class is explained against the mean of the others")
    func classes() throws {
        let target = AttributionTarget.classOutput(1, of: 3)
        #expect(target.weights == [-0.5, 1, -0.5])
        let codes = sequence(4)
        let parts = try (0..<3).map { try explain(codes, .deepLIFT, target: .output($0, of: 3)).contributions }
        let result = try explain(codes, .deepLIFT, target: target)
        for i in codes.indices {
            #expect(abs(result.contributions[i] - (parts[1][i] - (parts[0][i] + parts[2][i]) / 2)) < 1e-5)
        }
    }

    @Test("Of both strands, a reverse complement has the mirrored attribution")
    func strands() throws {
        let codes = sequence(6)
        for method in [AttributionMethod.integratedGradients, .mutagenesis, .saliency] {
            let forward = try explain(codes, method, { $0.readsBothStrands = true })
            let reverse = try explain(
                codes.reversed().map(BaseCode.complementCode), method, { $0.readsBothStrands = true })
            #expect(abs(forward.score - reverse.score) < 1e-9)
            #expect(zip(forward.hypothetical, reverse.hypothetical.reversed()).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    @Test("A sequence of another length, a network without bases and a target of other outputs are refused")
    func refused() throws {
        #expect(throws: InterpretationError.self) { try explain(sequence(1, length: 23), .saliency) }
        #expect(throws: InterpretationError.self) { try explain(sequence(1), .saliency, target: .output(0, of: 2)) }
        let numbers = try Network(Architecture(input: [4], layers: [.linear(outputs: 1)]), seed: 1)
        #expect(throws: InterpretationError.self) {
            try SequenceExplainer(
                ModelPackage(numbers, featureVersion: "", labels: ["a"]), target: .output(0, of: 1))
        }
    }

    @Test("Names of samtools and bedtools are places in a genome")
    func places() throws {
        let samtools = try #require(SequencePlace("chr1:101-200", length: 100))
        #expect(samtools.contig == "chr1" && samtools.range == 100..<200 && samtools.place(of: 3) == 103)
        let bedtools = try #require(SequencePlace("peak::HLA:A*01:100-200(-)", length: 100))
        #expect(bedtools.contig == "HLA:A*01" && bedtools.range == 100..<200 && bedtools.isReverse)
        #expect(bedtools.place(of: 0) == 199 && bedtools.place(of: 0..<10) == 190..<200)
        for name in ["chr1:100-300", "chr1", "", "chr1:0-99", "chr1:9999999999999999999-200"] {
            #expect(SequencePlace(name, length: 100) == nil)
        }
    }

    @Test("A shuffle keeps the ends and every pair of neighbours, and pads stay")
    func shuffle() {
        let shuffle = DinucleotideShuffle(seed: 5)
        func pairs(_ codes: [UInt8]) -> [Int: Int] {
            zip(codes, codes.dropFirst()).reduce(into: [:]) { $0[Int($1.0) << 4 | Int($1.1), default: 0] += 1 }
        }
        for seed in 1...20 {
            var codes = sequence(seed, length: 101)
            if seed > 10 { codes[20] = 15 }
            if seed > 15 { codes.replaceSubrange(90..<101, with: repeatElement(0, count: 11)) }
            let shuffled = shuffle(codes, number: seed)
            #expect(pairs(shuffled) == pairs(codes))
            #expect(shuffled != codes && shuffled == shuffle(codes, number: seed))
            #expect(shuffled.indices.allSatisfy { (shuffled[$0] == 0) == (codes[$0] == 0) })
            #expect(shuffle(codes, number: seed + 1) != shuffled)
        }
        #expect(shuffle([1, 2, 4], number: 0) == [1, 2, 4])
        #expect(shuffle([], number: 0) == [])
    }

    @Test("All shuffles of a short sequence come, each as often")
    func uniform() {
        // ACACGAT has the pairs AC AC CA CG GA AT.
        let codes: [UInt8] = [1, 2, 1, 2, 4, 1, 8]
        let shuffle = DinucleotideShuffle(seed: 1)
        let counts = (0..<4000).reduce(into: [[UInt8]: Int]()) { $0[shuffle(codes, number: $1), default: 0] += 1 }
        #expect(Set(counts.keys) == [[1, 2, 1, 2, 4, 1, 8], [1, 2, 4, 1, 2, 1, 8]])
        #expect(counts.values.allSatisfy { abs($0 - 2000) < 200 })
    }
}
