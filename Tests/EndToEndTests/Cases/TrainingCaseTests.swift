import Foundation
import NeuralNetwork
import TestSupport
import Testing

extension EndToEnd {
    /// Inputs that once gave a wrong model, or a lineage that was not true, with exit status 0.
    @Suite("Inputs that gave wrong models", .serialized, .enabled(if: Case.areThere, "\(Case.absence)"))
    struct TrainingCaseTests {
        private static let stack = Task { try await Stack(.embedded) }

        /// Trains on files of a case, without a stack.
        private func train(
            _ files: Case, _ architecture: String = "seq.json", _ options: String = "o.json",
            data: [String] = ["tr.st"],
            validation: [String] = [], output: String = "m.safetensors"
        ) async throws -> Program {
            var command = ["train", "network", "--architecture", files.path(architecture)]
            command += ["--options", files.path(options), "--local", "--output", files.path(output)]
            for file in data { command += ["--data", files.path(file)] }
            for file in validation { command += ["--validation", files.path(file)] }
            return try await Program.run([Programs.path("helicase")] + command)
        }

        private func expectRefusal(
            _ program: Program, _ files: Case, saying texts: String..., output: String = "m.safetensors",
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(program.status == 1, "\(program.output)", sourceLocation: sourceLocation)
            for text in texts {
                #expect(program.errors.contains(text), "\(program.errors)", sourceLocation: sourceLocation)
            }
            let isThere = FileManager.default.fileExists(atPath: files.path(output))
            #expect(!isThere, "nothing is written", sourceLocation: sourceLocation)
        }

        private func metric(_ name: String, of program: Program) -> Double? {
            program.output.split(separator: "\n").first { $0.hasPrefix("\(name)  ") }
                .flatMap { Double($0.split(separator: " ").last ?? "") }
        }

        @Test("Weights that are not finite are neither written nor registered")
        func weightsNotFinite() async throws {
            let files = try Case("31-weights-not-finite-registered")
            expectRefusal(
                try await train(files), files, saying: "the weights are not finite any more", "lower the learning rate")
            let stack = try await Self.stack.value
            let trained = try await stack.helicase(
                "train", "network", "--architecture", files.path("seq.json"), "--options", files.path("o.json"),
                "--data",
                files.path("tr.st"), "--model", "p01")
            #expect(trained.status == 1 && trained.errors.contains("not finite"), "\(trained.errors)")
            #expect(try await stack.helicase("models", "promote", "p01@1", "--reason", "x").status != 0)
        }

        @Test("ASCII letters are no base codes, and tokens outside of the embedding no tokens")
        func inputs() async throws {
            let letters = try Case("32-ascii-bases")
            expectRefusal(
                try await train(letters, data: ["asc.st"], validation: ["ascv.st"]), letters,
                saying: "example 0 of ", "asc.st: ", "at position 0 is no base code; A 1, C 2, G 4, T 8, N 15")
            let tokens = try Case("34-unseen-token")
            for (file, token) in [("tok.st", "25"), ("tokn.st", "-1")] {
                expectRefusal(
                    try await train(tokens, "tok.json", data: [file]), tokens, saying: "\(token) at position",
                    "is no token in 0..<4 of the embedding")
            }
        }

        @Test("An average of weights is near to what it is the average of")
        func average() async throws {
            let files = try Case("35-average-of-the-start")
            let plain = try await train(files, validation: ["va.st"], output: "o")
            let averaged = try await train(files, "seq.json", "oema.json", validation: ["va.st"], output: "oema")
            let losses = [plain, averaged].compactMap { metric("validation.loss", of: $0) }
            #expect(losses.count == 2 && losses[0] < 0.1 && losses[1] < 0.15, "\(losses)")
        }

        @Test("Batch norm of one value is refused, and of shards it is right")
        func batchNorm() async throws {
            let files = try Case("36-batch-norm-of-one")
            for options in ["obn1.json", "obns1.json"] {
                expectRefusal(
                    try await train(files, "bn.json", options, validation: ["va.st"]), files,
                    saying: "a single value has no variance")
            }
            let right = try await train(files, "bn.json", "obn.json", validation: ["va.st"])
            #expect(right.status == 0 && metric("validation.loss", of: right) ?? 1 < 0.05, "\(right.output)")
        }

        @Test("A file that trains cannot validate, count twice or judge")
        func sameFile() async throws {
            let files = try Case("38-validation-is-training")
            expectRefusal(
                try await train(files, validation: ["tr.st"]), files, saying: "examples that train cannot validate")
            expectRefusal(try await train(files, data: ["tr.st", "tr.st"]), files, saying: "the file is named twice")
            try FileManager.default.copyItem(atPath: files.path("tr.st"), toPath: files.path("copy.st"))
            expectRefusal(
                try await train(files, validation: ["copy.st"]), files, saying: "the file has the very bytes of")
            #expect(try await train(files).status == 0)
            let stack = try await Self.stack.value
            let steps = [
                ["import", "--name", "seen", files.path("m.safetensors")],
                ["evaluation-set", "add", "seen", "--task", "classes", "--labels", "0,1", files.path("copy.st")],
            ]
            for step in steps {
                let program = try await stack.helicase(["models"] + step)
                #expect(program.status == 0, "\(program.errors)")
            }
            let evaluated = try await stack.helicase("models", "evaluate", "seen@1", "--set", "seen")
            #expect(
                evaluated.status == 1 && evaluated.errors.contains("was trained or validated on copy.st"),
                "\(evaluated.errors)")
        }

        @Test("A variance below 0 is not imported")
        func negativeVariance() async throws {
            let files = try Case("39-negative-variance")
            let program = try await Self.stack.value.helicase(
                "models", "import", "--name", "neg", files.path("p_negvar.mod"))
            #expect(program.status == 1 && program.errors.contains("3.running_var"), "\(program.errors)")
        }

        @Test(
            "Without a target nothing is trained, without a folder for it nothing begun, of no example nothing validated"
        )
        func nothing() async throws {
            let missing = try Case("40-all-targets-missing")
            expectRefusal(
                try await train(missing, "seq1.json", "obce.json", data: ["trn.st"], validation: ["va.st"]), missing,
                saying: "no example has a target")
            expectRefusal(
                try await train(missing, "seq1.json", "obce.json", data: ["va.st"], validation: ["trn.st"]), missing,
                saying: "there are no examples to validate on")
            let folder = try Case("41-output-folder-missing")
            let program = try await train(folder, output: "no/folder/m")
            #expect(program.status != 0 && program.errors.contains("no/folder is not there"), "\(program.errors)")
            #expect(!program.errors.contains("epoch 1") && !program.errors.contains("NSCocoa"))
            let share = try Case("45-validation-share-rounds-to-none")
            expectRefusal(
                try await train(share, "seq.json", "oshare.json"), share,
                saying: "validationShare: 0.001 of 200 examples is none")
        }

        @Test("Models have names that can be said again")
        func names() async throws {
            let files = try Case("42-model-names")
            let stack = try await Self.stack.value
            for name in ["x@3", "", String(repeating: "n", count: 300), "a\nb", "../../etc"] {
                let program = try await stack.helicase("models", "import", "--name", name, files.path("ok.mod"))
                #expect(program.status != 0, "\(name)")
            }
        }

        @Test("A canary that nobody serves, and a set with a file twice, are refused")
        func canaryAndSet() async throws {
            let files = try Case("43-canary-nobody-serves")
            let stack = try await Self.stack.value
            for file in ["ok.mod", "okoh.mod"] {
                #expect(try await stack.helicase("models", "import", "--name", "p13", files.path(file)).status == 0)
            }
            #expect(try await stack.helicase("models", "promote", "p13@1", "--reason", "x").status == 0)
            let canary = try await stack.helicase("models", "canary", "p13@2", "--share", "0.5", "--auto")
            #expect(canary.status == 1 && canary.errors.contains("no service scores with p13"), "\(canary.errors)")
            let twice = try Case("44-same-file-twice-in-set")
            let added = try await stack.helicase(
                "models", "evaluation-set", "add", "s14", "--task", "binary", twice.path("va.st"), twice.path("va.st"))
            #expect(added.status == 1 && added.errors.contains("va.st is named twice"), "\(added.errors)")
        }
    }
}
