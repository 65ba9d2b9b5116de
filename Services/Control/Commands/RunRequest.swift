import Events
import Foundation
import Genomics
import Runs
import ServiceRuntime

/// What `helicase run` is asked for, checked as far as that goes without a stack.
struct RunRequest {
    let request: IngestRequest
    let regions: BED?

    init(_ command: ParsedCommand) throws {
        let (first, second) = (command.values("fastq"), command.values("fastq2"))
        let alignments = command.values("alignments")
        guard !first.isEmpty || !alignments.isEmpty else {
            throw ServiceRuntimeError(.usage, "name the reads with --fastq or --alignments")
        }
        guard first.isEmpty || alignments.isEmpty else {
            throw ServiceRuntimeError(
                .usage, "--fastq and --alignments do not go together: a run's reads are all mapped, or none")
        }
        guard second.isEmpty || second.count == first.count else {
            throw ServiceRuntimeError(.usage, "give one --fastq2 for each --fastq")
        }
        let sample = command.value("sample") ?? ""
        guard SampleName.isValid(sample) else {
            throw ServiceRuntimeError(.usage, "--sample: \(SampleName.rule)")
        }
        var inputs: [IngestRequest.Input] = try first.enumerated().map { index, path in
            .init(
                format: command.flag("interleaved") ? .interleavedFASTQ : .fastq, path: try Self.absolute(path),
                matePath: second.isEmpty ? nil : try Self.absolute(second[index]))
        }
        inputs += try alignments.map { .init(format: .alignments, path: try Self.absolute($0)) }
        guard inputs.flatMap({ [$0.path, $0.matePath] }).count(where: { $0 == "-" }) <= 1 else {
            throw ServiceRuntimeError(.usage, "standard input can be read once: name `-` for one input only")
        }
        try RepeatedInputs.check(inputs.flatMap { [$0.path, $0.matePath ?? "-"] })
        let reference = try ReferenceGenome(path: Self.absolute(command.value("reference") ?? ""))
        regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let preset = command.value("preset") ?? "sr"
        guard ReadMapper.Preset(rawValue: preset) != nil else {
            throw ServiceRuntimeError(.usage, "--preset: \(preset) is not one of sr, map-hifi, map-ont")
        }
        request = IngestRequest(
            sample: sample, inputs: inputs, reference: reference.path, referenceDigest: reference.digest,
            preset: preset, duplicates: try DuplicateOption.policy(command).description,
            rename: command.flag("rename") ? true : nil)
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
