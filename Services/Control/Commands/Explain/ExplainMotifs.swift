import Commands
import Foundation
import Genomics
import Interpretation

/// `helicase explain motifs`: the motifs that a model looks for, and which known ones they are.
struct ExplainMotifs {
    /// A motif, and what is known of it.
    struct Found {
        var cluster: MotifCluster
        var matches: [MotifMatch]
        /// Sequences with a hit.
        var sequences: Int
    }

    private let command: ParsedCommand
    private let options: SequenceExplainer.Options
    private let input: String
    private let output: String
    private let most: Int
    private static let matchesShown = 5

    init(_ command: ParsedCommand) throws {
        self.command = command
        input = command.value("sequences") ?? ""
        output = command.value("output") ?? ""
        most = try command.integer("most", in: 20...1_000_000) ?? 2000
        options = try ExplainOptions.references(command)
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(
            ["motifs.meme", "motifs.jaspar", "matches.tsv", "hits.bed", "index.html"], in: output,
            force: command.flag("force"))
    }

    func run() async throws {
        let path = command.value("library") ?? ""
        let library = MotifLibrary(try MotifFiles.readMEME(BGZFLines.text(path: path), file: path))
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let model = try await ExplainedModel(command, options: options, workers: workers)
        let explained = try ExplainedRecords(input, column: command.value("column"), model: model, most: most)
        let records = explained.records
        if explained.hasMore {
            Remark.say(
                "\(input) holds more than \(Count.of(explained.count, "record")); the others are not used (--most)")
        }
        guard !records.isEmpty else { return try explained.end("explained", isSample: true) }
        let sequences = records.map(\.attribution)
        let (seqlets, _) = SeqletFinder().find(sequences.map(\.contributions), seed: options.referenceSeed)
        var found = MotifClustering().clusters(seqlets, of: sequences).map { cluster in
            Found(
                cluster: cluster, matches: [],
                sequences: Set(cluster.members.map { seqlets[$0.seqlet].sequence }).count)
        }
        for index in found.indices {
            found[index].cluster.motif.name = "motif_\(index + 1)"
            found[index].matches = library.matches(of: found[index].cluster.motif)
            if let best = found[index].matches.first, best.qValue < 0.05 {
                found[index].cluster.motif.alternateName =
                    [best.target.alternateName, best.target.name]
                    .first { !$0.isEmpty } ?? ""
            }
        }
        try write(found, seqlets, records, model)
        let words = found.map { found in
            let best = found.matches.first.map { "\($0.target.name) \($0.target.alternateName), q \(Float($0.qValue))" }
            return "\(found.cluster.motif.name): \(found.cluster.motif.consensus), "
                + "\(Count.of(found.cluster.members.count, "hit")), like \(best ?? "none")"
        }
        print(
            words.isEmpty
                ? "no motif: contributions stand together no more than by chance" : words.joined(separator: "\n"))
        print("\(Count.of(found.count, "motif")) in \(output); open \(output)/index.html")
        try explained.end("explained", isSample: true)
    }

    private func write(
        _ found: [Found], _ seqlets: [Seqlet], _ records: [ExplainedRecords.Record], _ model: ExplainedModel
    ) throws {
        try Files.makeFolder(output)
        let motifs = found.map(\.cluster.motif)
        try Files.write(MotifFiles.meme(motifs), to: "\(output)/motifs.meme")
        try Files.write(MotifFiles.jaspar(motifs), to: "\(output)/motifs.jaspar")
        var table = "motif\ttarget\tname\tp\tq\toffset\tstrand\n"
        for motif in found {
            for match in motif.matches.prefix(Self.matchesShown) {
                let strand = match.isReverse ? "-" : "+"
                table +=
                    "\(motif.cluster.motif.name)\t\(match.target.name)\t\(match.target.alternateName)\t"
                    + "\(Float(match.pValue))\t\(Float(match.qValue))\t\(match.offset)\t\(strand)\n"
            }
        }
        try Files.write(table, to: "\(output)/matches.tsv")
        try Files.write(MotifHits(found.map(\.cluster), seqlets, records).bed, to: "\(output)/hits.bed")
        try Files.write(
            ExplanationPage.motifs(found, sequences: records.count, seqlets: seqlets.count, model: model),
            to: "\(output)/index.html")
    }
}
