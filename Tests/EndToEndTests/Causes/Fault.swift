import Foundation
import TestSupport
import Testing

/// A fault that is put in, and what the first line that a person sees must say of it.
struct Fault: Sendable, CustomTestStringConvertible {
    /// What is wrong, in words.
    var name: String
    /// What the first line must hold: the place, the cause and what to do.
    var words: [String]
    /// What it must not blame.
    var blameless: [String]
    /// Whether root alone can put it in.
    var needsRoot: Bool
    /// Makes the fault and says what is typed: the arguments of `helicase`.
    var make: @Sendable (FaultBench) async throws -> FaultBench.Typed

    init(
        _ name: String, says words: String..., not blameless: [String] = [], needsRoot: Bool = false,
        _ make: @escaping @Sendable (FaultBench) async throws -> FaultBench.Typed
    ) {
        self.name = name
        self.words = words
        self.blameless = blameless
        self.needsRoot = needsRoot
        self.make = make
    }

    var testDescription: String { name }

    /// What any first line must not be: a dump of an error's inside.
    static let dumps = ["NSCocoaErrorDomain", "Error Domain", "DecodingError", "debugDescription", "Optional("]
}

/// A folder with sound inputs, for a test to spoil.
final class FaultBench: Sendable {
    /// What is typed, and by whom.
    struct Typed {
        var arguments: [String]
        var environment: [String: String] = [:]
        /// The program, where it is not the suite's own.
        var program: String?
        /// A user without rights types it.
        var isNobody = false
        /// What is undone afterwards: a shell command.
        var cleanUp: String?
        var limit: Duration = .seconds(120)

        init(
            _ arguments: [String], environment: [String: String] = [:], program: String? = nil, isNobody: Bool = false,
            cleanUp: String? = nil, limit: Duration = .seconds(120)
        ) {
            self.arguments = arguments
            self.environment = environment
            self.program = program
            self.isNobody = isNobody
            self.cleanUp = cleanUp
            self.limit = limit
        }
    }

    let folder: URL
    let sample: Sample
    /// The BAM file, sorted; sample `S`.
    let alignments: [UInt8]

    private static let shared = Task {
        let sample = try Sample(lengths: [20_000], coverage: 10, seed: 3)
        return (sample, try sample.alignments(sorted: true))
    }

    init() async throws {
        (sample, alignments) = try await Self.shared.value
        folder = FileManager.default.temporaryDirectory.appending(path: "fault-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try Program.atExit("rm -rf \"$0\"", [folder.path])
        try FileManager.default.copyItem(atPath: sample.reference, toPath: path("ref.fa"))
        try write("s.bam", alignments)
        try write("all.bed", "contig1\t0\t20000\n")
        try write("truth.vcf", try vcf())
        try write("calls.vcf", try vcf())
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: folder.appending(path: name))
        return path(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// The reference's bases, for one that is changed.
    var bases: String {
        get throws {
            try String(contentsOfFile: sample.reference, encoding: .utf8).split(separator: "\n").dropFirst().joined()
        }
    }

    /// A VCF of one record.
    func vcf(
        samples: [String] = ["S"], contig: String = "contig1", position: String = "100", reference: String? = nil
    ) throws -> String {
        let base = try bases.dropFirst(99).prefix(1)
        return """
            ##fileformat=VCFv4.2
            ##contig=<ID=\(contig)>
            ##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(samples.joined(separator: "\t"))
            \(contig)\t\(position)\t.\t\(reference ?? String(base))\t\(base == "A" ? "C" : "A")\t50\tPASS\t.\tGT\t\(
                samples.map { _ in "0/1" }.joined(separator: "\t"))

            """
    }

    /// The reads as SAM, of which a record's fields are changed.
    func sam(record: Int, field: Int, to value: String) async throws -> String {
        let text = try await Program.run(["samtools", "view", "-h", path("s.bam")]).output
        var (lines, number) = (text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), 0)
        for index in lines.indices where !lines[index].hasPrefix("@") {
            number += 1
            guard number == record else { continue }
            var fields = lines[index].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            fields[field] = value
            lines[index] = fields.joined(separator: "\t")
        }
        return lines.joined(separator: "\n")
    }

    /// `predict variants` of a file of the folder.
    func predict(_ input: String = "s.bam", reference: String = "ref.fa", _ options: [String] = []) -> Typed {
        var arguments = ["predict", "variants", "--input", path(input), "--reference", path(reference)]
        if !options.contains("--output") { arguments += ["--output", path("o.vcf.gz")] }
        return Typed(arguments + options)
    }

    /// `evaluate variants` of files of the folder.
    func evaluate(
        predictions: String = "calls.vcf", truth: String = "truth.vcf", regions: String = "all.bed"
    ) -> Typed {
        Typed([
            "evaluate", "variants", "--predictions", path(predictions), "--truth", path(truth), "--regions",
            path(regions), "--reference", path("ref.fa"),
        ])
    }

    /// Types it; returns the first line that a person sees, and the exit status.
    func firstLine(of typed: Typed) async throws -> (line: String, status: Int32) {
        var command = [typed.program ?? Programs.path("helicase")] + typed.arguments
        if typed.isNobody { command = ["setpriv", "--reuid=65534", "--clear-groups"] + command }
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HELICASE_") }
            .merging(typed.environment) { $1 }
        let program = try await Program.run(command, environment: environment, within: typed.limit)
        if let cleanUp = typed.cleanUp { _ = try await Program.run(["sh", "-c", cleanUp]) }
        let lines = [program.errors, program.output].lazy.flatMap { $0.split(separator: "\n") }
        return (lines.first { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? "", program.status)
    }
}
