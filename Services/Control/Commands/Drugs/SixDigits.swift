import Foundation

/// Numbers of tables of responses.
enum SixDigits {
    /// Six digits: what is behind them is noise of any model.
    static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}
