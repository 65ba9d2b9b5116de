/// A place in a trace, carried between processes as W3C Trace Context's `traceparent`.
public struct TraceContext: Sendable, Hashable {
    /// The trace's two halves, not both zero.
    let traceHigh: UInt64
    let traceLow: UInt64
    /// The span within it, not zero.
    let spanID: UInt64
    /// Whether the caller records the trace.
    public let isSampled: Bool

    /// Starts a trace.
    public static func generate() -> TraceContext {
        TraceContext(
            traceHigh: .random(in: .min ... .max), traceLow: .random(in: 1 ... .max), spanID: .random(in: 1 ... .max),
            isSampled: true)
    }

    /// A new span below this one.
    public func child() -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, spanID: .random(in: 1 ... .max), isSampled: isSampled)
    }

    /// The trace as 32 hexadecimal digits.
    public var traceIDText: String { hex(traceHigh) + hex(traceLow) }

    /// The span as 16 hexadecimal digits.
    public var spanIDText: String { hex(spanID) }

    /// The header's value, version 00 (Trace Context, section 3.2).
    public var traceparent: String { "00-\(traceIDText)-\(spanIDText)-0\(isSampled ? 1 : 0)" }

    /// Reads a header's value; `nil` for one that breaks the format, which the receiver replaces by a new trace.
    ///
    /// A later version than 00 may have more fields after the flags (section 3.2.4).
    public init?(traceparent: String) {
        let bytes = Array(traceparent.utf8)
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = number(bytes[0..<2]), version != 0xFF,
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
            let high = number(bytes[3..<19]), let low = number(bytes[19..<35]), high | low != 0,
            let span = number(bytes[36..<52]), span != 0,
            let flags = number(bytes[53..<55])
        else { return nil }
        self.init(traceHigh: high, traceLow: low, spanID: span, isSampled: flags & 1 == 1)
    }

    private init(traceHigh: UInt64, traceLow: UInt64, spanID: UInt64, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.spanID = spanID
        self.isSampled = isSampled
    }
}

private let dash = UInt8(ascii: "-")

/// Lower-case hexadecimal digits only, as the standard demands.
private func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for digit in digits {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): result = result << 4 | UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): result = result << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return result
}

private func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
