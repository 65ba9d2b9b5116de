import Synchronization

/// The metrics of a process, rendered in Prometheus' text format 0.0.4.
///
/// Asking twice for one name and labels gives one instrument. Names end in their unit, `_seconds` or `_bytes`, and
/// counters in `_total`. Each distinct set of labels is kept for good: a label's values come from a short list, never
/// from the data.
public final class MetricsRegistry: Sendable {
    private enum Kind: String { case counter, gauge, histogram }

    private enum Series: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case computed(@Sendable () -> Double?)
    }

    private struct Family {
        let kind: Kind
        let help: String
        /// By rendered labels, `contig="chr1",stage="align"`.
        var series: [String: Series] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    /// Makes an empty registry.
    public init() {}

    /// A number that only grows; `name` ends in `_total`.
    public func counter(_ name: String, _ help: String, labels: [String: String] = [:]) -> Counter {
        let series = register(name, .counter, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = series else { preconditionFailure("\(name) is computed") }
        return counter
    }

    /// A number that only grows, read when the metrics are; `nil` leaves it out.
    public func counter(
        _ name: String, _ help: String, labels: [String: String] = [:], read: @escaping @Sendable () -> Double?
    ) {
        _ = register(name, .counter, help, labels) { .computed(read) }
    }

    /// A number that goes up and down.
    public func gauge(_ name: String, _ help: String, labels: [String: String] = [:]) -> Gauge {
        let series = register(name, .gauge, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = series else { preconditionFailure("\(name) is computed") }
        return gauge
    }

    /// A number that goes up and down, read when the metrics are; `nil` leaves it out.
    ///
    /// `read` runs on the HTTP server's thread: it must be quick and must not block.
    public func gauge(
        _ name: String, _ help: String, labels: [String: String] = [:], read: @escaping @Sendable () -> Double?
    ) {
        _ = register(name, .gauge, help, labels) { .computed(read) }
    }

    /// The distribution of a quantity; `buckets` are ascending upper bounds, the last, infinite one is implied.
    public func histogram(
        _ name: String, _ help: String, labels: [String: String] = [:], buckets: [Double] = Histogram.seconds
    ) -> Histogram {
        let series = register(name, .histogram, help, labels) { .histogram(Histogram(bounds: buckets)) }
        guard case .histogram(let histogram) = series else { preconditionFailure("\(name) is not a histogram") }
        return histogram
    }

    /// The text that `GET /metrics` answers: families by name, series by labels.
    public func render() -> String {
        // Copied first: a gauge's closure must not run under the lock, it may use the registry.
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(family.help.escaped(quotes: false))\n# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                switch series {
                case .counter(let counter): text.appendSample(name, labels, counter.value)
                case .gauge(let gauge): text.appendSample(name, labels, gauge.value)
                case .computed(let read): if let value = read() { text.appendSample(name, labels, value) }
                case .histogram(let histogram): text.append(histogram.snapshot, name, labels)
                }
            }
        }
        return text
    }

    private func register(
        _ name: String, _ kind: Kind, _ help: String, _ labels: [String: String], _ make: () -> Series
    ) -> Series {
        precondition(isName(name), "\(name) is not a metric name")
        precondition(labels.keys.allSatisfy { isName($0) && !$0.contains(":") && !$0.hasPrefix("__") && $0 != "le" })
        precondition((kind == .counter) == name.hasSuffix("_total"), "\(name): counters, and only they, end in _total")
        let rendered = labels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\($0.value.escaped(quotes: true))\"" }.joined(separator: ",")
        return families.withLock { families in
            let family = families[name, default: Family(kind: kind, help: help)]
            precondition(family.kind == kind, "\(name) is registered as a \(family.kind.rawValue)")
            if let series = family.series[rendered] { return series }
            let series = make()
            families[name, default: family].series[rendered] = series
            return series
        }
    }
}

private func isName(_ name: String) -> Bool {
    name.first?.isNumber == false
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
}

extension String {
    /// Escaped scalar by scalar: `\r\n`, or a quote under an accent, is one character to Swift.
    fileprivate func escaped(quotes: Bool) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    fileprivate mutating func appendSample(_ name: String, _ labels: String, _ value: Double) {
        append(labels.isEmpty ? "\(name) " : "\(name){\(labels)} ")
        append(value.sample + "\n")
    }

    fileprivate mutating func append(_ histogram: Histogram.Snapshot, _ name: String, _ labels: String) {
        var cumulated = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            cumulated += count
            let separator = labels.isEmpty ? "" : ","
            appendSample("\(name)_bucket", "\(labels)\(separator)le=\"\(bound.sample)\"", Double(cumulated))
        }
        appendSample("\(name)_sum", labels, histogram.sum)
        appendSample("\(name)_count", labels, Double(cumulated))
    }
}

extension Double {
    /// The number as the text format writes it: whole ones without a fraction.
    fileprivate var sample: String {
        if let whole = Int64(exactly: self), magnitude < 0x1p53 { return String(whole) }
        if isNaN { return "NaN" }
        return isInfinite ? (self > 0 ? "+Inf" : "-Inf") : description
    }
}
