import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import VariantCalling

/// `helicase predict variants`: calls an alignment file in this process, without a stack.
struct PredictVariants {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func run() async throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        try OutputFile.check(output)
        let duplicates = try DuplicateOption.policy(command)
        if let sample = command.value("sample"), !SampleName.isValid(sample) {
            throw ServiceRuntimeError(.usage, "--sample: \(SampleName.rule)")
        }
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let input = command.value("input") ?? ""
        let file = try ReadFile(.alignments(input), readGroup: "sample", reference: reference)
        guard let header = file.header, !header.contigs.isEmpty else {
            throw ControlError("\(input) holds no alignments; `helicase run` maps reads")
        }
        let sample = command.value("sample") ?? header.readGroups.first?.sample ?? "SAMPLE"
        guard SampleName.isValid(sample) else {
            throw ControlError(
                "\(input): its read groups name the sample \"\(sample)\", but \(SampleName.rule); name it with --sample"
            )
        }
        let regions = try command.value("regions").map { try BED(path: $0) }
        let model = try CallingModel(await ModelChoice.package(command))
        let qualityFolder = command.value("quality-control")
        if let qualityFolder { try QualityFiles.prepare(folder: qualityFolder) }
        let caller = LocalCaller(
            reference: reference, model: model, duplicates: duplicates, measuresQuality: qualityFolder != nil)
        var quality = QualityControl()
        var writer = try CallSetWriter(path: output, sample: sample, contigs: reference.contigs)
        let progress = ProgressMeter("calling", total: file.totalBytes.map(Int.init), unit: "bytes")
        var gathered = ShardGatherer(header: header, reference: reference)
        let workers = ProcessInfo.processInfo.activeProcessorCount
        var (count, problems) = (0, 0)
        func call(_ complete: [(shard: GenomeBins.Shard, records: [BAMRecord])]) async throws {
            for (shard, records) in complete {
                let calls = try await caller.call(
                    shard, records: records, readGroups: header.readGroups, regions: regions, workers: workers,
                    quality: &quality)
                for call in calls { try writer.write(call) }
                count += calls.count
            }
        }
        while let item = try file.next() {
            switch item {
            case .fragment(let records): for record in records { try await call(gathered.add(record)) }
            case .problem(let problem):
                problems += 1
                FileHandle.standardError.write(
                    Data(
                        "helicase: \(problem.file), record \(problem.record), \(problem.field): \(problem.message)\n"
                            .utf8))
            }
            progress.set(Int(file.bytesRead))
        }
        try await call(gathered.finish())
        try writer.finish()
        if let qualityFolder { _ = try QualityFiles.write(quality, sample: sample, folder: qualityFolder) }
        progress.finish()
        print("\(sample): \(Count.of(count, "site")) in \(output)")
        if problems > 0 {
            throw ControlError(
                "\(Count.of(problems, "record")) of \(input) could not be used; the calls are of the others")
        }
    }
}

/// Which model a command names.
enum ModelChoice {
    /// A package file, a version in the registry, or the bundled model.
    static func package(_ command: ParsedCommand) async throws -> ModelPackage {
        guard let choice = command.value("model") else { return try CallingModel.bundledPackage() }
        if FileManager.default.fileExists(atPath: choice) { return try ModelPackageFile.read(choice) }
        let (name, version) = try parse(choice)
        return try await Endpoints(command).withDatabase { database in
            let registry = ModelRegistry(database)
            guard let number = try await number(name, version, registry) else {
                throw ControlError("no version of \(name) is in production")
            }
            return try await registry.package(name, version: number)
        }
    }

    /// Divides `name@version`.
    static func parse(_ text: String) throws -> (name: String, version: Int?) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1 { return (parts[0], nil) }
        guard parts.count == 2, let version = Int(parts[1]), version > 0 else {
            throw ServiceRuntimeError(.usage, "\"\(text)\" is not NAME@VERSION, such as pileup-caller@2")
        }
        return (parts[0], version)
    }

    private static func number(_ name: String, _ version: Int?, _ registry: ModelRegistry) async throws -> Int? {
        if let version { return version }
        return try await registry.production(of: name)?.version
    }
}
