import Events
import Foundation
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// Molecules, affinities and responses through the stack.
    @Suite("Runs of molecules", .serialized)
    struct DrugRunTests {
        private static func write(_ lines: [String], _ file: URL) throws {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        }

        @Test("Pairs and molecules get the table that `predict` gives; a job fits the model that `train` fits")
        func molecules() async throws {
            let stack = try await Stack(.embedded)
            let folder = FileManager.default.temporaryDirectory.appending(path: "drugs-\(UUID().uuidString.prefix(8))")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let chains = (1...40).map { String(repeating: "C", count: $0 % 20 + 1) + ["O", "N", "F"][$0 % 3] }
            try Self.write(
                ["index\tsmiles"] + chains.enumerated().map { "\($0)\t\($1)" } + ["40\tC1CC"],
                folder.appending(path: "drugs.tsv"))
            try Self.write(
                ["index\tsequence", "a\tMSTKQQLWEEDKGGTLVAAYR", "b\tMKKFFDSRREQGGSGLGSGSSGGGGSTSGLG"],
                folder.appending(path: "proteins.tsv"))
            try Self.write(
                ["drug\tprotein"] + (0..<200).map { "\($0 % 41)\t\($0 % 3 == 0 ? "a" : "b")" },
                folder.appending(path: "pairs.tsv"))
            try Self.write(
                ["smiles\tvalue"] + chains.map { "\($0)\t\($0.count)" }
                    + chains.map { "C\($0)C\t\(Double($0.count) + 0.5)" }
                    + ["C1CC\t1"], folder.appending(path: "measured.tsv"))

            let beside = ["drugs", "proteins"].map { ($0, path("\($0).tsv")) }
            let predicted = try await stack.helicase(
                [
                    "predict", "affinity", "--model", "affinity-davis", "--pairs", path("pairs.tsv"), "--output",
                    path("p.tsv"),
                ]
                    + beside.flatMap { ["--\($0)", $1] })
            #expect(predicted.status == 1 && predicted.errors.contains("unclosed ring"), "\(predicted.errors)")
            let run = try await stack.helicase(
                [
                    "run", "--task", "affinity", "--model", "affinity-davis", "--input", path("pairs.tsv"), "--output",
                    path("out"), "--allow-incomplete",
                ] + beside.flatMap { ["--file", "\($0)=\($1)"] }, within: .seconds(120))
            let logs = try stack.logs()
            #expect(run.status == 0, "\(run.errors)\(logs)")
            #expect(
                try Data(contentsOf: folder.appending(path: "out/pairs.tsv"))
                    == Data(contentsOf: folder.appending(path: "p.tsv")))
            let lacking = try await stack.helicase(
                "run", "--task", "affinity", "--model", "affinity-davis", "--input", path("pairs.tsv"), "--output",
                path("none"))
            #expect(lacking.status == 2 && lacking.errors.contains("drugs"), "\(lacking.errors)")

            let training = ["train", "property", "--name", "chains", "--data", path("measured.tsv")]
            let local = try await stack.helicase(training + ["--output", path("chains.safetensors")])
            #expect(local.status == 0 && local.errors.contains("unclosed ring"), "\(local.errors)")
            let job = try await stack.helicase(training + ["--job", "--promote"], within: .seconds(120))
            let trainLogs = try stack.logs()
            #expect(job.status == 0, "\(job.errors)\(trainLogs)")
            let digest: String = try await stack.database.scalar(
                "SELECT digest FROM model_versions WHERE name = 'chains'")
            #expect(local.output.contains(digest), "\(local.output)")
            let scored = try await stack.helicase(
                "run", "--task", "property", "--model", "chains", "--input", path("measured.tsv"), "--output",
                path("scored"), "--allow-incomplete")
            #expect(scored.status == 0, "\(scored.errors)")
            let here = try await stack.helicase(
                "predict", "property", "--model", path("chains.safetensors"), "--input", path("measured.tsv"),
                "--output", path("q.tsv"))
            #expect(here.status == 1)
            #expect(
                try Data(contentsOf: folder.appending(path: "scored/measured.tsv"))
                    == Data(contentsOf: folder.appending(path: "q.tsv")))
            let few = try await stack.helicase(
                "train", "property", "--name", "few", "--data", path("drugs.tsv"), "--job")
            #expect(few.status == 1 && few.errors.contains("value"), "\(few.errors)")
            try await stack.down()
        }
    }
}
