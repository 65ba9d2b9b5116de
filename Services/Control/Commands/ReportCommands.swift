import Events
import Foundation
import Runs
import ServiceRuntime
import Storage

/// `helicase report`: the reports of runs that are completed.
enum ReportCommands {
    static func get(_ command: ParsedCommand) async throws {
        let (isVCF, isJSON) = (command.flag("vcf"), command.flag("json"))
        guard !(isVCF && isJSON) else { throw ServiceRuntimeError(.usage, "--vcf and --json do not go together") }
        try await Endpoints(command).withDatabase { database in
            let run = try await RunsCommands.find(command, database).run
            let output = command.value("output")
            let results = RunResults(run: run, output: output ?? ".", isJSON: false)
            if isJSON {
                let bytes = try await results.record(in: database) + [UInt8(ascii: "\n")]
                guard let output else { return FileHandle.standardOutput.write(Data(bytes)) }
                try write(bytes, to: output)
            } else if isVCF {
                try await vcf(of: results, to: output, database)
            } else {
                try await results.fetch(from: database)
            }
        }
    }

    /// The VCF as it is stored, bgzip: into a file, or to a standard output that is no terminal.
    private static func vcf(of results: RunResults, to output: String?, _ database: Database) async throws {
        let report = try await EventCoding.decode(Report.self, from: results.record(in: database))
        guard let artifact = report.artifacts.first(where: { $0.name.hasSuffix(".vcf.gz") }) else {
            throw ControlError("the report of run \(results.run) has no VCF")
        }
        if let output {
            try await Artifacts.fetch(artifact.name, run: results.run, to: output, from: database)
            return print("wrote \(output)")
        }
        guard isatty(STDOUT_FILENO) == 0 else {
            throw ServiceRuntimeError(.usage, "the VCF is compressed: name a file with --output, or pipe it to `zcat`")
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("calls.vcf.gz").path
        try await Artifacts.fetch(artifact.name, run: results.run, to: path, from: database)
        guard let file = FileHandle(forReadingAtPath: path) else { throw ControlError("\(path) cannot be read back") }
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            try FileHandle.standardOutput.write(contentsOf: piece)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw ControlError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        print("wrote \(path)")
    }
}
