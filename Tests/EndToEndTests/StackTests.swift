import Events
import Foundation
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// A stack under an operator's hands.
    @Suite("The stack's commands", .serialized)
    struct StackTests {
        @Test("A stack that is up is scaled, restarted and looked into, and ends what hangs")
        func hands() async throws {
            let base = try Self.freeBlock()
            let stack = try await Stack(
                .embedded, processes: ["train": 0], options: ["--http-ports", "\(base)", "--hang-seconds", "3"])
            #expect(try names(stack) == ["align-1", "encode-1", "infer-1", "ingest-1", "report-1"])
            #expect(try stack.state.members.first { $0.name == "align-1" }?.httpPort == base + 10)

            // Scaled by `up` and by `scale`, up and down.
            let up = try await stack.helicase("stack", "up", "--processes", "align=2,encode=2")
            #expect(
                up.status == 0 && up.output.contains("align-2 starts, encode-2 starts."), "\(up.output)\(up.errors)")
            #expect(
                try names(stack) == ["align-1", "align-2", "encode-1", "encode-2", "infer-1", "ingest-1", "report-1"])
            #expect(try stack.state.members.first { $0.name == "align-2" }?.httpPort == base + 11)
            let down = try await stack.helicase("stack", "scale", "align=1", "encode=1")
            #expect(down.status == 0 && down.output.contains("align-2 has ended, encode-2 has ended."))
            #expect(try names(stack) == ["align-1", "encode-1", "infer-1", "ingest-1", "report-1"])
            #expect(try await stack.helicase("stack", "scale", "postgres=2").status == 2)
            #expect(try await stack.helicase("stack", "scale", "align=11").errors.contains("those of encode"))
            let late = try await stack.helicase("stack", "up", "--http-ports", "9100")
            #expect(late.status == 1 && late.errors.contains("--http-ports takes effect when the stack starts"))

            // Restarted by name.
            let before = try pid("encode-1", stack)
            let restarted = try await stack.helicase("stack", "restart", "encode")
            #expect(restarted.status == 0 && restarted.output.hasPrefix("encode-1 is started again as process "))
            #expect(try pid("encode-1", stack) != before)
            let unknown = try await stack.helicase("stack", "restart", "decode")
            #expect(
                unknown.status == 1 && unknown.errors.contains("no process and no stage decode; there are align-1, "))

            // Stopped by a signal: it is ended and started again.
            let stopped = try pid("infer-1", stack)
            try stack.signal("infer-1", SIGSTOP)
            let isReplaced = try await eventually(within: .seconds(60)) {
                let now = try pid("infer-1", stack)
                return now > 0 && now != stopped
            }
            #expect(isReplaced)
            let logs = try await stack.helicase("stack", "logs", "supervisor", "--lines", "40")
            #expect(logs.output.contains("process hangs and is ended process=infer-1"))
            #expect(try await stack.helicase("stack", "logs", "decode").errors.contains("there is no log of decode"))

            // It works as before.
            let sample = try await Sample.shared.value
            let reads = try sample.file("stack.bam", sample.alignments(sorted: true))
            let run = try await stack.run(["--reference", sample.reference, "--alignments", reads])
            #expect(run.report.calls.candidates > 0)
            try await expectReadable(run, stack)
            try await stack.down()
        }

        @Test("A service whose port another program takes while it is away comes back on another")
        func takenPort() async throws {
            let stack = try await Stack(.embedded, processes: ["train": 0])
            let port = try #require(try stack.state.members.first { $0.name == "align-1" }?.httpPort)
            var listener: Int32 = -1
            // One that died soon after its start is started again a moment later: then its port is free.
            for _ in 0..<20 where listener < 0 {
                let pid = try pid("align-1", stack)
                try stack.signal("align-1")
                listener = Self.listen(on: port)
                _ = try await eventually { try self.pid("align-1", stack) != pid }
            }
            try #require(listener >= 0)
            defer { close(listener) }
            let hasMoved = try await eventually(within: .seconds(30)) {
                let member = try stack.state.members.first { $0.name == "align-1" }
                return member?.httpPort != port && member?.pid ?? 0 > 0
            }
            #expect(hasMoved)
            let sample = try await Sample.shared.value
            let run = try await stack.run(
                [
                    "--reference", sample.reference, "--fastq", sample.file("port.fastq", sample.interleaved),
                    "--interleaved",
                ])
            #expect(run.report.calls.candidates > 0)
            try await stack.down()
        }

        /// Listens on a port as soon as it is free, for at most a second; -1 where it never is.
        private static func listen(on port: Int) -> Int32 {
            let deadline = ContinuousClock.now + .seconds(1)
            while ContinuousClock.now < deadline {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var reuse: Int32 = 1
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = UInt16(port).bigEndian
                address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
                let isBound = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                if isBound, Foundation.listen(descriptor, 4) == 0 { return descriptor }
                close(descriptor)
            }
            return -1
        }

        @Test("A state folder is private, named by HELICASE_STATE, and its services are no superusers")
        func privacy() async throws {
            let stack = try await Stack(.embedded, processes: ["train": 0, "align": 0])
            var open: [String] = []
            let files = try #require(FileManager.default.enumerator(atPath: stack.folder.path))
            // PostgreSQL's data is its own: nobody else's either.
            for case let name as String in files where !name.hasPrefix("postgres/") {
                var status = stat()
                guard lstat("\(stack.folder.path)/\(name)", &status) == 0 else { continue }
                if status.st_mode & 0o077 != 0 { open.append(name) }
            }
            #expect(open == [])
            var status = stat()
            #expect(stat(stack.folder.path, &status) == 0 && status.st_mode & 0o007 == 0)
            let isSuper: Bool = try await stack.database.scalar(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
            #expect(!isSuper)
            #expect(try await stack.database.scalar("SELECT current_database()::text", as: String.self) == "helicase")

            let named = try await Program.run(
                [Programs.path("helicase"), "stack", "status", "--json"],
                environment: ["HELICASE_STATE": stack.folder.path, "PATH": "/usr/bin:/bin"])
            #expect(named.status == 0 && named.output.contains(stack.folder.path), "\(named.errors)")
            try await stack.down()
        }

        private func names(_ stack: Stack) throws -> [String] {
            try stack.state.members.map(\.name).filter { $0.contains("-") }.sorted()
        }

        private func pid(_ name: String, _ stack: Stack) throws -> Int32 {
            try stack.state.members.first { $0.name == name }?.pid ?? 0
        }

        /// What the views say of a run is what its report says.
        private func expectReadable(_ run: FinishedRun, _ stack: Stack) async throws {
            let id = run.report.run.uuid
            let summary = try await stack.database.query("SELECT * FROM report_summary WHERE run_id = \(id)")
            let row = try #require(summary.first)
            #expect(try row.decode("snvs", as: Int.self) == run.report.calls.snvs)
            #expect(try row.decode("candidates", as: Int.self) == run.report.calls.candidates)
            let calls = run.report.calls
            let sites: Int = try await stack.database.scalar("SELECT count(*) FROM call_table WHERE run_id = \(id)")
            #expect(sites == calls.snvs + calls.indels + calls.filtered)
            let passed: Int = try await stack.database.scalar(
                "SELECT count(*) FROM call_table WHERE run_id = \(id) AND filter = 'PASS'")
            #expect(passed == calls.snvs + calls.indels)
        }

        /// The first of sixty ports that nothing listens on.
        private static func freeBlock() throws -> Int {
            for base in stride(from: 21_000, to: 30_000, by: 100) where (base..<base + 60).allSatisfy(isFree) {
                return base
            }
            throw StackError("there are no sixty free ports")
        }

        private static func isFree(_ port: Int) -> Bool {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }
}
