import Foundation

/// A binary tree that leads each row to one of its leaves: left where a feature is at most the threshold, else right.
///
/// As JSON it is the bytes of its nodes in base64, eight a node.
public struct DecisionTree: Sendable, Hashable {
    /// Of each node the feature it asks for; -1 of a leaf.
    private var features: [Int16] = [-1]
    private var thresholds: [Float] = [0]
    /// Of an inner node the left child, whose neighbor is the right one; of a leaf its number.
    private var next: [UInt16] = [0]
    /// How many leaves there are.
    public private(set) var leaves = 1

    /// Most leaves that a tree may have.
    public static let mostLeaves = 32_000

    /// A tree of one leaf, number 0.
    public init() {}

    /// The leaf of a row.
    public func leaf(_ row: some RandomAccessCollection<Float>) -> Int {
        row.withContiguousStorageIfAvailable { leaf(Span(_unsafeElements: $0)) } ?? leaf(Array(row))
    }

    private func leaf(_ row: Span<Float>) -> Int {
        var node = 0
        while features[node] >= 0 {
            let isLeft = row[Int(features[node])] <= thresholds[node]
            node = Int(next[node]) + (isLeft ? 0 : 1)
        }
        return Int(next[node])
    }

    /// The greatest place of a feature that the tree asks for; -1 where it asks for none.
    public var greatestFeature: Int { Int(features.max() ?? -1) }

    /// Divides a leaf, a node that has no children: the left part keeps the leaf's number.
    ///
    /// Says which nodes its parts are, and the number of the right one's leaf.
    mutating func divide(node: Int, feature: Int, threshold: Float) -> (left: Int, right: Int, newLeaf: Int) {
        precondition(features[node] < 0 && leaves < Self.mostLeaves && feature <= Int(Int16.max), "a leaf is divided")
        let left = features.count
        features += [-1, -1]
        thresholds += [0, 0]
        next += [next[node], UInt16(leaves)]
        (features[node], thresholds[node], next[node]) = (Int16(feature), threshold, UInt16(left))
        leaves += 1
        return (left, left + 1, leaves - 1)
    }
}

extension DecisionTree: Codable {
    /// Eight bytes a node: feature, next and threshold, little endian.
    public func encode(to encoder: any Encoder) throws {
        var bytes = Data(capacity: 8 * features.count)
        for node in features.indices {
            bytes.append(little: UInt16(bitPattern: features[node]))
            bytes.append(little: next[node])
            bytes.append(little: thresholds[node].bitPattern)
        }
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// Refuses what is no tree: a child that is none or comes before its parent, a leaf's number twice.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let bytes = try container.decode(Data.self)
        let count = bytes.count / 8
        (features, thresholds, next) = ([], [], [])
        var (numbers, children) = (Set<UInt16>(), Set<UInt16>())
        var isTree = bytes.count == 8 * count && count > 0
        for node in 0..<count {
            let feature = Int16(bitPattern: bytes.little(at: 8 * node))
            let following: UInt16 = bytes.little(at: 8 * node + 2)
            let threshold = Float(bitPattern: bytes.little(at: 8 * node + 4))
            if feature < 0 {
                isTree = isTree && numbers.insert(following).inserted
            } else {
                isTree =
                    isTree && Int(following) > node && Int(following) + 1 < count && !threshold.isNaN
                    && children.insert(following).inserted && children.insert(following + 1).inserted
            }
            features.append(feature)
            next.append(following)
            thresholds.append(threshold)
        }
        guard isTree, children.count == count - 1, numbers.allSatisfy({ Int($0) < numbers.count }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the nodes are no tree")
        }
        leaves = numbers.count
    }
}

extension Data {
    /// Appends a number, the least byte first.
    mutating func append(little number: some FixedWidthInteger) {
        for place in 0..<(number.bitWidth / 8) { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    /// The number that begins so many bytes from the front.
    func little<Number: FixedWidthInteger>(at offset: Int) -> Number {
        (0..<(Number.bitWidth / 8)).reduce(0) { $0 | Number(self[startIndex + offset + $1]) << (8 * $1) }
    }
}
