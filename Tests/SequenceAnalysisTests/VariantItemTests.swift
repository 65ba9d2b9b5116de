import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Records of VCF on their way through the stages, and the file that comes of them.
@Suite("Variants as items")
struct VariantItemTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "variants-\(UUID())").path
    private let reference: ReferenceGenome
    private let bases: [UInt8]
    private let task = SequenceTask()
    private static let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var random = SplitMix64(seed: 3)
        bases = (0..<300).map { _ in Array("ACGT".utf8)[random.index(below: 4)] }
        try Data(">c\n\(String(decoding: bases, as: UTF8.self))\n".utf8).write(to: URL(filePath: "\(folder)/r.fa"))
        reference = try ReferenceGenome(path: "\(folder)/r.fa")
    }

    private func base(_ position: Int) -> String { String(decoding: bases[position - 1..<position], as: UTF8.self) }

    private func other(_ position: Int) -> String { base(position) == "A" ? "C" : "A" }

    private func inputs(_ records: String, context: String? = nil) throws -> ItemInputs {
        try (Self.header + records).write(toFile: "\(folder)/v.vcf", atomically: true, encoding: .utf8)
        return ItemInputs(
            paths: ["\(folder)/v.vcf"], options: context.map { ["context": $0] } ?? [:], reference: reference)
    }

    private func package(length: Int = 20) throws -> ModelPackage {
        let layers: [LayerSpecification] = [.conv1d(filters: 4, kernel: 5), .relu, .flatten, .linear(outputs: 2)]
        return try ModelPackage(
            Network(Architecture(bases: length, layers: layers), seed: 1), featureVersion: "bases-1",
            labels: ["no", "yes"])
    }

    /// What each record comes to, through the bytes that travel.
    private func scores(_ inputs: ItemInputs, _ package: ModelPackage) async throws -> [(name: String, score: Score)] {
        let source = try task.source(inputs.paths[0], of: inputs)
        var results: [(String, Score)] = []
        // Batches of a record each are scored as all together.
        while let batch = try source.nextBatch(bytes: 1) {
            let examples = try task.examples(of: ItemBatch(decoding: batch.encode()))
            let decoded = try #require(try task.examples(decoding: examples.encode()) as? ItemExamples)
            let model = try task.model(package)
            #expect(!model.saysOutcome(of: decoded))
            let scores = try await model.scores([decoded], workers: 1)[0]
            results += zip(decoded.subjects, scores).map { ($0.name, $1) }
        }
        return results
    }

    @Test("An allele has the effect that the same variant has in process, and only what is wrong with it is said")
    func effects() async throws {
        let package = try self.package()
        let records = [
            "c\t100\t.\t\(base(100))\t\(other(100)),*\t.\t.\t.",
            "c\t120\t.\t\(base(120))\t<DEL>,\(base(120))AC\t.\t.\t.",
            "c\t130\t.\t\(other(130))\tG\t.\t.\t.", "c\t5\t.\t\(base(5))\t\(other(5))\t.\t.\t.", "broken",
        ]
        let found = try await scores(inputs(records.joined(separator: "\n")), package)
        let alleles = [(100, other(100)), (120, "\(base(120))AC")].compactMap {
            Allele(contig: "c", position: $0, reference: base($0), alternate: $1)
        }
        let expected = try await VariantEffects(SequenceModel(package)).effects(of: alleles, in: reference, workers: 1)
            .map { try $0.get() }
        func said(_ index: Int, _ position: Int, _ count: Int) -> [VariantEffects.Effect?] {
            EffectScores.effects(
                found[index].score.values, alleles: count, position: position - 1, sites: ["no", "yes"])
        }
        #expect(said(0, 100, 2) == [expected[0], nil] && found[0].score.problem == nil)
        #expect(said(1, 120, 2) == [nil, expected[1]])
        #expect(found[1].score.problem?.contains("not spelled in bases") == true)
        #expect(said(2, 130, 1) == [nil] && found[2].score.problem?.contains("REF at c:130") == true)
        #expect(found[3].score.problem?.contains("the contig ends before that") == true)
        #expect(found[4].score.problem == VariantRecord.rule && found[4].name == "line 7")
    }

    @Test("A model that reads more than came along says what to ask for")
    func context() async throws {
        let record = "c\t100\t.\t\(base(100))\t\(other(100))\t.\t.\t."
        let short = try await scores(inputs(record, context: "8"), package())
        #expect(short[0].score.problem?.contains("the model reads 20 bases around it") == true, "\(short)")
        let package = try self.package()
        let told = task.options(of: try inputs(record), for: package)
        #expect(told["context"] == "20")
        let enough = try await scores(inputs(record, context: "20"), package)
        #expect(try await enough[0].score == scores(inputs(record), package)[0].score)
        #expect(throws: TaskError.self) { try task.source(folder, of: inputs(record, context: "0")) }
        var unknown = try inputs(record)
        unknown.options["flank"] = "20"
        #expect(throws: TaskError.self) { try task.resultForm(of: unknown) }
        // A table says all classes.
        let table = ItemInputs(paths: ["a.fa"], options: ["class": "site"], reference: nil)
        #expect(throws: TaskError.self) { try task.resultForm(of: table) }
    }

    @Test("The file keeps lines without scores, and refuses an input that changed")
    func file() async throws {
        let records = [100, 110, 120].map { "c\t\($0)\t.\t\(base($0))\t\(other($0))\t.\t.\tX=1" }
        let inputs = try self.inputs(records.joined(separator: "\n") + "\n")
        let package = try self.package()
        let found = try await scores(inputs, package)
        let file = try task.result("\(folder)/o.vcf", of: inputs, by: ItemModel(label: "a b@2", package: package))
        try file.write(found[1].score, record: 1, name: found[1].name)
        try file.finish()
        let lines = try String(contentsOfFile: "\(folder)/o.vcf", encoding: .utf8).split(separator: "\n").map(
            String.init)
        #expect(lines.count == 7 && lines[4] == records[0] && lines[6] == records[2])
        #expect(lines[5].hasPrefix(records[1] + ";EFFECT=a_b@2|"))
        let second = try task.result("\(folder)/p.vcf", of: inputs, by: ItemModel(label: "m", package: package))
        let error = #expect(throws: GenomicsError.self) {
            try second.write(found[1].score, record: 0, name: found[1].name)
        }
        #expect(error?.message.contains("it changed while it was read") == true)
    }

    @Test("Sites keep their class, strand and place")
    func sites() {
        let sites = ["none", "donor", "acceptor"]
        let effects = [
            VariantEffects.Effect(
                reference: 1, alternate: 0.5, shift: -3, site: .init(name: "donor", place: 240_000_123, isReverse: true)
            ),
            VariantEffects.Effect(
                reference: 0, alternate: 2, shift: 7, site: .init(name: "acceptor", place: nil, isReverse: false)),
            VariantEffects.Effect(reference: 0, alternate: 2, shift: 0),
        ]
        var scores = EffectScores(position: 240_000_000)
        for effect in effects { scores.add(effect, sites: sites) }
        let score = scores.score
        #expect(EffectScores.effects(score.values, alleles: 3, position: 240_000_000, sites: sites) == effects)
        #expect(EffectScores.effects(score.values, alleles: 2, position: 0, sites: sites).isEmpty)
    }

    @Test("Alleles that travelled with other bases than those around them are refused")
    func hostile() throws {
        let field =
            #"{"alternates":[{"around":"ACGT","contig":10,"deleted":9,"first":0,"inserted":"","start":1}],"position":1}"#
        let batch = ItemBatch(
            columns: VariantItem.columns, items: [Item(record: 0, name: "", fields: [Array(field.utf8), []])])
        #expect(try task.examples(of: batch).subjects[0].problem?.contains("not within the bases") == true)
    }
}
