import Commands
import Foundation
import NeuralNetwork
import Testing

@testable import helicase

/// `helicase explain`: a network that looks for one motif, which it was given by hand.
@Suite("Explain commands")
struct ExplainCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "explain-\(UUID().uuidString)").path
    private static let motif = "GTCACGTGACC"

    private func inFolder(_ body: () async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body()
    }

    /// A package of a convolution whose one pair of filters is the motif.
    private func writeModel(length: Int = 60, labels: [String] = ["background", "bound"]) throws -> String {
        let taps = Self.motif.count
        let network = try Network(
            Architecture(
                bases: length,
                layers: [.conv1d(filters: 2, kernel: taps), .relu, .maxPool(), .linear(outputs: labels.count)]),
            seed: 1)
        var weights = [Float](repeating: 0, count: network.parameterCount)
        for (tap, letter) in Self.motif.enumerated() {
            for channel in 0..<4 {
                let isLetter = Array("ACGT")[channel] == letter
                weights[channel * taps + tap] = isLetter ? 1 : -1
            }
        }
        let head = try #require(network.slices.first { $0.name == "3.weight" }).range.lowerBound
        weights[head + 2] = 0.5
        weights[try #require(network.slices.first { $0.name == "0.bias" }).range.lowerBound] = -2
        try network.load(weights)
        let path = "\(folder)/model.safetensors"
        try Data(ModelPackage(network, featureVersion: "bases-1", labels: labels).encode()).write(
            to: URL(filePath: path))
        return path
    }

    /// Records of 60 bases with the motif, named by their place in a genome.
    private func records(_ count: Int) -> [(name: String, bases: String)] {
        var random = SplitMix64(seed: 3)
        return (0..<count).map { number in
            var bases = (0..<60).map { _ in Array("ACGT")[random.index(below: 4)] }
            let start = 5 + random.index(below: 40)
            bases.replaceSubrange(start..<start + Self.motif.count, with: Self.motif)
            return ("chr1:\(1000 * number + 1)-\(1000 * number + 60)", String(bases))
        }
    }

    private func write(_ records: [(name: String, bases: String)]) throws -> String {
        let path = "\(folder)/records.fa"
        try records.map { ">\($0.name)\n\($0.bases)\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func explain(_ line: String...) async throws {
        let command = try CommandLineParser(CommandTree.root).parse(["explain"] + line)
        if line[0] == "sequence" {
            try await ExplainSequence(command).run()
        } else {
            try await ExplainMotifs(command).run()
        }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/out/\(name)", encoding: .utf8)
    }

    @Test("Each record is explained or named; the others are not harmed")
    func sequences() async throws {
        try await inFolder {
            let model = try writeModel()
            let good = records(3)
            let input = try write([
                good[0], ("protein", "MKVLAAGIEFLPQZ" + String(repeating: "A", count: 46)), ("short", "ACGT"),
                ("empty", ""),
                (good[1].name, good[1].bases.lowercased()), ("ambiguous", "RYN" + good[2].bases.dropFirst(3)),
            ])
            let error = await #expect(throws: ControlError.self) {
                try await explain("sequence", "--model", model, "--input", input, "--output", "\(folder)/out")
            }
            #expect("\(error as Any)".contains("3 of 6 records"))
            let rows = try text("records.tsv").split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(rows.count == 7)
            #expect(rows[2].last?.contains("protein") == true && rows[3].last?.contains("4 bases") == true)
            #expect(rows[4].last?.contains("empty") == true)
            for row in [1, 5, 6] {
                #expect(rows[row][2] == "bound")
                #expect(try #require(Double(rows[row][6])) < 1e-4)
                let difference = try #require(Double(rows[row][3])) - #require(Double(rows[row][4]))
                #expect(abs(difference - (Double(rows[row][5]) ?? .nan)) < 1e-4)
            }
            let file = try Safetensors.decode(
                Array(Data(contentsOf: URL(filePath: "\(folder)/out/attributions.safetensors"))))
            #expect(file["contributions"]?.shape == [3, 60] && file["hypothetical"]?.shape == [3, 60, 4])
            // What adds most is in the motif.
            let contributions = try #require(file["contributions"]?.floats).prefix(60)
            let place = try #require(good[0].bases.range(of: Self.motif))
            let start = good[0].bases.distance(from: good[0].bases.startIndex, to: place.lowerBound)
            let inside = contributions[start..<start + Self.motif.count].reduce(0, +)
            #expect(inside > 0.7 * contributions.reduce(0, +) && inside > 1)
            // Places of a genome, from 0, of the two records that have one.
            let track = try text("contributions.bedgraph").split(separator: "\n")
            #expect(
                track.count == 120 && track[0].hasPrefix("chr1\t0\t1\t") && track[119].hasPrefix("chr1\t1059\t1060\t"))
            let page = try text("index.html")
            #expect(page.contains("<svg") && page.contains("is this a protein?") && page.contains("completeness error"))
            #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"))
            #expect(try text("logos/record-0.svg").hasPrefix("<?xml"))
        }
    }

    @Test("Files that are there, unknown methods, limits and classes are refused before work begins")
    func refusals() async throws {
        try await inFolder {
            let (model, input) = (try writeModel(), try write(records(1)))
            func refused(_ more: String...) async {
                let line = ["sequence", "--model", model, "--input", input, "--output", "\(folder)/out"] + more
                await #expect(throws: (any Error).self) {
                    try await ExplainSequence(CommandLineParser(CommandTree.root).parse(["explain"] + line)).run()
                }
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/out/index.html"))
            }
            await refused("--method", "guess")
            await refused("--maximum-error", "-1")
            await refused("--maximum-error", "0.1", "--method", "saliency")
            await refused("--class", "unbound")
            await refused("--references", "0")
            try await explain("sequence", "--model", model, "--input", input, "--output", "\(folder)/out")
            await #expect(throws: StartError.self) {
                try await explain("sequence", "--model", model, "--input", input, "--output", "\(folder)/out")
            }
            try await explain("sequence", "--model", model, "--input", input, "--output", "\(folder)/out", "--force")
        }
    }

    @Test("An attribution above the limit is refused with its error")
    func limit() async throws {
        try await inFolder {
            let (model, input) = (try writeModel(), try write(records(1)))
            let error = await #expect(throws: ControlError.self) {
                try await explain(
                    "sequence", "--model", model, "--input", input, "--output", "\(folder)/out", "--method",
                    "gradient-x-input", "--maximum-error", "1e-6")
            }
            #expect("\(error as Any)".contains("none of 1 record"))
            #expect(try text("records.tsv").contains("an error of"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out/attributions.safetensors"))
        }
    }

    @Test("The motif that a model looks for is found, matched and placed")
    func motifs() async throws {
        try await inFolder {
            let (model, input) = (try writeModel(), try write(records(40)))
            var library = "MEME version 4\n\nALPHABET= ACGT\n"
            var random = SplitMix64(seed: 9)
            let names = (0..<60).map { number in (0..<10).map { _ in Array("ACGT")[random.index(below: 4)] } }
            for (number, letters) in (names + [Array("TCACGTGAC")]).enumerated() {
                library +=
                    "\nMOTIF M\(number) \(number == 60 ? "USF" : "other")\nletter-probability matrix: w= \(letters.count)\n"
                for letter in letters {
                    library += "ACGT".map { $0 == letter ? "0.91" : "0.03" }.joined(separator: " ") + "\n"
                }
            }
            try library.write(toFile: "\(folder)/library.meme", atomically: true, encoding: .utf8)
            try await explain(
                "motifs", "--model", model, "--sequences", input, "--library", "\(folder)/library.meme", "--output",
                "\(folder)/out")
            let matches = try text("matches.tsv").split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(matches[1][1] == "M60" && matches[1][2] == "USF")
            #expect(try #require(Double(matches[1][4])) < 0.01)
            #expect(try text("motifs.meme").contains("MOTIF motif_1 USF"))
            #expect(try text("motifs.jaspar").hasPrefix(">motif_1\tUSF\nA ["))
            let hits = try text("hits.bed").split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(hits.count >= 38 && hits.allSatisfy { $0.count == 6 && $0[0] == "chr1" })
            let page = try text("index.html")
            #expect(page.contains("M60") && page.contains("<svg") && !page.contains("src="))
        }
    }
}
