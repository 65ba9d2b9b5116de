import Foundation
import Testing

@testable import Observability

@Suite("Progress meter")
struct ProgressMeterTests {
    @Test("a line tells the share, the count, the rate and the time left")
    func line() {
        var progress = ProgressReading(label: "align", unit: "reads", total: 10_000_000, done: 7_000_000)
        #expect(
            progress.line(after: .seconds(7), columns: 100)
                == "align [##############......]  70 %  7.0M of 10.0M reads  1.0M/s  3 s left")
        progress.done = 0
        #expect(
            progress.line(after: .zero, columns: 100) == "align [....................]  0 %  0 of 10.0M reads")
        progress.done = 20_000_000
        #expect(progress.line(after: .seconds(10), columns: 100).contains("100 %"))
        #expect(progress.line(after: .seconds(10), columns: 20) == "align [############")
        progress = ProgressReading(label: "copy", unit: "", total: nil, done: 12)
        #expect(progress.line(after: .seconds(8), columns: 100) == "copy  12  1.5/s")
        progress = ProgressReading(label: "copy", unit: "", total: 1_000_000, done: 100)
        #expect(progress.line(after: .seconds(1), columns: 100).hasSuffix("100/s  2 h 46 min left"))
    }

    @Test("nothing is written into a pipe")
    func pipeIsSilent() throws {
        let written = try captured { output in
            let meter = ProgressMeter("align", total: 10, output: output)
            meter.advance(by: 5)
            meter.finish()
        }
        #expect(written == "")
    }

    @Test("on a terminal one line is rewritten, log lines pass above it, and it goes at the end")
    func terminal() throws {
        let written = try captured { output in
            let meter = ProgressMeter("align", total: nil, unit: "", output: output, isShown: true)
            meter.set(0)
            output.write("a log line") { _ in "" }
            meter.finish()
            meter.advance()
        }
        let erase = "\r\u{1B}[K"
        #expect(written == "\(erase)align  0\(erase)a log line\nalign  0\(erase)")
    }

    private func captured(_ body: (LogOutput) -> Void) throws -> String {
        let pipe = Pipe()
        body(LogOutput(fileDescriptor: pipe.fileHandleForWriting.fileDescriptor))
        try pipe.fileHandleForWriting.close()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
