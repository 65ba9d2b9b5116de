import Commands

/// Numbers of stages, as users type them: `align=2,infer=2`.
enum StageCounts {
    /// How many processes of a stage one stack may have.
    static let range = 0...64

    /// How many processes of each named stage are wished for.
    static func parse(_ text: String, option: String) throws -> [String: Int] {
        let counts = try pairs(text, option: option)
        for (stage, count) in counts where !range.contains(count) {
            throw StartError(
                .usage, "\(option): \(stage)=\(count) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return counts
    }

    /// `STAGE=NUMBER` by stage; each stage may be named once.
    static func pairs(_ text: String, option: String) throws -> [String: Int] {
        var pairs: [String: Int] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, StackSetUp.stages.contains(pair[0]), let number = Int(pair[1]) else {
                throw StartError(
                    .usage,
                    "\(option): \"\(part)\" is not STAGE=NUMBER; stages are "
                        + StackSetUp.stages.sorted().joined(separator: ", "))
            }
            guard pairs.updateValue(number, forKey: pair[0]) == nil else {
                throw StartError(.usage, "\(option): \(pair[0]) is named twice")
            }
        }
        return pairs
    }
}
