/// The order in which an epoch draws the examples: a pure function of their number, the seed and the epoch.
///
/// As JSON: `{"type": "blocks", "size": 4096}`.
public enum Sampling: Sendable, Hashable {
    /// Each example once, in random order.
    case shuffled
    /// As many draws as there are examples, the same number of each class: rare classes are repeated, of frequent ones
    /// each epoch sees another part.
    case classBalanced
    /// Each example once, for sources that read neighbours faster than strangers, such as files larger than memory.
    ///
    /// Blocks of `size` neighbours come in random order, and examples are shuffled among each `window` blocks in that
    /// order: a source that keeps so many blocks reads each of them once an epoch.
    case blocks(size: Int, window: Int = 4)

    /// The order of an epoch.
    ///
    /// - Parameters:
    ///   - count: The number of examples.
    ///   - seed: The seed of the training.
    ///   - epoch: The epoch, from 1.
    ///   - label: The class of an example, or nil if it is not known; only `classBalanced` asks for it, and leaves out
    ///     examples without.
    public func order(count: Int, seed: UInt64, epoch: Int, label: (Int) throws -> Int?) rethrows -> [Int] {
        var random = SplitMix64(keys: seed, RandomStream.order, UInt64(epoch))
        switch self {
        case .shuffled: return random.permutation(count)
        case .classBalanced: return Self.balanced(try (0..<count).map(label), &random)
        case .blocks(let size, let window):
            let blocks = random.permutation((count + size - 1) / size)
            var order: [Int] = []
            order.reserveCapacity(count)
            for first in stride(from: 0, to: blocks.count, by: window) {
                let examples = blocks[first..<min(blocks.count, first + window)].flatMap {
                    $0 * size..<min(count, ($0 + 1) * size)
                }
                order += random.permutation(examples.count).map { examples[$0] }
            }
            return order
        }
    }

    private static func balanced(_ labels: [Int?], _ random: inout SplitMix64) -> [Int] {
        let known = labels.indices.filter { labels[$0] != nil }
        let classes = Dictionary(grouping: known) { labels[$0] ?? 0 }.sorted { $0.key < $1.key }.map(\.value)
        guard !classes.isEmpty else { return random.permutation(labels.count) }
        // What does not divide evenly goes to other classes in each epoch.
        let (share, rest) = labels.count.quotientAndRemainder(dividingBy: classes.count)
        let extra = Set(random.permutation(classes.count).prefix(rest))
        var drawn: [Int] = []
        for (index, members) in classes.enumerated() {
            var missing = share + (extra.contains(index) ? 1 : 0)
            while missing > 0 {
                let part = random.permutation(members.count).prefix(missing)
                drawn += part.map { members[$0] }
                missing -= part.count
            }
        }
        return random.permutation(drawn.count).map { drawn[$0] }
    }

    /// Throws if a number is out of range, or if there is no class to balance.
    func check(_ loss: Loss, outputs: Int) throws(NeuralNetworkError) {
        switch self {
        case .shuffled: break
        case .classBalanced:
            guard loss.hasClass(outputs: outputs) else {
                throw NeuralNetworkError(
                    .invalidOptions, "classBalanced needs a loss of one class an example", place: "sampling")
            }
        case .blocks(let size, let window):
            guard size > 0, window > 0, size <= 1 << 40, window <= 1 << 20 else {
                throw NeuralNetworkError(.invalidOptions, "size and window must be at least 1", place: "sampling")
            }
        }
    }
}

extension Loss {
    /// Whether an example's target says one class: a class index, or the one output of a sigmoid.
    func hasClass(outputs: Int) -> Bool { task == .classes || task == .labels && outputs == 1 }
}

extension Sampling: Codable {
    private enum Kind: String, Codable, CaseIterable { case shuffled, classBalanced, blocks }

    /// Reads `{"type": "classBalanced"}`.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .shuffled: self = .shuffled
        case .classBalanced: self = .classBalanced
        case .blocks: self = .blocks(size: try field("size"), window: try field("window", default: 4))
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        switch self {
        case .shuffled: try fields.encode(Kind.shuffled, forKey: "type")
        case .classBalanced: try fields.encode(Kind.classBalanced, forKey: "type")
        case .blocks(let size, let window):
            try fields.encode(Kind.blocks, forKey: "type")
            try fields.encode(size, forKey: "size")
            try fields.encode(window, forKey: "window")
        }
    }
}
