import Commands
import Events
import Foundation
import Runs
import Storage

/// `helicase report`: the reports of runs that are completed.
enum ReportCommands {
    static func get(_ command: ParsedCommand) async throws {
        let (isVCF, isJSON) = (command.flag("vcf"), command.flag("json"))
        guard !(isVCF && isJSON) else { throw StartError(.usage, "--vcf and --json do not go together") }
        try await Endpoints(command).withDatabase { database in
            let status = try await RunsCommands.find(command, database)
            let (run, output) = (status.run, command.value("output"))
            let isForced = command.flag("force")
            if isJSON {
                let bytes = try await RunResults.record(of: run, in: database) + [UInt8(ascii: "\n")]
                guard let output else { return FileHandle.standardOutput.write(Data(bytes)) }
                try OutputPath.checkFile(output, force: isForced)
                try Files.write(Data(bytes), to: output)
                print("wrote \(output)")
            } else if isVCF {
                if let output { try OutputPath.checkFile(output, force: isForced) }
                try await vcf(of: run, to: output, database)
            } else {
                let results = RunResults(run: run, sample: status.sample, command)
                try results.prepareOutput()
                try await results.fetch(from: database)
            }
        }
    }

    /// The VCF as it is stored, bgzip: into a file, or to a standard output that is no terminal.
    private static func vcf(of run: Identifier, to output: String?, _ database: Database) async throws {
        let report = try await EventCoding.decode(Report.self, from: RunResults.record(of: run, in: database))
        guard let artifact = report.artifacts.first(where: { $0.name.hasSuffix(".vcf.gz") }) else {
            throw ControlError("the report of run \(run) has no VCF")
        }
        if let output {
            try await Artifacts.fetch(artifact.name, run: run, to: output, from: database)
            return print("wrote \(output)")
        }
        guard isatty(STDOUT_FILENO) == 0 else {
            throw StartError(.usage, "the VCF is compressed: name a file with --output, or pipe it to `zcat`")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("calls.vcf.gz").path
        try await Artifacts.fetch(artifact.name, run: run, to: path, from: database)
        guard let file = FileHandle(forReadingAtPath: path) else { throw ControlError("\(path) cannot be read back") }
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            try FileHandle.standardOutput.write(contentsOf: piece)
        }
    }
}
