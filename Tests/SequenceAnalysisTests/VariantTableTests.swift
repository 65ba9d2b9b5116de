import Foundation
import Genomics
import NeuralNetwork
import Testing

@testable import SequenceAnalysis

/// Trainings on measured effects of variants.
@Suite("Trainings on variants of elements")
struct VariantTableTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "variants-\(UUID())")

    /// Two elements of 40 bases with GATA at 10 and 25, whose loss halves an activity, and all single changes of them.
    private func write(motif: String = "GATA") throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let meme =
            "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF M1 GATA\nletter-probability matrix: alength= 4 w= 4 nsites= 20\n"
        let rows = motif.map { letter in "ACGT".map { $0 == letter ? "0.97" : "0.01" }.joined(separator: " ") }
        try Data((meme + rows.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "m.meme"))
        var random = SplitMix64(seed: 5)
        var (fasta, table) = ("", "element\tpos\tref\talt\tn\teffect\tpart\n")
        for (number, name) in ["a", "b"].enumerated() {
            var text = (0..<40).map { _ in Array("CCGT")[Int(random.next() >> 62)] }
            for start in [10, 25] { text.replaceSubrange(start..<(start + 4), with: "GATA") }
            fasta += ">\(name) chr1:\(1001 + 100 * number)-\(1040 + 100 * number)\n\(String(text))\n"
            for (place, base) in text.enumerated() {
                let isSite = (10..<14).contains(place) || (25..<29).contains(place)
                for other in Array("ACGT-") where other != base {
                    let effect = isSite ? -1.0 : 0.0
                    table +=
                        "\(name)\t\(1001 + 100 * number + place)\t\(base)\t\(other)\t\(place % 3 == 0 ? 5 : 50)\t\(effect)\t\(place < 20 ? "x" : "y")\n"
                }
            }
        }
        try Data(fasta.utf8).write(to: folder.appending(path: "e.fa"))
        try Data(table.utf8).write(to: folder.appending(path: "t.tsv"))
    }

    private func recipe(_ change: (inout SequenceRecipe) -> Void = { _ in }) throws -> SequenceRecipe {
        let json = """
            {"model": "toy", "summary": "", "labels": ["activity"], "strands": "forward", "members": 1, "padded": true,
             "sources": [{"file": "t.tsv", "column": "effect", "weight": {"column": "n", "half": 10},
               "split": {"column": "part", "validation": "y"},
               "variants": {"elements": "e.fa", "element": "element", "position": "pos", "inRegion": true,
                            "reference": "ref", "alternate": "alt", "least": {"n": 4}}}],
             "motifs": {"file": "m.meme", "layer": "0", "threshold": 0.7},
             "architecture": {"input": {"kind": "bases", "shape": [21]}, "layers": [
                {"type": "conv1d", "filters": 2, "kernel": 6, "padding": 5, "reverseComplement": true},
                {"type": "sigmoid"}, {"type": "averagePool"}, {"type": "foldStrands", "join": "mean"},
                {"type": "linear", "outputs": 1}]},
             "options": {"epochs": 40, "batchSize": 16, "learningRate": 0.5, "pairs": true, "fixed": ["0"],
                         "loss": {"type": "meanSquaredError"}}}
            """
        var recipe = try JSONDecoder().decode(SequenceRecipe.self, from: Data(json.utf8))
        change(&recipe)
        return recipe
    }

    @Test("A network that begins with a motif learns what it is worth, and is judged on variants that it has not seen")
    func learns() async throws {
        try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        let training = try SequenceTraining(recipe(), folder: folder.path, command: "a test")
        // A deletion is two pairs.
        #expect(
            training.summary == "200 pairs of sequences of 21 bases in 1 folds, 200 kept for validation, 0 left out")
        let package = try training.fit(TrainingSession(workers: 2))
        #expect(try training.fit(TrainingSession(workers: 1)).digest() == package.digest())
        let metrics = package.lineage.metrics
        #expect(metrics["validation.examples"] == 200)
        #expect(try #require(metrics["validation.pearson"]) > 0.7)
        #expect(Set(package.lineage.data.keys) == ["t.tsv", "e.fa", "m.meme"])
        // Near the end of a contig there is padding, as in training.
        let genome = try ReferenceGenome(path: folder.appending(path: "e.fa").path)
        let effects = try VariantEffects(SequenceModel(package))
        let bases = try genome.bases(contig: 0, 0..<40).map { String(UnicodeScalar($0)) }
        let alleles = [0, 11, 26, 39].compactMap {
            Allele(contig: "a", position: $0 + 1, reference: bases[$0], alternate: bases[$0] == "C" ? "G" : "C")
        }
        let results = try await effects.effects(of: alleles, in: genome, workers: 1).map { try $0.get().difference }
        #expect(abs(results[0]) < 0.2 && results[1] < -0.4 && results[2] < -0.4 && abs(results[3]) < 0.2)
    }

    @Test("A model that says nothing of padding refuses a variant near the end of its contig")
    func refusesEnds() async throws {
        try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        let genome = try ReferenceGenome(path: folder.appending(path: "e.fa").path)
        let base = String(UnicodeScalar(try genome.bases(contig: 0, 2..<3)[0]))
        let allele = try #require(
            Allele(contig: "a", position: 3, reference: base, alternate: base == "C" ? "G" : "C"))
        #expect(throws: GenomicsError.self) { try VariantWindows(allele, length: 21, genome: genome) }
        let pair = try #require(try VariantWindows(allele, length: 21, genome: genome, padded: true).pairs.first)
        #expect(pair.reference.prefix(8) == [0, 0, 0, 0, 0, 0, 0, 0] && pair.reference[8] != 0)
        #expect(pair.reference.indices.filter { pair.reference[$0] != pair.alternate[$0] } == [10])
    }

    @Test("What does not fit the elements, the motifs or a training on pairs is refused with its place")
    func refusals() throws {
        try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        func refusal(_ change: (inout SequenceRecipe) -> Void) throws -> String {
            do {
                _ = try SequenceTraining(recipe(change), folder: folder.path, command: "")
                return ""
            } catch { return "\(error)" }
        }
        #expect(try refusal { _ in } == "")
        #expect(try refusal { $0.options.pairs = nil }.contains("neither"))
        #expect(try refusal { $0.sources[0].variants?.element = "gene" }.contains("no column \"gene\""))
        #expect(try refusal { $0.sources[0].variants?.inRegion = nil }.contains("record 0: position 1001 is not in a"))
        #expect(try refusal { $0.sources[0].variants?.names = ["a": "c"] }.contains("there is no element \"c\""))
        #expect(try refusal { $0.sources[0].column = "ref" }.contains("is no number"))
        #expect(try refusal { $0.padded = nil }.contains("the contig ends before that"))
        #expect(try refusal { $0.motifs?.layer = "2" }.contains("no 2.weight for motifs"))
        #expect(try refusal { $0.motifs?.threshold = 1 }.contains("between 0 and 1"))
    }
}
