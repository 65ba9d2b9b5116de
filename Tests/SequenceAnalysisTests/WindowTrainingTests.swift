import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// Trainings and audits on windows of a reference, with labels or a track.
@Suite("Trainings on windows of a reference")
struct WindowTrainingTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "windows-\(UUID())")

    /// A contig, windows of 20 bases of it, and a track that is 1 at every T.
    private func write() throws -> [UInt8] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var random = SplitMix64(seed: 2)
        let bases = (0..<4000).map { _ in Array("ACGT".utf8)[random.index(below: 4)] }
        try Data(">chr1\n\(String(decoding: bases, as: UTF8.self))\n".utf8).write(to: folder.appending(path: "r.fa"))
        var bed = "# windows\n"
        for number in 0..<200 {
            let range = 20 * number..<20 * number + 20
            let label = bases[range].contains { $0 == UInt8(ascii: "T") } ? "some" : "none"
            bed += "chr1\t\(range.lowerBound)\t\(range.upperBound)\t\(label)\t0\t\(number % 2 == 0 ? "+" : "-")\n"
        }
        try Data(bed.utf8).write(to: folder.appending(path: "w.bed"))
        let track = try TrackOutput(
            path: folder.appending(path: "t.bw").path, contigs: [Contig(name: "chr1", length: 4000)])
        try track.write(bases.map { $0 == UInt8(ascii: "T") ? Float(1) : 0 }, contig: 0, start: 0)
        try track.finish()
        return bases
    }

    private func recipe(_ source: String, labels: String, loss: String = "softmaxCrossEntropy", outputs: Int = 2)
        throws -> SequenceRecipe
    {
        let json = """
            {"model": "m", "summary": "", "sources": [\(source)], "labels": \(labels), "strands": "forward", "members": 1,
             "architecture": {"input": {"kind": "bases", "shape": [20]},
                "layers": [{"type": "conv1d", "filters": 4, "kernel": 1}, {"type": "averagePool"},
                    {"type": "linear", "outputs": \(outputs)}]},
             "options": {"epochs": 60, "batchSize": 16, "learningRate": 0.05, "loss": {"type": "\(loss)"}}}
            """
        return try JSONDecoder().decode(SequenceRecipe.self, from: Data(json.utf8))
    }

    @Test("A track is the number to predict of each window, on either strand, and both files are in the lineage")
    func track() throws {
        let bases = try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = #"{"file": "w.bed", "reference": "r.fa", "track": {"file": "t.bw", "summary": "sum"}}"#
        let own = try recipe(source, labels: #"["t"]"#, loss: "meanSquaredError", outputs: 1)
        let data = try SequenceDataSet(own, folder: folder.path)
        #expect(Set(data.digests.keys) == ["w.bed", "r.fa", "t.bw"])
        #expect(data.examples.count == 200)
        for number in [0, 1, 77] {
            let window = bases[20 * number..<20 * number + 20]
            #expect(data.examples.targets[number] == Float(window.count { $0 == UInt8(ascii: "T") }))
            let codes = Array(data.examples.codes[20 * number..<20 * number + 20])
            let letters = number % 2 == 0 ? Array(window) : window.reversed().map { BaseCode.complement(ofASCII: $0) }
            #expect(codes == letters.map { BaseCode.nibble(ofASCII: $0) })
        }
        let package = try SequenceTraining(own, folder: folder.path, command: "").fit(TrainingSession())
        #expect(package.labels == ["t"])
    }

    @Test("BED's columns are those of a table: its name is the label; an audit reads the same windows")
    func labels() throws {
        _ = try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = try recipe(
            #"{"file": "w.bed", "reference": "r.fa", "column": "name"}"#, labels: #"["none", "some"]"#)
        let data = try SequenceDataSet(own, folder: folder.path)
        #expect(data.examples.count == 200 && Set(data.examples.targets).isSubset(of: [0, 1]))
        let audit = try SequenceAudit(AuditSource.of(own, folder: folder.path))
        #expect(audit.records == 200 && audit.lengths == [20: 200] && Set(audit.shares.map(\.label)).contains("some"))
    }

    @Test("A window beyond the contig, one of another reference, and a track without a reference end the reading")
    func refused() throws {
        _ = try write()
        defer { try? FileManager.default.removeItem(at: folder) }
        func refusal(_ source: String, _ bed: String? = nil) throws -> String {
            if let bed { try Data(bed.utf8).write(to: folder.appending(path: "x.bed")) }
            do {
                _ = try SequenceDataSet(recipe(source, labels: #"["none", "some"]"#), folder: folder.path)
                return ""
            } catch { return "\(error)" }
        }
        let source = #"{"file": "x.bed", "reference": "r.fa", "column": "name"}"#
        #expect(try refusal(source, "chr1\t3990\t4010\tnone\n").contains("line 1: the window chr1:3991-4010 ends past"))
        #expect(try refusal(source, "chr9\t0\t20\tnone\n").contains("chr9"))
        #expect(try refusal(source, "chr1\t0\tx\tnone\n").contains("no position"))
        #expect(try refusal(#"{"file": "r.fa", "track": {"file": "t.bw"}}"#).contains("goes with windows"))
        #expect(try refusal(#"{"file": "r.fa", "reference": "r.fa"}"#).contains(".bed"))
    }
}
