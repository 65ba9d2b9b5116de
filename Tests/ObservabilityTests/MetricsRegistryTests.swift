import Commands
import Foundation
import Observability
import Testing

@Suite("Metrics")
struct MetricsRegistryTests {
    @Test("the text holds counters, gauges and histograms, with labels escaped")
    func text() {
        let registry = MetricsRegistry()
        registry.counter("helicase_records_total", "Records\nread, a \\ b.", labels: ["stage": "align"]).increment(
            by: 3)
        registry.counter("helicase_records_total", "…", labels: ["stage": "align"]).increment(by: 0.5)
        registry.counter("helicase_records_total", "…", labels: ["stage": "a\"b\\c\nd", "run": "1"]).increment()
        registry.gauge("helicase_queue_bytes", "Queued.").set(1e9)
        registry.gauge("helicase_lag", "Lag.", labels: ["k": "v"]) { -.infinity }
        registry.gauge("helicase_absent", "Nothing to read.") { nil }
        let histogram = registry.histogram("helicase_batch_seconds", "Time.", labels: ["a": "b"], buckets: [0.125, 1])
        for value in [0.125, 0.5, 7] { histogram.observe(value) }
        histogram.observe(.microseconds(62500))

        #expect(
            registry.render() == #"""
                # HELP helicase_absent Nothing to read.
                # TYPE helicase_absent gauge
                # HELP helicase_batch_seconds Time.
                # TYPE helicase_batch_seconds histogram
                helicase_batch_seconds_bucket{a="b",le="0.125"} 2
                helicase_batch_seconds_bucket{a="b",le="1"} 3
                helicase_batch_seconds_bucket{a="b",le="+Inf"} 4
                helicase_batch_seconds_sum{a="b"} 7.6875
                helicase_batch_seconds_count{a="b"} 4
                # HELP helicase_lag Lag.
                # TYPE helicase_lag gauge
                helicase_lag{k="v"} -Inf
                # HELP helicase_queue_bytes Queued.
                # TYPE helicase_queue_bytes gauge
                helicase_queue_bytes 1000000000
                # HELP helicase_records_total Records\nread, a \\ b.
                # TYPE helicase_records_total counter
                helicase_records_total{run="1",stage="a\"b\\c\nd"} 1
                helicase_records_total{stage="align"} 3.5

                """#)
    }

    @Test("a label cannot end its line or its quotes, whatever is combined with what")
    func hostileLabels() {
        let registry = MetricsRegistry()
        registry.gauge("g", "G.", labels: ["a": "x\r\ny\"\u{301}\\\u{301}"]).set(1)
        let sample = "g{a=\"x\r\\ny\\\"\u{301}\\\\\u{301}\"} 1\n"
        #expect(
            Array(registry.render().unicodeScalars.suffix(sample.unicodeScalars.count)) == Array(sample.unicodeScalars))
    }

    @Test("no increment is lost between threads")
    func concurrency() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("n_total", "N.")
        let histogram = registry.histogram("h", "H.", buckets: [1])
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        histogram.observe(1)
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(registry.render().contains("h_count 80000\n"))
    }

    @Test("a gauge's closure may use the registry")
    func reentrance() {
        let registry = MetricsRegistry()
        let counter = registry.counter("n_total", "N.")
        registry.gauge("g", "G.") { registry.counter("n_total", "N.").value + counter.value }
        #expect(registry.render().contains("\ng 0\n"))
    }

    @Test("the process's own metrics are read")
    func processMetrics() throws {
        let registry = MetricsRegistry()
        registry.registerProcessMetrics(service: "align")
        let samples = Dictionary(
            uniqueKeysWithValues: registry.render().split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
                ($0.prefix { $0 != " " }, Double($0.drop { $0 != " " }.dropFirst()) ?? .nan)
            })
        #expect(try #require(samples["process_resident_memory_bytes"]) > 1e6)
        #expect(try #require(samples["process_cpu_seconds_total"]) > 0)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        let age = Date.now.timeIntervalSince1970 - (try #require(samples["process_start_time_seconds"]))
        #expect(-1 < age && age < 86400)
        #expect(samples["helicase_build_info{service=\"align\",version=\"\(BuildInformation.version)\"}"] == 1)
    }

    private static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test("promtool accepts the text", .enabled(if: promtool != nil, "promtool is not installed"))
    func promtoolAccepts() throws {
        let registry = MetricsRegistry()
        registry.registerProcessMetrics(service: "align")
        registry.counter("helicase_records_total", "Records read.", labels: ["stage": "a\"b\\c\nd"]).increment()
        registry.histogram("helicase_batch_seconds", "Time.").observe(1)

        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.promtool))
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(registry.render().utf8))
        try input.fileHandleForWriting.close()
        let complaints = try output.fileHandleForReading.readToEnd().flatMap { String(data: $0, encoding: .utf8) }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(complaints ?? "" == "")
    }
}
