import Foundation
import Storage
import TestSupport

/// A named pipe that a test holds open, through which it feeds a run.
struct FedPipe {
    let path: String
    /// The second half of the sample's interleaved reads.
    let rest: [UInt8]
    private let descriptor: Int32

    init(_ sample: Sample) throws {
        path = sample.folder.appending(path: "pipe-\(UUID().uuidString.prefix(8))").path
        guard mkfifo(path, 0o600) == 0 else { throw StackError("no pipe at \(path)") }
        // Open for both, so that neither end waits for the other.
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        let reads = sample.interleaved
        rest = Array(reads[(reads.count / 2)...])
    }

    /// Writes bytes on a thread of its own: a pipe holds little.
    func write(_ bytes: [UInt8], thenCloses: Bool = false) {
        let descriptor = descriptor
        Thread.detachNewThread {
            var start = 0
            while start < bytes.count {
                let written = bytes[start...].withUnsafeBytes {
                    Foundation.write(descriptor, $0.baseAddress, $0.count)
                }
                guard written > 0 else { return }
                start += written
            }
            if thenCloses { Foundation.close(descriptor) }
        }
    }

    /// Writes bytes little by little, and what is left at once when it is told to; then closes.
    func trickle(_ bytes: [UInt8], hurries: @escaping @Sendable () -> Bool) {
        let descriptor = descriptor
        Thread.detachNewThread {
            var start = 0
            while start < bytes.count {
                let end = hurries() ? bytes.count : min(bytes.count, start + 8192)
                let written = bytes[start..<end].withUnsafeBytes {
                    Foundation.write(descriptor, $0.baseAddress, $0.count)
                }
                guard written > 0 else { return }
                start += written
                if !hurries() { Thread.sleep(forTimeInterval: 0.1) }
            }
            Foundation.close(descriptor)
        }
    }

    func close() { Foundation.close(descriptor) }

    /// A run of standard input.
    static func arguments(_ sample: Sample, _ output: String) -> [String] {
        [
            "run", "--sample", "S", "--reference", sample.reference, "--fastq", "-", "--interleaved", "--output",
            output,
            "--json",
        ]
    }

    /// The process that reads a run's stream.
    static func feeder(of run: UUID) -> Int32? {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.first { process in
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            let text = String(decoding: line, as: UTF8.self)
            return text.contains("--ingest-stdin") && text.contains(run.uuidString.lowercased())
        }.flatMap { Int32($0) }
    }
}

extension Stack {
    /// The run that was opened last.
    func newestRun() async throws -> (run: UUID, state: String, reads: Int, failure: String?)? {
        let rows = try await database.query(
            "SELECT run_id, state, reads_so_far, failure FROM runs ORDER BY opened_at DESC LIMIT 1")
        return try rows.first.map {
            (
                try $0.decode("run_id"), try $0.decode("state"), try $0.decode("reads_so_far"),
                try $0.decode("failure")
            )
        }
    }
}
