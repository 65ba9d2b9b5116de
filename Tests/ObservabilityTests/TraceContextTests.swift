import Observability
import TestSupport
import Testing

@Suite("Trace context")
struct TraceContextTests {
    private static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test("a header is read and written unchanged")
    func roundTrip() throws {
        let context = try #require(TraceContext(traceparent: Self.good))
        #expect(context.traceparent == Self.good)
        #expect(context.traceIDText == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanIDText == "00f067aa0ba902b7")
        #expect(context.isSampled)
        let made = TraceContext.generate()
        #expect(TraceContext(traceparent: made.traceparent) == made)
    }

    @Test("a later version may have more fields and unknown flags")
    func laterVersion() {
        #expect(TraceContext(traceparent: "cc" + Self.good.dropFirst(2) + "-what-next") != nil)
        #expect(TraceContext(traceparent: Self.good.dropLast(2) + "ff")?.traceparent == Self.good)
        #expect(TraceContext(traceparent: Self.good.dropLast(2) + "02")?.isSampled == false)
    }

    @Test(
        "a malformed header is refused",
        arguments: [
            "", "00", "-", String(good.dropLast()), good + "-x", good + " ", " " + good,
            "ff" + good.dropFirst(2), "cc" + good.dropFirst(2) + "x", good.uppercased(),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é", String(repeating: "é", count: 55),
        ])
    func malformed(header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test("a child is another span of the same trace")
    func child() {
        let parent = TraceContext.generate()
        let child = parent.child()
        #expect(child.traceIDText == parent.traceIDText)
        #expect(child.spanIDText != parent.spanIDText)
    }

    @Test("a span logs its name, ids and duration, and passes on what it returns or throws")
    func span() async throws {
        let lines = LogLines()
        let logger = Logger(label: "t", level: .debug, format: .json, output: lines.output)
        let parent = TraceContext.generate()
        let inner = await parent.span("align batch", logger: logger, metadata: ["batch": 3]) { $0 }
        await #expect(throws: CancellationError.self) {
            try await parent.span("fails", logger: logger) { _ in throw CancellationError() }
        }
        #expect(lines.all.count == 2)
        let line = try #require(lines.all.first)
        for field in [
            #""span.name":"align batch""#, #""span.id":"\#(inner.spanIDText)""#,
            #""span.parent":"\#(parent.spanIDText)""#, #""trace.id":"\#(parent.traceIDText)""#, #""batch":3"#,
            #""span.duration.seconds":"#,
        ] {
            #expect(line.contains(field))
        }
        #expect(try #require(lines.all.last).contains(#""error":"CancellationError()""#))
    }
}
