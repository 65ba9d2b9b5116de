import Commands
import Foundation
import NeuralNetwork
import Testing

@testable import helicase

/// `helicase simulate sequences`: what a first training reads.
struct SimulateSequencesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "sequences-\(UUID().uuidString)")

    private func simulate(_ arguments: String...) throws {
        let line = ["simulate", "sequences"] + arguments
        var sequences = try SimulateSequences(CommandLineParser(CommandTree.root).parse(line))
        try sequences.run()
    }

    @Test("A seed gives the same file, with and without promoters, which training reads; nothing is overwritten")
    func sequences() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (first, second, third) = ("\(folder.path)/1", "\(folder.path)/2", "\(folder.path)/3")
        try simulate("--count", "400", "--seed", "7", "--output", first)
        try simulate("--count", "400", "--seed", "7", "--output", second)
        try simulate("--count", "400", "--seed", "8", "--output", third)
        #expect(try Data(contentsOf: URL(filePath: first)) == Data(contentsOf: URL(filePath: second)))
        #expect(try Data(contentsOf: URL(filePath: first)) != Data(contentsOf: URL(filePath: third)))
        #expect(throws: StartError.self) { try simulate("--output", first) }
        try simulate("--count", "10", "--output", second, "--force")

        // A byte a base, and nothing of one seed in the file of another.
        let codes = try [first, third].map { path in
            let inputs = try Safetensors.decode(Array(Data(contentsOf: URL(filePath: path))))["inputs"]
            #expect(inputs?.dtype == .u8 && inputs?.shape == [400, 100])
            let bytes = inputs?.bytes ?? []
            return Set(stride(from: 0, to: bytes.count, by: 100).map { Array(bytes[$0..<$0 + 100]) })
        }
        #expect(codes.map(\.count) == [400, 400] && codes[0].isDisjoint(with: codes[1]))

        let examples = try FileExamples(files: SafetensorsFile.open([first, second]))
        #expect(examples.count == 410)
        var (input, promoters) = ([Float](repeating: 0, count: 100), 0)
        for index in 0..<400 {
            var target = [Float](repeating: .nan, count: 1)
            try input.withUnsafeMutableBufferPointer { input in
                try target.withUnsafeMutableBufferPointer { try examples.fill(index, into: input, target: $0) }
            }
            #expect(input.allSatisfy { [1, 2, 4, 8].contains($0) } && [0, 1].contains(target[0]))
            promoters += Int(target[0])
        }
        #expect((150...250).contains(promoters))
    }
}
