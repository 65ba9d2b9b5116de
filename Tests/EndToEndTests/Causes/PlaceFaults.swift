import Foundation
import TestSupport

extension Fault {
    /// What is typed wrong, places that cannot be used, parts that are missing.
    static let places: [Fault] = [
        Fault("a flag that is misspelt", says: "--referense", "did you mean --reference") { bench in
            FaultBench.Typed(["predict", "variants", "--input", bench.path("s.bam"), "--referense", "x"])
        },
        Fault("a command that is misspelt", says: "predikt", "did you mean predict") { _ in
            FaultBench.Typed(["predikt"])
        },
        Fault("a sub-command that is misspelt", says: "promot", "did you mean promote") { _ in
            FaultBench.Typed(["models", "promot", "x@1"])
        },
        Fault("an option that is missing", says: "--output", "missing") { bench in
            FaultBench.Typed([
                "predict", "variants", "--input", bench.path("s.bam"), "--reference", bench.path("ref.fa"),
            ])
        },
        Fault("an option without its value", says: "--input", "needs a value") { _ in
            FaultBench.Typed(["predict", "variants", "--input"])
        },
        Fault("a value that is no number", says: "--coverage", "\"many\"", "whole number") { bench in
            FaultBench.Typed([
                "simulate", "reads", "--reference", bench.path("ref.fa"), "--coverage", "many", "--output",
                bench.path("sim"),
            ])
        },
        Fault("a name that is none", says: "--sample", "printable ASCII") { bench in
            bench.predict("s.bam", ["--sample", "a b"])
        },
        Fault("a stage that is none", says: "--processes", "alin=2", "stages are align") { bench in
            FaultBench.Typed(["stack", "up", "--state", bench.path("state"), "--processes", "alin=2"])
        },
        Fault("an output that is a folder", says: "out", "folder") { bench in
            try FileManager.default.createDirectory(atPath: bench.path("out"), withIntermediateDirectories: true)
            return bench.predict("s.bam", ["--output", bench.path("out")])
        },
        Fault("an output in a folder that is not there", says: "no/such", "folder") { bench in
            bench.predict("s.bam", ["--output", bench.path("no/such/o.vcf.gz")])
        },
        Fault("an output that is a device", says: "device", needsRoot: true) { bench in
            _ = try await Program.run(["mknod", bench.path("device"), "c", "1", "3"])
            return bench.predict("s.bam", ["--output", bench.path("device")])
        },
        Fault("a full disk for the output", says: "o.vcf.gz", "No space left on device", needsRoot: true) { bench in
            try await fill(bench)
            var typed = bench.predict("s.bam", ["--output", bench.path("full/o.vcf.gz")])
            typed.cleanUp = "umount '\(bench.path("full"))'"
            return typed
        },
        Fault("a full disk for scratch files", says: "No space left on device", needsRoot: true) { bench in
            try await fill(bench)
            var typed = bench.predict()
            typed.environment["TMPDIR"] = bench.path("full")
            typed.cleanUp = "umount '\(bench.path("full"))'"
            return typed
        },
        Fault("a full disk for the state folder", says: "full/state", "No space left on device", needsRoot: true) {
            bench in
            try await fill(bench)
            return FaultBench.Typed(
                ["stack", "up", "--state", bench.path("full/state")], cleanUp: "umount '\(bench.path("full"))'")
        },
        Fault("an input that may not be read", says: "secret.bam", "Permission denied", needsRoot: true) { bench in
            try bench.write("secret.bam", bench.alignments)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.path("secret.bam"))
            var typed = bench.predict("secret.bam", ["--output", bench.path("open/o.vcf.gz")])
            try openFolder(bench)
            typed.isNobody = true
            return typed
        },
        Fault("a folder that may not be written to", says: "cannot be written", "Permission denied", needsRoot: true) {
            bench in
            var typed = bench.predict()
            typed.isNobody = true
            return typed
        },
        Fault("a state folder that may not be made", says: "/etc/helicase", "Permission denied", needsRoot: true) { _ in
            FaultBench.Typed(["stack", "up", "--state", "/etc/helicase"], isNobody: true)
        },
        Fault("KAFKA_HOME names nothing", says: "KAFKA_HOME=/nowhere", "kafka-server-start.sh") { bench in
            FaultBench.Typed(
                ["stack", "up", "--state", bench.path("state")], environment: ["KAFKA_HOME": "/nowhere"])
        },
        Fault("no stack is up", says: "no stack is up", "none", "stack up") { bench in
            FaultBench.Typed([
                "run", "--state", bench.path("none"), "--sample", "S", "--reference", bench.path("ref.fa"),
                "--alignments", bench.path("s.bam"), "--output", bench.path("out"),
            ])
        },
        Fault("a database that does not answer", says: "127.0.0.1", "refused", not: ["HELICASE_KAFKA"]) { _ in
            FaultBench.Typed(["models", "list", "--database", "postgresql://x@127.0.0.1:1/x"])
        },
        Fault("a broker that does not answer", says: "127.0.0.1:1", "Broker") { _ in
            FaultBench.Typed(["topics", "check", "--kafka", "127.0.0.1:1"])
        },
    ]

    /// A small disk without room.
    private static func fill(_ bench: FaultBench) async throws {
        let place = bench.path("full")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let script = "mount -t tmpfs -o size=8k,mode=777 none '\(place)' && head -c 8192 /dev/zero > '\(place)/f'; true"
        _ = try await Program.run(["sh", "-c", script])
    }

    /// A folder that everybody may write to.
    private static func openFolder(_ bench: FaultBench) throws {
        try FileManager.default.createDirectory(
            atPath: bench.path("open"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
        chmod(bench.path("open"), 0o777)
    }
}
