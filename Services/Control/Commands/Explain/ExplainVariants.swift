import Commands
import Foundation
import Genomics
import Interpretation
import NeuralNetwork
import Observability
import Plots
import VariantCalling

/// `helicase explain variants`: what the reads at an allele show, and on what the calling network's word rests.
struct ExplainVariants {
    private let command: ParsedCommand
    private let alignments: String
    private let sites: String
    private let output: String
    private let most: Int
    private let maximumError: Double

    init(_ command: ParsedCommand) throws {
        self.command = command
        alignments = command.value("alignments") ?? ""
        sites = command.value("sites") ?? ""
        output = command.value("output") ?? ""
        most = try command.integer("most", in: 1...100_000) ?? 200
        maximumError = try ExplainOptions.maximumError(command) ?? CallExplainer.maximumError
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(
            ["sites.tsv", "contributions.safetensors", "index.html"], in: output, force: command.flag("force"))
    }

    func run() async throws {
        let duplicates = try DuplicateOption.policy(command)
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let package = try await ModelChoice.package(command)
        let explainer = try CallExplainer(package, workers: ProcessInfo.processInfo.activeProcessorCount)
        var listed = try ExplainedSites(sites, reference: reference, most: most)
        let file = try ReadFile(.alignments(alignments), readGroup: "sample", reference: reference)
        guard let header = file.header, file.isMapped else {
            throw ControlError("\(alignments): no read of it is mapped; map the reads first")
        }
        let maker = ExampleMaker(reference: reference, options: try PileupOptions(of: package))
        let progress = ProgressMeter("reading", total: file.totalBytes.map(Int.init), unit: "bytes")
        var gathered = ShardGatherer(header: header, reference: reference)
        var (wanted, damage) = (listed.shards, 0)
        func explain(_ complete: [(shard: GenomeBins.Shard, records: [BAMRecord])]) async throws {
            for (shard, records) in complete {
                guard case .bin(let contig, let index) = shard, let places = wanted.removeValue(forKey: shard) else {
                    continue
                }
                let pileups = try maker.pileups(
                    at: places.map { listed.sites[$0].allele }, contig: contig, index: index, records: records,
                    readGroups: file.readGroups, duplicates: duplicates)
                for (place, pileup) in zip(places, pileups) {
                    await listed.explain(place, pileup, by: explainer, maximumError: maximumError)
                }
            }
        }
        while !wanted.isEmpty, let item = try file.next() {
            switch item {
            case .fragment(let records): for record in records { try await explain(gathered.add(record)) }
            case .problem(let problem):
                if problem.isLoss { damage += 1 }
                Remark.say("\(problem.file), record \(problem.record), \(problem.field): \(problem.message)")
            }
            progress.set(Int(file.bytesRead))
        }
        try await explain(gathered.finish())
        progress.finish()
        try write(listed, package)
        print("\(Count.of(listed.sites.count, "allele")) in \(output); open \(output)/index.html")
        guard damage == 0 else {
            throw ControlError("\(alignments): \(Count.of(damage, "read")) could not be used; the others are shown")
        }
        try listed.end()
    }

    private func write(_ listed: ExplainedSites, _ package: ModelPackage) throws {
        try Files.makeFolder(output)
        try Files.makeFolder("\(output)/sites")
        try Files.write(listed.table, to: "\(output)/sites.tsv")
        for (number, site) in listed.sites.enumerated() {
            guard let pileup = site.pileup else { continue }
            try Files.write(Self.stack(pileup, title: site.name).plot().file, to: "\(output)/sites/site-\(number).svg")
        }
        if let tensors = try listed.tensors(package) {
            try Files.write(Data(tensors.encode()), to: "\(output)/contributions.safetensors")
        }
        try Files.write(ExplanationPage.variants(listed, alignments: alignments), to: "\(output)/index.html")
    }

    /// The reads as a person looks at them.
    static func stack(_ site: SitePileup, title: String) -> ReadStack {
        let groups = SitePileup.Support.allCases.map { support in
            let name =
                switch support {
                case .alternate: "reads for the allele"
                case .reference: "reads for the reference"
                case .other: "reads for a third allele"
                case .uninformative: "reads that cannot tell"
                }
            return (
                name: name,
                reads: site.reads.filter { $0.support == support && !$0.cells.isEmpty }.map { read in
                    ReadStack.Read(
                        start: read.start - site.range.lowerBound,
                        cells: read.cells.map { cell in
                            switch cell {
                            case .absent: .none
                            case .deletion: .deletion
                            case .base(let letter, let quality):
                                .letter(String(UnicodeScalar(letter)), quality: Int(quality))
                            }
                        },
                        insertions: Dictionary(
                            uniqueKeysWithValues: read.insertions.map { ($0.key - site.range.lowerBound, $0.value) }),
                        isReverse: read.isReverse, isPale: read.mappingQuality < 20)
                }
            )
        }
        return ReadStack(
            title: title, reference: site.reference.map { String(UnicodeScalar($0)) },
            first: site.range.lowerBound + 1, marked: site.centre - site.range.lowerBound, groups: groups)
    }
}
