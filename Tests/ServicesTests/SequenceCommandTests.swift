import Commands
import Foundation
import Genomics
import Hashing
import NeuralNetwork
import Testing

@testable import helicase

/// Commands that score DNA without a stack, on files as people have them.
@Suite("Commands on sequences")
struct SequenceCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "sequence-\(UUID().uuidString)").path

    private func inFolder(_ body: (_ model: String, _ reference: String) async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let network = try Network(
            Architecture(bases: 20, layers: [.conv1d(filters: 4, kernel: 5), .relu, .maxPool(), .linear(outputs: 2)]),
            seed: 1)
        let package = ModelPackage(network, featureVersion: "bases-1", labels: ["no", "yes"])
        try Data(package.encode()).write(to: URL(filePath: "\(folder)/m.safetensors"))
        var random = SplitMix64(seed: 2)
        let bases = String((0..<200).map { _ in Array("ACGT")[random.index(below: 4)] })
        try write(">c\n\(bases.prefix(99))A\(bases.dropFirst(100))\n", "r.fa")
        try await body("\(folder)/m.safetensors", "\(folder)/r.fa")
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    private func parsed(_ line: String...) throws -> ParsedCommand {
        try CommandLineParser(CommandTree.root).parse(["predict"] + line)
    }

    @Test(
        "An allele that is not spelled in bases is named, one that another record deletes is none, the others are scored"
    )
    func effects() async throws {
        try await inFolder { model, reference in
            let records = ["G", "-", "*", "<DEL>", "C,*"].map { "c\t100\t.\tA\t\($0)\t.\t.\t.\n" }.joined()
            try write("##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\(records)", "v.vcf")
            let error = await #expect(throws: ControlError.self) {
                try await PredictItems.effects(
                    parsed(
                        "effect", "--model", model, "--reference", reference, "--variants", "\(folder)/v.vcf",
                        "--output", "\(folder)/o.vcf")
                ).run()
            }
            #expect("\(error as Any)".contains("2 of 5 records of"))
            let lines = try text("o.vcf").split(separator: "\n").filter { !$0.hasPrefix("#") }
            #expect(lines.map { $0.contains("EFFECT=") } == [true, false, false, false, true])
            #expect(lines[4].contains(",.;EFFECT_SHIFT=0,."))
        }
    }

    @Test("A scan is a track of the bases whose window the contig holds; an output of no form is refused before work")
    func scan() async throws {
        try await inFolder { model, reference in
            func scan(_ output: String) async throws {
                try await PredictScan(
                    parsed("scan", "--model", model, "--reference", reference, "--output", "\(folder)/\(output)")
                ).run()
            }
            try await scan("t.bw")
            let values = try BigWigReader(path: "\(folder)/t.bw").values(contig: "c", 0..<200)
            // A window of 20 has its middle at base 10, read backwards at base 9.
            #expect(values.indices.filter { values[$0].isFinite } == Array(9...190))
            let error = await #expect(throws: StartError.self) { try await scan("t.txt") }
            #expect("\(error as Any)".contains("says no form of track"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/t.txt"))
        }
    }

    @Test("Genes are asked of DNA: a protein is refused with its contig")
    func genes() async throws {
        try await inFolder { _, _ in
            try write(">p\nMKVLAAGIEFLPQZ\n", "p.fa")
            let error = await #expect(throws: (any Error).self) {
                try await PredictGenes(
                    parsed("genes", "--reference", "\(folder)/p.fa", "--output", "\(folder)/g.gff3")
                ).run()
            }
            #expect("\(error as Any)".contains("contig p") && "\(error as Any)".contains("protein"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/g.gff3"))
        }
    }
}
