import Events
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Disks that fill up under a run: it waits, says where for what, and ends as if there had been room.
    @Suite("Full disks", .serialized, .enabled(if: geteuid() == 0, "disks are mounted by root"))
    struct FullDiskTests {
        /// A disk of its own below a folder.
        private struct SmallDisk {
            let path: String

            init(at path: String) async throws {
                self.path = path
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try await Self.run("mount", "-t", "tmpfs", "-o", "size=64m,mode=777", "none", path)
            }

            /// Leaves no room.
            func fill() async throws {
                try await Self.run("sh", "-c", "cat /dev/zero > '\(path)/junk' 2>/dev/null; true")
            }

            func free() throws { try FileManager.default.removeItem(atPath: path + "/junk") }

            /// Takes the disk away; what has files open on it keeps them.
            func unmount() async throws { try await Self.run("umount", "-l", path) }

            private static func run(_ command: String...) async throws {
                let program = try await Program.run(command)
                try #require(program.status == 0, "\(program.errors)")
            }
        }

        @Test("A full disk under the spills or the report's files holds a run up, and loses nothing")
        func fullDisk() async throws {
            let scratch = FileManager.default.temporaryDirectory.appending(
                path: "scratch-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: scratch) }
            let stack = try await Stack(
                .embedded, processes: ["train": 0],
                settings: DisturbedRun.settings.merging(["TMPDIR": scratch.path]) { $1 })
            let run = try await DisturbedRun(stack: stack, sample: DisturbedRun.sample.value)
            // Else its index would be made in the scratch folder.
            _ = try await Program.run(["samtools", "faidx", run.sample.reference])
            let undisturbed = try await stack.run(run.arguments())

            for (process, place) in [("encode-1", stack.folder.appending(path: "encode")), ("report-1", scratch)] {
                // Held still, so that nothing is half done when its folder becomes another.
                try stack.signal(process, SIGSTOP)
                let disk = try await SmallDisk(at: place.path)
                let restarts = try stack.restarts(of: process)
                try stack.signal(process)
                let isBack = try await eventually {
                    guard try stack.restarts(of: process) > restarts else { return false }
                    return try await readiness(of: process, stack).contains("\"ready\":true")
                }
                #expect(isBack)
                try await disk.fill()
                async let finished = stack.run(run.arguments())
                var said = ""
                let isSaid = try await eventually {
                    said = try await readiness(of: process, stack)
                    return said.contains("No space left on device")
                }
                #expect(isSaid, "\(process): \(said)")
                try disk.free()
                try await run.expectUnharmed(finished, like: undisturbed)
                try await disk.unmount()
            }
            try await stack.down()
        }

        /// What a service answers to whoever asks whether it is ready.
        private func readiness(of process: String, _ stack: Stack) async throws -> String {
            guard let port = try stack.state.members.first(where: { $0.name == process })?.httpPort else { return "" }
            return try await Program.run(["curl", "-s", "http://127.0.0.1:\(port)/ready"]).output
        }
    }
}
