import Commands
import Foundation
import Genomics
import Hashing
import NeuralNetwork

/// `helicase simulate sequences`: labelled sequences in a file, for a first training.
struct SimulateSequences {
    private let count: Int
    private let output: String
    private var random: SplitMix64

    init(_ command: ParsedCommand) throws {
        count = try command.integer("count", in: 1...10_000_000) ?? 2000
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        random = SplitMix64(seed: UInt64(try command.integer("seed", in: 0...Int.max) ?? 1))
    }

    mutating func run() throws {
        var (inputs, targets) = ([UInt8](), [UInt8]())
        inputs.reserveCapacity(count * PromoterSequence.length)
        for _ in 0..<count {
            let isPromoter = random.next() % 2 == 1
            inputs += PromoterSequence.make(isPromoter: isPromoter, using: &random)
            targets.append(isPromoter ? 1 : 0)
        }
        let file = Safetensors.encode(
            tensors: [
                .init(name: "inputs", dtype: .u8, shape: [count, PromoterSequence.length], bytes: inputs),
                .init(name: "targets", dtype: .u8, shape: [count], bytes: targets),
            ], metadata: [:])
        try Files.write(Data(file), to: output)
        let promoters = targets.count { $0 == 1 }
        print(
            "\(Count.of(count, "sequence")) of \(PromoterSequence.length) bases, \(promoters) with a promoter, in \(output)"
        )
    }
}

/// Random bases, as codes of `InputSpecification.Kind.bases`; in a promoter, a TATA box and an initiator 25 bases after it.
enum PromoterSequence {
    static let length = 100

    private static let codes: [UInt8] = [1, 2, 4, 8]
    private static let tataBox: [UInt8] = [8, 1, 8, 1, 1, 1, 1]
    private static let initiator: [UInt8] = [8, 2, 1, 4, 8]
    private static let distance = 25

    /// Makes a sequence; a base in ten of a promoter's motifs is another than it should be.
    static func make(isPromoter: Bool, using random: inout SplitMix64) -> [UInt8] {
        var bases = (0..<length).map { _ in codes[Int(random.next() >> 62)] }
        guard isPromoter else { return bases }
        let span = tataBox.count + distance + initiator.count
        let start = Int(random.next() % UInt64(length - span))
        for (motif, place) in [(tataBox, start), (initiator, start + tataBox.count + distance)] {
            for (offset, base) in motif.enumerated() where random.next() % 10 > 0 { bases[place + offset] = base }
        }
        return bases
    }
}
