import Foundation
import TestSupport

extension Fault {
    /// What a stack meets: inputs of runs, requests that cannot be met, processes that are stuck.
    static let stack: [Fault] = [
        Fault("a gzip file that is cut short", says: "cut.fastq.gz", "cut short") { bench in
            let whole = try await bench.sample.gzip(bench.sample.fastq(mate: 0))
            try bench.write("cut.fastq.gz", Array(whole.prefix(whole.count / 2)))
            return try await bench.run(["--fastq", bench.path("cut.fastq.gz")])
        },
        Fault("a read with too few qualities", says: "short.fastq", "record 3", "98 qualities") { bench in
            var lines = String(decoding: bench.sample.fastq(mate: 0), as: UTF8.self).split(separator: "\n")
            lines[11] = lines[11].dropLast(3)
            try bench.write("short.fastq", lines.joined(separator: "\n") + "\n")
            return try await bench.run(["--fastq", bench.path("short.fastq")])
        },
        Fault("mates that belong to other reads", says: "paired reads have different names") { bench in
            try bench.write("one.fastq", bench.sample.fastq(mate: 0))
            let other = String(decoding: bench.sample.fastq(mate: 1), as: UTF8.self)
            let lines = other.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
                index % 4 == 0 && !line.isEmpty ? "@other" + line.dropFirst() : String(line)
            }
            try bench.write("two.fastq", lines.joined(separator: "\n"))
            return try await bench.run(["--fastq", bench.path("one.fastq"), "--fastq2", bench.path("two.fastq")])
        },
        Fault("BAM for FASTQ", says: "s.bam", "BAM") { try await $0.run(["--fastq", $0.path("s.bam")]) },
        Fault("FASTQ for alignments", says: "s.fastq", "FASTQ") { bench in
            try bench.write("s.fastq", bench.sample.fastq(mate: 0))
            return try await bench.run(["--alignments", bench.path("s.fastq")])
        },
        Fault("an empty FASTQ", says: "empty.fastq", "no read") { bench in
            try bench.write("empty.fastq", "")
            return try await bench.run(["--fastq", bench.path("empty.fastq")])
        },
        Fault("another sample's reads", says: "s.bam", "--rename") { bench in
            try await bench.run(sample: "Other", ["--alignments", bench.path("s.bam")])
        },
        Fault("one mate file too few", says: "--fastq2") { bench in
            try bench.write("s.fastq", bench.sample.fastq(mate: 0))
            return try await bench.run([
                "--fastq", bench.path("s.fastq"), "--fastq", bench.path("s.fastq"), "--fastq2", bench.path("s.fastq"),
            ])
        },
        Fault("a preset that is none", says: "--preset", "hifi", "map-hifi") { bench in
            try await bench.run(["--alignments", bench.path("s.bam"), "--preset", "hifi"])
        },
        Fault("an output folder that is a file", says: "--output", "ref.fa", "is no folder") { bench in
            try await bench.run(["--alignments", bench.path("s.bam"), "--output", bench.path("ref.fa")])
        },
        Fault("an input outside of the allowed folders", says: "/etc/passwd", "no request may read") { bench in
            try await bench.run(["--fastq", "/etc/passwd"])
        },
        Fault("a model that nobody knows", says: "nobody@1", "models list") { bench in
            try await bench.typed(["models", "promote", "nobody@1", "--reason", "x"])
        },
        Fault("a network of another task", says: "pileup-caller") { bench in
            let model = try Programs.randomModel(seed: 1)
            var foreign = model
            foreign.featureVersion = "other-1"
            try bench.write("foreign.safetensors", foreign.encode())
            return try await bench.typed(["models", "import", bench.path("foreign.safetensors")])
        },
        Fault("a run that nobody knows", says: "00000000-0000-0000-0000-000000000000", "runs list") { bench in
            try await bench.typed(["runs", "show", "00000000-0000-0000-0000-000000000000"])
        },
        Fault("a database without tables", says: "database migrate", not: ["relation"]) { _ in
            FaultBench.Typed(["models", "list", "--database", try await TestDatabase.shared().freshURL()])
        },
        Fault("a wrong password", says: "password", not: ["HELICASE_KAFKA"]) { bench in
            let url = try await FaultBench.stack.value.state.database
            return FaultBench.Typed(["models", "list", "--database", FaultBench.withWrongPassword(url)])
        },
    ]
}

extension FaultBench {
    /// The stack of these faults; it ends with the process.
    static let stack = Task { try await Stack(.embedded, processes: ["train": 0]) }

    /// A command for the stack.
    func typed(_ arguments: [String]) async throws -> Typed {
        Typed(arguments + ["--state", try await Self.stack.value.folder.path])
    }

    /// `run` of files of the folder.
    func run(sample: String = "S", _ options: [String]) async throws -> Typed {
        var typed = try await typed(["run", "--sample", sample, "--reference", path("ref.fa")] + options)
        if !options.contains("--output") { typed.arguments += ["--output", path("out")] }
        return typed
    }

    static func withWrongPassword(_ url: String) -> String {
        url.replacing(#/:[^:@/]+@/#, with: ":wrong@")
    }
}
