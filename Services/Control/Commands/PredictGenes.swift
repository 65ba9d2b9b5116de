import Commands
import Foundation
import Genomics
import Observability
import SequenceAnalysis

/// `helicase predict genes`: the genes of a bacterial genome as GFF3.
struct PredictGenes {
    private let command: ParsedCommand
    private let input: String
    private let output: String

    init(_ command: ParsedCommand) {
        self.command = command
        input = command.value("reference") ?? ""
        output = command.value("output") ?? ""
    }

    func run() async throws {
        try OutputPath.checkFile(output, force: command.flag("force"))
        let contigs = try GenomeContigs(path: input)
        let isCircular = command.flag("circular")
        var finder = try GeneFinder(
            model(), isCircular: isCircular,
            promoters: command.flag("promoters") ? SequenceTask().bundled.package("promoter-ecoli") : nil,
            workers: ProcessInfo.processInfo.activeProcessorCount)
        var bases = 0
        try await learn(contigs, &finder, bases: &bases)
        let text = GeneFeatureText(finder.source, hasTranscripts: command.flag("transcripts"))
        let written = try TextOutput(path: output)
        try written.write(GeneFeatureText.version)
        let progress = ProgressMeter("finding genes", total: bases, unit: "bases")
        var (number, found, partial) = (0, 0, 0)
        let finding = finder
        try await contigs.forEach { contig in
            number += 1
            let genes = try await finding.genes(of: contig.name, letters: contig.letters)
            try written.write(
                text.text(
                    genes, of: contig.name, length: contig.letters.count, number: number, isCircular: isCircular))
            found += genes.count
            partial += genes.count { !$0.isWhole }
            progress.advance(by: contig.letters.count)
        }
        progress.finish()
        try written.finish()
        if finder.source != .genome {
            Remark.say(
                "\(input) holds too few long reading frames to learn its codons from; what is taken are those of \(finder.source.text), "
                    + "so fewer genes are right than of a whole genome")
        }
        print(
            "\(Count.of(found, "gene")) in \(output), \(partial) of them partial, on \(Count.of(number, "contig"))")
    }

    private func model() throws -> GeneModel {
        guard let path = command.value("model") else { return try GeneModel.bundled() }
        do {
            return try GeneModel(decoding: Array(try Files.read(path)))
        } catch {
            throw ControlError("--model: \(path) cannot be used: \(error)")
        }
    }

    /// Reads the whole file once, for what is wrong with it too, and learns from its first contigs.
    private func learn(_ contigs: GenomeContigs, _ finder: inout GeneFinder, bases: inout Int) async throws {
        var kept: [[UInt8]] = []
        var total = 0
        try await contigs.forEach { contig in
            if kept.isEmpty || total + contig.letters.count <= GeneFinder.basesToLearnFrom {
                kept.append(contig.letters)
            }
            total += contig.letters.count
        }
        bases = total
        let progress = ProgressMeter("learning the genome's codons")
        try await finder.learn(from: kept)
        progress.finish()
    }
}
