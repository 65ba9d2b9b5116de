import Foundation
import TestSupport
import Testing

@testable import Observability

@Suite("Logger")
struct LoggerTests {
    private struct Trouble: Error, CustomStringConvertible { let description: String }

    private func line(
        _ format: Logger.Format, _ message: String, _ metadata: [String: LogValue] = [:], error: String? = nil
    )
        -> String
    {
        LogLine(
            time: .init(since1970: timespec(tv_sec: 1_769_860_800, tv_nsec: 7_000_000)), level: .warning,
            label: "align",
            message: message, metadata: metadata, error: error.map(Trouble.init)
        ).rendered(format)
    }

    @Test("a text line has the time, level, label, message and sorted metadata")
    func text() {
        #expect(
            line(.text, "record refused", ["b.c": 2, "a": "x y", "d": true, "e": 0.5], error: "no \"end\"")
                == #"2026-01-31T12:00:00.007Z warning align: record refused a="x y" b.c=2 d=true e=0.5 error="no \"end\"""#
        )
    }

    @Test("a text line cannot be broken or steer a terminal")
    func hostileText() {
        #expect(
            line(.text, "a\nb\u{1B}[2J\u{9B}", ["k": "c\r\n", "empty": ""])
                == #"2026-01-31T12:00:00.007Z warning align: a\nb\u001b[2J\u009b empty="" k="c\r\n""#)
    }

    @Test("a JSON line reads back whatever the strings hold")
    func json() throws {
        let hostile = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init))) + "\u{2028}🧬\r\n"
        let text = line(
            .json, hostile, [hostile: .string(hostile), "n": 7, "x": .number(.nan), "time": "mine", "t": false],
            error: hostile)
        #expect(!text.contains { $0.isNewline })
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(fields["message"] as? String == hostile)
        #expect(fields[hostile] as? String == hostile)
        #expect(fields["error"] as? String == hostile)
        #expect(fields["error.type"] as? String == "Trouble")
        #expect(fields["time"] as? String == "2026-01-31T12:00:00.007Z")
        #expect(fields["metadata.time"] as? String == "mine")
        #expect(fields["n"] as? Int == 7)
        #expect(fields["x"] as? String == "nan")
        #expect(fields["t"] as? Bool == false)
    }

    @Test("lines below the level are not even made")
    func levels() {
        let lines = LogLines()
        var logger = Logger(label: "t", level: .notice, output: lines.output)
        func made(_ text: String) -> String {
            Issue.record("evaluated")
            return text
        }
        logger.info(made("no"))
        logger.notice("yes")
        logger.level = .trace
        logger.with(["run": "r1", "k": 1]).trace("all", ["k": 2])
        #expect(lines.all.map { $0.dropFirst(25) } == ["notice t: yes", "trace t: all k=2 run=r1"])
    }

    @Test("lines from many threads never mix")
    func atomicity() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "helicase-\(UUID()).log")
        let descriptor = open(file.path(percentEncoded: false), O_CREAT | O_WRONLY | O_APPEND, 0o600)
        defer {
            close(descriptor)
            try? FileManager.default.removeItem(at: file)
        }
        let logger = Logger(label: "t", output: LogOutput(fileDescriptor: descriptor))
        await withTaskGroup { group in
            for letter in "abcdefgh" {
                group.addTask {
                    for _ in 0..<50 { logger.info(String(repeating: letter, count: 9000)) }
                }
            }
        }
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.count == 33 + 9000 && Set($0.suffix(9000)).count == 1 })
    }

    @Test("a pipe that nobody reads drops lines instead of stopping the service, and says so later")
    func stalledPipe() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let output = LogOutput(fileDescriptor: ends[1])
        let logger = Logger(label: "t", output: output)
        let start = ContinuousClock.now
        for _ in 0..<1000 { logger.info(String(repeating: "x", count: 500)) }
        #expect(.now - start < .seconds(5))
        let dropped = output.droppedLines
        #expect(dropped > 800)

        // The reader comes back: what was written is whole lines, but for the one the pipe's end cut.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        #expect(read(ends[0], &buffer, buffer.count) > 0)
        logger.info("again")
        let count = read(ends[0], &buffer, buffer.count)
        let rest = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        let lines = rest.split(separator: "\n").map { $0.dropFirst(25) }
        #expect(
            lines == [
                "warning t: log lines dropped, nobody read them in time log.dropped=\(dropped)", "info t: again",
            ])
    }
}
