import Commands
import Foundation
import Genomics
import Observability
import SequenceAnalysis
import Tasks

/// `helicase predict scan`: a track of what a model of sequences says of every base of a reference.
struct PredictScan {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func run() async throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let forms = [".bw", ".bigwig", ".bedgraph", ".bdg", ".bedgraph.gz", ".bdg.gz"]
        guard forms.contains(where: output.lowercased().hasSuffix) else {
            throw StartError(
                .usage, "--output: \(output) says no form of track; let it end in \(forms.joined(separator: ", "))")
        }
        let name = command.value("strand") ?? ""
        guard let strand = SequenceScanner.Strand(rawValue: name) else {
            let names = SequenceScanner.Strand.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartError(.usage, "--strand: there is no \"\(name)\"; there are: \(names)")
        }
        let anchor = try command.integer("anchor", in: 0...Int.max)
        let package = try await ModelChoice.package(command, task: SequenceTask())
        let scanner: SequenceScanner
        do {
            scanner = try SequenceScanner(
                SequenceModel(package), class: command.value("class"), strand: strand, anchor: anchor)
        } catch let error as TaskError {
            throw ControlError("\(command.value("model") ?? ""): \(error)")
        }
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let track = try TrackOutput(path: output, contigs: reference.contigs)
        let total = regions?.baseCount ?? reference.contigs.reduce(0) { $0 + $1.length }
        let progress = ProgressMeter("scanning", total: total, unit: "bases")
        var done = 0
        let scored = try scanner.scan(
            reference, regions: regions, into: track, workers: ProcessInfo.processInfo.activeProcessorCount
        ) { bases in
            done += bases
            progress.set(done)
        }
        progress.finish()
        guard scored > 0 else {
            throw ControlError(
                "no base has a score: the model reads \(scanner.length) bases around each, and no contig or region holds so "
                    + "many that are known")
        }
        try track.finish()
        print("\(Count.of(scored, "base")) of \(total) in \(output)")
    }
}
