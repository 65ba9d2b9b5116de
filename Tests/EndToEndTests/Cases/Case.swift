import Foundation
import Genomics
import TestSupport

/// A folder of inputs that once gave a wrong answer with exit status 0 (`cases` beside the folder of real data), copied, so
/// that a test may change it.
struct Case {
    let folder: URL

    /// Where the cases are, which are no part of the project.
    static let source = HelicaseData.folder.deletingLastPathComponent().appending(path: "cases")
    static var areThere: Bool { FileManager.default.fileExists(atPath: source.path) }
    static let absence = "there are no cases beside the folder of real data"

    init(_ name: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "case-\(UUID().uuidString.prefix(8))")
        try FileManager.default.copyItem(at: Self.source.appending(path: name), to: folder)
        // The originals may be read-only, and a copy is as they are.
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: path).path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        try Program.atExit("rm -rf \"$0\"", [folder.path])
    }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Runs `helicase` in the folder, without a stack.
    func helicase(_ arguments: String...) async throws -> Program {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HELICASE_") }
        environment["PWD"] = folder.path
        let command = arguments.map { $0.hasPrefix("./") ? path(String($0.dropFirst(2))) : $0 }
        return try await Program.run([Programs.path("helicase")] + command, environment: environment)
    }

    /// Calls the reads of a file of the folder; `o.vcf.gz` is what comes of it.
    func predict(_ input: String, reference: String = "ref.fa", _ options: String...) async throws -> Program {
        try? FileManager.default.removeItem(atPath: path("o.vcf.gz"))
        var command = ["predict", "variants", "--input", path(input), "--reference", path(reference)]
        command +=
            ["--output", path("o.vcf.gz")] + options.map { $0.hasPrefix("./") ? path(String($0.dropFirst(2))) : $0 }
        return try await Program.run([Programs.path("helicase")] + command)
    }

    /// The passed calls of a VCF, such as `ctgA:2000 A>G 0/1`.
    func calls(_ file: String = "o.vcf.gz") throws -> [String] { try Self.calls(path(file)) }

    static func calls(_ path: String) throws -> [String] {
        try VCFReader.variants(path: path).filter { $0.filters == ["PASS"] }.map { variant in
            let genotype = variant.genotype.map { "\($0)" } ?? "."
            return
                "\(variant.contig):\(variant.position) \(variant.reference)>\(variant.alternates.joined(separator: ",")) "
                + genotype
        }
    }
}
