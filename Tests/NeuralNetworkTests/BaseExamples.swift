import Foundation

@testable import NeuralNetwork

/// Small files of base codes and labels, whether a sequence holds TATA or not, and the networks that read them.
struct BaseExamples {
    let folder = FileManager.default.temporaryDirectory.appending(path: "bases-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    static let length = 20

    static func architecture(
        outputs: Int = 2, between: [LayerSpecification] = [], inputs: InputSpecification? = nil
    ) -> Architecture {
        Architecture(
            inputs: [inputs ?? InputSpecification(kind: .bases, shape: [length])],
            layers: [.conv1d(filters: 8, kernel: 5), .relu, .maxPool()] + between + [.linear(outputs: outputs)])
    }

    static func options(_ epochs: Int = 2, change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.learningRate) = (epochs, 32, 0.02)
        change(&options)
        return options
    }

    /// So many sequences, of which every second holds the motif.
    static func codes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return (0..<count).flatMap { number -> [UInt8] in
            var bases = (0..<length).map { _ in [1, 2, 4, 8][Int(random.next() >> 62)] as UInt8 }
            let place = Int(random.next() % UInt64(length - 4))
            if number % 2 == 1 { bases.replaceSubrange(place..<place + 4, with: [8, 1, 8, 1]) }
            return bases
        }
    }

    /// A file of them; `change` makes of their codes and targets what a test is about.
    func file(
        _ name: String, _ count: Int = 120, seed: UInt64 = 1, asBytes: Bool = false, groups: [Int64]? = nil,
        change: (inout [Float], inout [Float]) -> Void = { _, _ in }
    ) throws -> SafetensorsFile {
        var (inputs, targets) = (Self.codes(count, seed: seed).map(Float.init), (0..<count).map { Float($0 % 2) })
        change(&inputs, &targets)
        var tensors = [
            asBytes
                ? Safetensors.Tensor(
                    name: "inputs", dtype: .u8, shape: [count, Self.length], bytes: inputs.map { UInt8($0) })
                : .init(name: "inputs", shape: [count, Self.length], floats: inputs),
            .init(name: "targets", shape: [count], floats: targets),
        ]
        if let groups {
            let bytes = groups.flatMap { group in withUnsafeBytes(of: group.littleEndian) { [UInt8]($0) } }
            tensors.append(.init(name: "groups", dtype: .i64, shape: [count], bytes: bytes))
        }
        let path = folder.appending(path: name).path
        try Data(Safetensors.encode(tensors: tensors)).write(to: URL(filePath: path))
        return try SafetensorsFile(path: path)
    }

    func training(
        _ files: [SafetensorsFile], validation: [SafetensorsFile] = [], _ options: TrainingOptions = options(),
        architecture: Architecture = architecture()
    ) throws -> NetworkTraining {
        try NetworkTraining(
            architecture: architecture, options: options, files: files, validationFiles: validation, command: "a test")
    }
}
