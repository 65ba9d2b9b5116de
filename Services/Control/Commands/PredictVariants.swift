import Commands
import Foundation
import GeneExpression
import Genomics
import ModelRegistry
import NeuralNetwork
import Observability
import SequenceAnalysis
import Tasks
import VariantCalling

/// `helicase predict variants`: calls an alignment file in this process, without a stack.
struct PredictVariants {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func run() async throws {
        let output = command.value("output") ?? ""
        for file in [output, command.value("gvcf")].compactMap({ $0 }) {
            try OutputPath.checkFile(file, force: command.flag("force"))
            try OutputFile.check(file)
        }
        if command.value("gvcf") == output {
            throw StartError(.usage, "--gvcf: it is the file of --output; the calls and the gVCF are two files")
        }
        let inputs = command.values("alignments") + command.values("input")
        guard !inputs.isEmpty else {
            throw StartError(.usage, "--alignments is needed: SAM, BAM or CRAM, or - for standard input")
        }
        guard inputs.count(where: { $0 == "-" }) <= 1 else {
            throw StartError(.usage, "--alignments: standard input (-) can be read once")
        }
        let duplicates = try DuplicateOption.policy(command)
        if let sample = command.value("sample"), !SampleName.isValid(sample) {
            throw StartError(.usage, "--sample: \(SampleName.rule)")
        }
        guard let certainty = Double(command.value("certainty") ?? ""), (0...2).contains(certainty) else {
            throw StartError(.usage, "--certainty is not a number from 0 to 2")
        }
        let autosomalDepth = try command.value("autosomal-depth").map { text in
            guard let depth = Double(text), (0...100_000).contains(depth) else {
                throw StartError(.usage, "--autosomal-depth is not a number from 0 to 100000")
            }
            return depth
        }
        let workers = try command.integer("workers", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let plan = PloidyPlan(
            try PloidyOption.choice(command, reference: reference),
            stretches: try PloidyOption.stretches(command, reference: reference), contigs: reference.contigs)
        let file = try MergedAlignments(
            inputs, reference: reference,
            sample: SampleQuery(command.value("sample"), isRenaming: command.flag("rename")))
        guard SampleName.isValid(file.sample) else {
            throw ControlError(
                "\(inputs[0]): its read groups name the sample \"\(file.sample)\", but \(SampleName.rule); name it with --sample"
            )
        }
        let regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let package = try await ModelChoice.package(command)
        let model = try CallingModel(package, certainty: certainty)
        let panel = try command.value("sites").map { try SitePanel(path: $0, reference: reference) }
        let qualityFolder = command.value("quality-control")
        if let qualityFolder { try QualityFiles.prepare(folder: qualityFolder) }
        let caller = LocalCaller(
            reference: reference, model: model, duplicates: duplicates, plan: plan, autosomalDepth: autosomalDepth,
            measuresQuality: qualityFolder != nil, findsBlocks: command.value("gvcf") != nil, panel: panel)
        let origin = CallSetOrigin(
            version: BuildInformation.version, reference: URL(fileURLWithPath: reference.path).lastPathComponent,
            models: [try package.digest()])
        let calls = try OrderedCalls(
            path: output, sample: file.sample, header: file.header, reference: reference, origin: origin,
            content: panel == nil ? .calls : .panel)
        let gvcf = try command.value("gvcf").map {
            try OrderedCalls(
                path: $0, sample: file.sample, header: file.header, reference: reference, origin: origin,
                content: .gvcf)
        }
        let outputs = CallOutputs(calls: calls, gvcf: gvcf, plan: plan, reference: reference)
        let progress = ProgressMeter("calling", total: file.totalBytes.map(Int.init), unit: "bytes")
        var gathered = ShardGatherer(header: file.header, reference: reference, isSorted: file.isSorted)
        var (problems, mapping, seen) = (0, MappingCheck(), LocalCaller.Seen(contigs: reference.contigs))
        var reads = ReadKind()
        // Bins of the panel without reads are answered in the order of the reference.
        var open = (panel?.sites.keys).map { $0.sorted() } ?? []
        func answer(before shard: GenomeBins.Shard?) throws {
            let passed = open.prefix { other in
                guard let shard else { return true }
                return other < shard && (calls.isInOrder || other.contig == shard.contig)
            }
            open.removeFirst(passed.count)
            for shard in passed {
                try outputs.write(caller.findings(withoutReads: shard, regions: regions), of: shard)
            }
        }
        func call(_ complete: [(shard: GenomeBins.Shard, records: [BAMRecord])]) async throws {
            for (shard, reads) in complete {
                let found = try await caller.call(
                    shard, records: reads, readGroups: file.readGroups, regions: regions, workers: workers,
                    seen: &seen)
                try answer(before: shard)
                open.removeAll { $0 == shard }
                try outputs.write(found, of: shard)
            }
        }
        while let item = try file.next() {
            switch item {
            case .fragment(let records):
                for record in records {
                    mapping.add(record)
                    reads.add(record)
                    try await call(gathered.add(record))
                }
            case .problem(let problem):
                if problem.isLoss { problems += 1 }
                Remark.say("\(problem.file), record \(problem.record), \(problem.field): \(problem.message)")
            }
            progress.set(Int(file.bytesRead))
        }
        try await call(gathered.finish())
        try answer(before: nil)
        let sex = CalledSex(plan.choice, coverage: try seen.sex(reference: reference, regions: regions))
        try outputs.finish(sex: sex.sex)
        if let qualityFolder { _ = try QualityFiles.write(seen.quality, sample: file.sample, folder: qualityFolder) }
        progress.finish()
        if let word = seen.reads.duplicateWord { Remark.say(word) }
        if let warning = sex.warning {
            Remark.say(warning)
        } else if sex.basis == .coverage {
            Remark.say("called as \(sex.sex.rawValue): \(sex.reason)")
        }
        print(
            "\(file.sample): \(Count.of(calls.count, "site")) in \(output); of \(Count.of(seen.candidates, "allele")) the larger "
                + "network decided \(seen.secondLooks)")
        var reliability = outputs.reliability
        let kind = reads.kind(depth: seen.quality.depth)
        reliability.compare(with: HeldOutReliability.counts(package.lineage, of: kind), kind: kind)
        let (header, rows) = reliability.rows
        if let kind { print("how sure, for \(kind.rawValue):") }
        print(TextTable.lines(header, rows).joined(separator: "\n"))
        let named = inputs.joined(separator: ", ")
        if let flaw = mapping.flaw { throw ControlError("\(named): \(flaw); the calls are not to be trusted") }
        if problems > 0 {
            throw ControlError(
                "\(Count.of(problems, "record")) of \(named) could not be used; the calls are of the others")
        }
    }
}

/// Which model a command names.
enum ModelChoice {
    /// A package file, a version in the registry, or the bundled model.
    static func package(_ command: ParsedCommand) async throws -> ModelPackage {
        guard let choice = command.value("model") else { return try CallingModel.bundledPackage() }
        // A registry's name has neither.
        let isPath = choice.contains("/") || choice.hasSuffix(".safetensors")
        if isPath || FileManager.default.fileExists(atPath: choice) { return try ModelPackageFile.read(choice) }
        let (name, version) = try parse(choice)
        return try await Endpoints(command).withDatabase { database in
            let registry = ModelRegistry(database)
            guard let number = try await number(name, version, registry) else {
                throw ControlError("no version of \(name) is in production")
            }
            return try await registry.package(name, version: number)
        }
    }

    /// A package file, a version in the registry, or a model of the task that comes with the suite.
    static func package(_ command: ParsedCommand, task: any ItemTask) async throws -> ModelPackage {
        if let name = command.value("model"), let package = try task.bundled.package(name) { return package }
        do {
            return try await package(command)
        } catch let error as ControlError where command.value("model")?.contains(/[@\/.]/) == false {
            throw ControlError(
                "--model: \(command.value("model") ?? "") is none of the models of \(task.name) that come with the suite "
                    + "(\(task.bundled.names.joined(separator: ", "))); in the registry: \(error)")
        }
    }

    /// Divides `name@version`.
    static func parse(_ text: String) throws -> (name: String, version: Int?) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1 { return (parts[0], nil) }
        guard parts.count == 2, let version = Int(parts[1]), version > 0 else {
            throw StartError(.usage, "\"\(text)\" is not NAME@VERSION, such as pileup-caller@2")
        }
        return (parts[0], version)
    }

    private static func number(_ name: String, _ version: Int?, _ registry: ModelRegistry) async throws -> Int? {
        if let version { return version }
        return try await registry.production(of: name)?.version
    }
}
