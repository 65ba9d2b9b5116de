import Foundation
import NeuralNetwork
import Tasks
import Testing

@testable import SequenceAnalysis

/// The genome of Escherichia coli with its genes, which is no part of the project: below `HELICASE_DATA`, or `../shared/data` beside the package.
enum EscherichiaData {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let data =
            ProcessInfo.processInfo.environment["HELICASE_DATA"].map { URL(filePath: $0) }
            ?? package.appending(path: "../shared/data").standardizedFileURL
        return data.appending(path: "expression/ecoli_precise")
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }
}

/// A part of the genome of Escherichia coli in the half that the model was not fitted to.
@Suite("Genes of E. coli", .enabled(if: EscherichiaData.isThere, "the data folder is not there"))
struct RealGenesTests {
    private static let part = 3_000_000..<3_120_000

    private func part(_ part: Range<Int>) throws -> (letters: [UInt8], known: KnownGenes) {
        let genome = try GenomeContigs(path: EscherichiaData.folder.appending(path: "genome_NC_000913.3.fa.gz").path)
            .all()
        let known = try KnownGenes(path: EscherichiaData.folder.appending(path: "gene_table.csv.gz").path)
        return (Array(genome[0].letters[part]), known)
    }

    @Test("Of 120 kb that say what their codons are, ends and starts are those of the annotation")
    func untrained() async throws {
        let (letters, known) = try part(Self.part)
        var finder = try GeneFinder(GeneModel.bundled(), workers: 2)
        try await finder.learn(from: [letters])
        #expect(finder.source == .genome)
        let genes = try await finder.genes(of: "NC_000913.3", letters: letters)
        func moved(_ range: Range<Int>) -> Range<Int> {
            (range.lowerBound + Self.part.lowerBound)..<(range.upperBound + Self.part.lowerBound)
        }
        let predictions = genes.map {
            KnownGenes.Record(contig: $0.contig, range: moved($0.range), isReverse: $0.isReverse, name: "")
        }
        // Which of the table's genes code can be said of those within the part.
        let local = known.records.compactMap { record -> KnownGenes.Record? in
            guard Self.part.contains(record.range.lowerBound), Self.part.contains(record.range.upperBound) else {
                return nil
            }
            return record
        }
        var letter = [UInt8](repeating: UInt8(ascii: "N"), count: Self.part.lowerBound)
        letter += letters
        let sorted = KnownGenes(records: local).sorted(of: "NC_000913.3", letters: letter)
        var comparison = GeneComparison()
        comparison.add(predictions, known: sorted) {
            (Self.part.lowerBound + 2000..<Self.part.upperBound - 2000).contains($0)
        }
        #expect(comparison.known > 90)
        #expect(comparison.sensitivity > 0.93 && comparison.precision > 0.93)
        #expect(comparison.exactSensitivity > 0.85)
    }

    @Test(
        "A training gives the same bytes for any number of workers, judges the other half, and names its data and split"
    )
    func training() async throws {
        let part = 3_000_000..<3_260_000
        let (letters, known) = try self.part(part)
        let folder = FileManager.default.temporaryDirectory.appending(path: "train-genes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (genome, table) = (folder.appending(path: "g.fa").path, folder.appending(path: "g.csv").path)
        try Data((">c\n".utf8) + letters).write(to: URL(filePath: genome))
        let rows = known.records.filter { part.contains($0.range.lowerBound) && part.contains($0.range.upperBound) }.map
        {
            "\($0.range.lowerBound - part.lowerBound),\($0.range.upperBound - part.lowerBound),\($0.isReverse ? "-" : "+")\n"
        }
        try Data(("start,end,strand\n" + rows.joined()).utf8).write(to: URL(filePath: table))
        var options = GeneTraining.Options()
        (options.half, options.epochs, options.members) = (.second, 3, 2)
        let training = try GeneTraining(reference: genome, genes: table, options: options, command: "c")
        let package = try training.fit(TrainingSession(workers: 1))
        #expect(try package.encode() == training.fit(TrainingSession(workers: 2)).encode())
        let model = try await training.judged(package, workers: 2)
        let lineage = model.package.lineage
        #expect(lineage.data.keys.sorted() == ["g.csv", "g.fa"] && lineage.split.contains("second half"))
        #expect((lineage.metrics["test.sensitivity"] ?? 0) > 0.85 && (lineage.metrics["test.genes"] ?? 0) > 80)
        options.half = .first
        try Data("start,end,strand\n10,100,+\n".utf8).write(to: URL(filePath: table))
        #expect(throws: TaskError.self) {
            try GeneTraining(reference: genome, genes: table, options: options, command: "c")
        }
    }
}
