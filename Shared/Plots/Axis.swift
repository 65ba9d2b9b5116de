import Foundation

/// A scale of a plot.
public struct Axis: Sendable {
    /// What is measured, with its unit.
    public var label: String
    /// From where to where; what the data need, rounded to ticks, if nil.
    public var range: ClosedRange<Double>?
    /// Whether ticks are whole numbers.
    public var isWhole: Bool

    /// Describes a scale.
    public init(_ label: String, _ range: ClosedRange<Double>? = nil, isWhole: Bool = false) {
        self.label = label
        self.range = range
        self.isWhole = isWhole
    }
}

/// A range with round numbers in it.
struct Ticks {
    let range: ClosedRange<Double>
    let values: [Double]
    private let decimals: Int

    /// About `count` ticks for an axis whose data are `values`; numbers that are not finite are not looked at.
    init(_ axis: Axis, values: [Double], count: Double = 5) {
        let finite = values.filter(\.isFinite)
        var (low, high) = (axis.range?.lowerBound ?? finite.min() ?? 0, axis.range?.upperBound ?? finite.max() ?? 1)
        // Without any spread there is no scale: one unit around the value, or a share of it where that is more.
        if !(high > low) { (low, high) = (low - max(0.5, abs(low) / 2), low + max(0.5, abs(low) / 2)) }
        let step = max(Self.roundStep((high - low) / count), axis.isWhole ? 1 : 0)
        if axis.range == nil { (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step) }
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        range = low...high
        // Adding 0 makes 0 of -0.
        self.values = last >= first ? stride(from: first, through: last, by: 1).map { $0 * step + 0 } : []
        decimals = min(12, max(0, Int(-log10(step).rounded(.down))))
    }

    func label(_ value: Double) -> String {
        let size = max(abs(range.lowerBound), abs(range.upperBound))
        return size >= 1e6 || size < 1e-4 ? String(format: "%.3g", value) : String(format: "%.\(decimals)f", value)
    }

    /// How far along the axis a value is, from 0 to 1; outside, at the end.
    func share(_ value: Double) -> Double {
        min(1, max(0, (value - range.lowerBound) / (range.upperBound - range.lowerBound)))
    }

    /// 1, 2 or 5 times a power of ten, at least `step`.
    private static func roundStep(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        return ([1, 2, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
    }
}
