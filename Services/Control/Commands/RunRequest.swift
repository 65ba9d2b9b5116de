import Clinical
import Commands
import Events
import Foundation
import Genomics
import Hashing
import Knowledge
import ModelRegistry
import Runs
import Storage
import TaskCatalog
import Tasks
import VariantCalling

/// What `helicase run` is asked for, checked as far as that goes without a stack.
struct RunRequest {
    let request: IngestRequest
    let regions: BED?

    init(_ command: ParsedCommand) throws {
        if let task = command.value("task") {
            (request, regions) = (try Self.items(task, command), nil)
            return
        }
        guard (["input", "model", "track"] + TaskOptions.names).allSatisfy({ command.values($0).isEmpty }) else {
            throw StartError(
                .usage,
                "--input, --model, --track, \(TaskOptions.names.map { "--\($0)" }.joined(separator: ", ")) go with --task"
            )
        }
        let (first, second) = (command.values("fastq"), command.values("fastq2"))
        let alignments = command.values("alignments")
        let variants = try command.value("variants").map(Self.absolute)
        guard !first.isEmpty || !alignments.isEmpty || variants != nil else {
            throw StartError(.usage, "name the reads with --fastq or --alignments, or calls with --variants")
        }
        if variants != nil {
            guard first.isEmpty, alignments.isEmpty, command.value("sites") == nil, !command.flag("interim") else {
                throw StartError(
                    .usage, "--variants are calls already: --fastq, --alignments, --sites and --interim go with reads")
            }
        }
        guard first.isEmpty || alignments.isEmpty else {
            throw StartError(
                .usage, "--fastq and --alignments do not go together: a run's reads are all mapped, or none")
        }
        guard second.isEmpty || second.count == first.count else {
            throw StartError(.usage, "give one --fastq2 for each --fastq")
        }
        guard let sample = command.value("sample"), command.value("reference") != nil else {
            throw StartError(.usage, "name the sample with --sample, and its reference with --reference")
        }
        guard SampleName.isValid(sample) else {
            throw StartError(.usage, "--sample: \(SampleName.rule)")
        }
        var inputs: [IngestRequest.Input] = try first.enumerated().map { index, path in
            .init(
                format: command.flag("interleaved") ? .interleavedFASTQ : .fastq, path: try Self.absolute(path),
                matePath: second.isEmpty ? nil : try Self.absolute(second[index]))
        }
        inputs += try alignments.map { .init(format: .alignments, path: try Self.absolute($0)) }
        if let variants { inputs.append(.init(format: .variants, path: variants)) }
        guard inputs.flatMap({ [$0.path, $0.matePath] }).count(where: { $0 == "-" }) <= 1 else {
            throw StartError(.usage, "standard input can be read once: name `-` for one input only")
        }
        try RepeatedInputs.check(inputs.flatMap { [$0.path, $0.matePath ?? "-"] })
        let reference = try ReferenceGenome(path: Self.absolute(command.value("reference") ?? ""))
        regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let preset = command.value("preset") ?? "sr"
        guard ReadMapper.Preset(rawValue: preset) != nil else {
            throw StartError(.usage, "--preset: \(preset) is not one of sr, map-hifi, map-ont")
        }
        let choice = try PloidyOption.choice(command, reference: reference)
        let stretches = try PloidyOption.stretches(command, reference: reference)
        guard stretches.count <= IngestRequest.ploidyLimit else {
            throw ControlError(
                "--ploidy: \(stretches.count) stretches; a run takes \(IngestRequest.ploidyLimit), so join neighbours")
        }
        request = IngestRequest(
            sample: sample, inputs: inputs, reference: reference.path, referenceDigest: reference.digest,
            preset: preset, duplicates: try DuplicateOption.policy(command).description,
            rename: command.flag("rename") ? true : nil, interim: command.flag("interim") ? true : nil,
            sex: choice == .coverage ? nil : choice.description,
            ploidy: stretches.isEmpty ? nil : stretches, sites: try Self.sites(command, reference: reference),
            clinical: try Self.clinical(command))
        if let variants { try Self.check(calls: variants, request) }
    }

    /// What is asked of the calls; nil where nothing is.
    private static func clinical(_ command: ParsedCommand) throws -> ClinicalRequest? {
        let options = ClinicalOptions(command)
        let named = try command.values("knowledge").map { try KnowledgeName($0) }
        let files = try options.files(beside: named)
        guard options.isAsked || !files.isEmpty || !named.isEmpty else { return nil }
        guard named.isEmpty == false || files.contains(where: { $0.role == .transcripts }) else {
            throw StartError(
                .usage,
                "genes are needed to say what calls mean: name them with --transcripts, or a knowledge base with --knowledge"
            )
        }
        func file(_ option: String) throws -> IngestRequest.SitesFile? {
            try command.value(option).map { path in
                let path = try absolute(path)
                guard path != "-" else {
                    throw StartError(.usage, "--\(option): the services read the file; it cannot be standard input")
                }
                return IngestRequest.SitesFile(path: path, digest: try SHA256Digest.hexadecimal(ofFile: path))
            }
        }
        let (packet, laboratory, relatives) = (try file("case"), try file("laboratory"), try file("pedigree"))
        if let relatives {
            guard let calls = command.value("variants") else {
                throw StartError(
                    .usage,
                    "--pedigree needs the relatives' calls, and a run of reads calls one sample: call the family with `helicase joint`, and give its "
                        + "file with --variants")
            }
            _ = try PedigreeOption.read(relatives.path, proband: command.value("sample"), calls: calls)
        }
        // What is wrong with them is said before the run begins.
        if let packet { _ = try PhenotypeCase(phenopacket: Files.read(packet.path), file: packet.path) }
        if let laboratory {
            _ = try ClinicalReport.Laboratory(decoding: Files.read(laboratory.path), file: laboratory.path)
        }
        return ClinicalRequest(
            knowledge: files.map(ClinicalRequest.KnowledgeFile.init), casePacket: packet, laboratory: laboratory,
            genes: try options.genes(), consentsToSecondary: command.flag("secondary-findings"),
            drugs: command.flag("drugs"), pedigree: relatives)
    }

    /// Makes sure that a file of calls holds the sample.
    private static func check(calls path: String, _ request: IngestRequest) throws {
        guard path != "-" else {
            throw StartError(.usage, "--variants: the services read the file; it cannot be standard input")
        }
        let samples = try VCFReader(path: path).samples
        guard !samples.isEmpty else { throw ControlError("\(path) has no sample: whose calls they are is not told") }
        if request.rename == true, samples.count == 1 { return }
        guard samples.contains(request.sample) else {
            let names = samples.prefix(5).joined(separator: ", ") + (samples.count > 5 ? ", …" : "")
            throw ControlError(
                "\(path) holds the calls of \(names), not of \(request.sample); --rename takes those of an only sample")
        }
    }

    /// The file of sites, which the services read where it lies.
    private static func sites(
        _ command: ParsedCommand, reference: ReferenceGenome
    ) throws -> IngestRequest.SitesFile? {
        guard let path = try command.value("sites").map(absolute) else { return nil }
        guard path != "-" else {
            throw StartError(.usage, "--sites: several processes read the file, so it cannot be standard input")
        }
        let sites = IngestRequest.SitesFile(path: path, digest: try SHA256Digest.hexadecimal(ofFile: path))
        let probe = IngestRequest(
            sample: "", inputs: [], reference: "", referenceDigest: "", preset: "", sites: sites)
        // What is wrong with the file is said before the run begins.
        _ = try probe.checkedSites().map { try SitePanel(path: $0, reference: reference) }
        return sites
    }

    /// A request of a task whose inputs are records of files.
    private static func items(_ name: String, _ command: ParsedCommand) throws -> IngestRequest {
        guard let task = TaskCatalog.suite.itemTask(name) else {
            throw StartError(
                .usage, "--task: \(name) is not one of \(TaskCatalog.suite.itemTasks.joined(separator: ", "))")
        }
        for option in ["fastq", "fastq2", "alignments", "variants"] + ClinicalOptions.names
        where !command.values(option).isEmpty {
            throw StartError(
                .usage,
                ClinicalOptions.names.contains(option)
                    ? "--\(option) is for calls and does not go with --task"
                    : "--\(option) does not go with --task: name the records with --input")
        }
        if command.flag("interim") {
            throw StartError(.usage, "--interim does not go with --task: its reports are of reads")
        }
        for option in ["sex", "ploidy", "sites"] where command.value(option) != nil {
            throw StartError(.usage, "--\(option) is for the calling of variants and does not go with --task")
        }
        let paths = try command.values("input").map(absolute)
        guard let first = paths.first else { throw StartError(.usage, "name the records with --input") }
        guard let model = command.value("model") else {
            throw StartError(.usage, "name the model with --model")
        }
        try RepeatedInputs.check(paths)
        let (modelName, version) = try ModelChoice.parse(model)
        let sample = try command.value("sample") ?? fileName(first)
        guard SampleName.isValid(sample) else { throw StartError(.usage, "--sample: \(SampleName.rule)") }
        let reference = try command.value("reference").map { path in try ReferenceGenome(path: absolute(path)) }
        let options = TaskOptions(command).values
        func file(_ name: String, _ path: String) throws -> TaskRequest.File {
            let path = try absolute(path)
            return TaskRequest.File(name: name, path: path, digest: try SHA256Digest.hexadecimal(ofFile: path))
        }
        let tracks = try TaskOptions.tracks(command).map { try file($0.name, $0.path) }
        let files = try TaskOptions.files(command, of: task).map { try file($0.name, $0.path) }
        let request = IngestRequest(
            sample: sample, inputs: paths.map { .init(format: .items, path: $0) }, reference: reference?.path ?? "",
            referenceDigest: reference?.digest ?? "", preset: "",
            task: TaskRequest(
                name: name, model: modelName, version: version, options: options.isEmpty ? nil : options,
                tracks: tracks.isEmpty ? nil : tracks, files: files.isEmpty ? nil : files))
        do {
            try task.resultForm(of: ItemInputs(request, reference: reference)).check(isOfFiles: request.isOfFiles)
        } catch let error as TaskError {
            throw StartError(.usage, error.description)
        }
        return request
    }

    /// The request with what follows from the model that will score it, as far as that is known by now.
    static func completed(
        _ request: IngestRequest, knowledge: [String] = [], in database: Database
    ) async throws -> IngestRequest {
        if request.clinical != nil { return try await withKnowledge(request, knowledge, in: database) }
        guard let asked = request.task, let task = TaskCatalog.suite.itemTask(asked.name) else { return request }
        let registry = ModelRegistry(database)
        // A model that is not there is `infer`'s to say.
        var version = asked.version
        if version == nil { version = try await registry.production(of: asked.model)?.version }
        guard let version, let package = try? await registry.package(asked.model, version: version) else {
            return request
        }
        var whole = request
        var options = task.options(of: ItemInputs(request, reference: nil), for: package)
        for file in asked.files ?? [] { options[file.name] = nil }
        whole.task?.options = options.isEmpty ? nil : options
        return whole
    }

    /// The request with the knowledge bases that it names, as the installation has them now.
    private static func withKnowledge(
        _ request: IngestRequest, _ names: [String], in database: Database
    ) async throws -> IngestRequest {
        var whole = request
        for name in try names.map(KnowledgeName.init) {
            let base = try await KnowledgeRegistry(database).find(name.name, version: name.version)
            whole.clinical?.knowledge.append(ClinicalRequest.KnowledgeFile(try base.file()))
        }
        guard whole.clinical?.knowledge.contains(where: { $0.role == KnowledgeFile.Role.transcripts.rawValue }) ?? true
        else {
            throw ControlError("none of the knowledge bases is of transcripts: genes are needed to say what calls mean")
        }
        return whole
    }

    /// What the run and its files are called where nobody says: the file's name up to its first dot.
    private static func fileName(_ path: String) throws -> String {
        let name = URL(fileURLWithPath: path).lastPathComponent.split(separator: ".").first.map(String.init) ?? ""
        guard path != "-", SampleName.isValid(name) else {
            throw StartError(.usage, "say with --sample what the run and its files are called")
        }
        return name
    }

    /// The path of a file that can be read, `-` for standard input.
    private static func absolute(_ path: String) throws -> String {
        if path == "-" { return path }
        guard !path.contains("://"), !path.contains("##idx##") else {
            throw ControlError("\(path) is no file of this machine; copy it here, or pipe it in with `-`")
        }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        var status = stat()
        guard stat(absolute, &status) == 0, access(absolute, R_OK) == 0 else {
            throw ControlError("\(absolute) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw ControlError("\(absolute) is a folder; name a file") }
        return absolute
    }
}

/// A BED file of regions, held against a reference.
enum RegionFile {
    static func bed(_ path: String, reference: ReferenceGenome) throws -> BED {
        let (bed, remark) = try BED.regions(path: path, reference: reference)
        if let remark { Remark.say(remark) }
        return bed
    }
}
