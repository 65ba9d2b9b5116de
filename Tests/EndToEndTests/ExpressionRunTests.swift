import Events
import Foundation
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// Expression of genes through the stack.
    @Suite("Runs of expression", .serialized)
    struct ExpressionRunTests {
        private static let marks = [
            "DNaseI", "H3K27ac", "H3K27me1", "H3K27me3", "H3K36me3", "H3K4me1", "H3K4me2", "H3K4me3", "H3K9ac",
            "H3K9me2",
        ]

        @Test("Genes and designs get the table that `predict` gives; a job fits the model that `train` fits")
        func expression() async throws {
            let stack = try await Stack(.embedded)
            let folder = FileManager.default.temporaryDirectory.appending(path: "genes-\(UUID().uuidString.prefix(8))")
            defer { try? FileManager.default.removeItem(at: folder) }
            func path(_ name: String) -> String { folder.appending(path: name).path }
            func write(_ name: String, _ lines: [String]) throws {
                let file = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            }
            func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

            let rows = (0..<50).map { (gene: Int) -> String in
                let values = Self.marks.indices.map { "\(Double((gene * 7 + $0 * 3) % 11) / 2)" }
                return (["AT1G\(10_000 + gene)"] + values).joined(separator: "\t")
            }
            try write("marks.tsv", [(["gene"] + Self.marks).joined(separator: "\t")] + rows + ["AT1G9\tNA"])
            let promoter = String(repeating: "ACGTA", count: 50) + "T"
            try write(
                "promoters.tsv", ["gene\tclass\tsequence"] + (0..<25).map { "AT1G\(10_000 + $0)\tTATA\t\(promoter)" })
            let model = ["--model", "expression-arabidopsis", "--input", path("marks.tsv")]
            let predicted = try await stack.helicase(
                ["predict", "expression"] + model + ["--sequences", path("promoters.tsv"), "--output", path("p.tsv")])
            #expect(predicted.status == 1 && predicted.errors.contains("record 50"), "\(predicted.errors)")
            let run = try await stack.helicase(
                ["run", "--task", "expression"] + model + [
                    "--file", "sequences=\(path("promoters.tsv"))", "--output", path("out"), "--allow-incomplete",
                ], within: .seconds(120))
            let logs = try stack.logs()
            #expect(run.status == 0, "\(run.errors)\(logs)")
            #expect(try bytes("out/marks.tsv") == bytes("p.tsv"))
            let foreign = try await stack.helicase(
                ["run", "--task", "expression"] + model + [
                    "--file", "bins=\(path("promoters.tsv"))", "--output", path("none"),
                ])
            #expect(foreign.status != 0 && foreign.errors.contains("bins"), "\(foreign.errors)")

            let designs = (0..<240).map { (index: Int) -> String in
                let (a, b) = (index % 4, index / 4 % 3)
                let value = [1.0, 2, 4, 8][a] * [1.0, 4, 16][b]
                return "n\(index)\tu\(a)\tm\(b)\ts\tt\tg\t\(value)\t\(index / 12 % 2)"
            }
            try write(
                "data/sigma70_mpra/sigma70_variants.tsv.gz",
                ["name\tup\tminus35\tspacer\tminus10\tbackground\texpression\tfold"] + designs)
            let training = ["train", "expression", "--model", "expression-sigma70", "--data", path("data")]
            let local = try await stack.helicase(
                training + ["--output", path("m.safetensors")], within: .seconds(120))
            #expect(local.status == 0, "\(local.errors)")
            let job = try await stack.helicase(training + ["--job", "--promote"], within: .seconds(180))
            let trainLogs = try stack.logs()
            #expect(job.status == 0, "\(job.errors)\(trainLogs)")
            let digest: String = try await stack.database.scalar(
                "SELECT digest FROM model_versions WHERE name = 'expression-sigma70' AND state = 'production'")
            #expect(local.output.contains(digest), "\(local.output)")
            let own = ["--input", path("data/sigma70_mpra/sigma70_variants.tsv.gz"), "--model"]
            let here = try await stack.helicase(
                ["predict", "expression"] + own + [path("m.safetensors"), "--output", path("q.tsv")])
            #expect(here.status == 0, "\(here.errors)")
            let there = try await stack.helicase(
                ["run", "--task", "expression"] + own + ["expression-sigma70", "--output", path("scored")],
                within: .seconds(120))
            #expect(there.status == 0, "\(there.errors)")
            #expect(try bytes("scored/sigma70_variants.tsv") == bytes("q.tsv"))
            let unknown = try await stack.helicase("train", "expression", "--model", "expression-yeast", "--job")
            #expect(unknown.status == 2 && unknown.errors.contains("expression-gm12878"), "\(unknown.errors)")
            try await stack.down()
        }
    }
}
