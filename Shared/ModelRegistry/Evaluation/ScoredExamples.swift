import NeuralNetwork

/// Predictions of labelled examples beside the truth: what metrics are computed of.
public struct ScoredExamples: Sendable, Hashable {
    /// What predictions and targets are.
    public enum Kind: Sendable, Codable, Hashable {
        /// A probability a class, and the index of the true one.
        ///
        /// `background` is the class that stands for "nothing there"; all others together are what is searched for.
        case classes(names: [String], background: Int?)
        /// The probability of yes, and 0 or 1.
        case binary
        /// A number, and the true one.
        case regression
        /// The probability of each of several labels, and 0 or 1 for each; a target that is no number is not known.
        case labels(names: [String])
        /// Several numbers, and the true ones; a target that is no number is missing.
        case numbers(names: [String])
        /// The rates of counts, and the counts; a target that is no number is missing.
        case counts(names: [String])
        /// What the heads of a network say, one after the other, or an output of several places.
        case heads([Part])

        /// One head.
        public struct Part: Sendable, Codable, Hashable {
            /// Its name; nil for the output of a network without heads.
            public var name: String?
            /// What a decision is; not `heads` again.
            public var kind: Kind
            /// Decisions of an example, such as positions.
            public var places: Int
            /// The shape of an example's targets.
            public var shape: [Int]

            /// Describes a head.
            public init(name: String?, kind: Kind, places: Int, shape: [Int]) {
                (self.name, self.kind, self.places, self.shape) = (name, kind, places, shape)
            }
        }

        /// Floats of one prediction.
        public var width: Int {
            switch self {
            case .classes(let names, _): names.count
            case .binary, .regression: 1
            case .labels(let names), .numbers(let names), .counts(let names): names.count
            case .heads(let parts): parts.reduce(0) { $0 + $1.places * $1.kind.width }
            }
        }

        /// Floats of one example's targets.
        public var targetWidth: Int {
            switch self {
            case .classes, .binary, .regression: 1
            case .labels, .numbers, .counts: width
            case .heads(let parts): parts.reduce(0) { $0 + $1.places * $1.kind.targetWidth }
            }
        }
    }

    /// What predictions and targets are.
    public let kind: Kind
    /// ``Kind/width`` floats an example.
    public let predictions: [Float]
    /// ``Kind/targetWidth`` floats an example.
    public let targets: [Float]
    /// Which examples are not independent of each other, and so are resampled together.
    public let groups: ExampleGroups

    /// Puts predictions beside their targets.
    ///
    /// Throws ``RegistryError`` where they are not of one number, a prediction is no number or a target no class.
    ///
    /// `groups` are numbers that examples share which are not independent, such as those of one locus, gene or drug.
    public init(kind: Kind, predictions: [Float], targets: [Float], groups: [Int64]? = nil) throws {
        let examples = targets.count / max(1, kind.targetWidth)
        guard !targets.isEmpty, targets.count == examples * kind.targetWidth, predictions.count == examples * kind.width
        else {
            throw RegistryError(
                "there are \(predictions.count) predicted numbers for \(examples) examples of \(kind.width) each")
        }
        if let bad = predictions.firstIndex(where: { !$0.isFinite }) {
            throw RegistryError("the prediction of example \(bad / kind.width) is no number")
        }
        try kind.check(targets)
        guard groups.map({ $0.count == examples }) ?? true else {
            throw RegistryError("there are \(groups?.count ?? 0) groups for \(examples) examples")
        }
        self.groups = ExampleGroups(count: examples, groups: groups)
        self.kind = kind
        self.predictions = predictions
        self.targets = targets
    }

    /// The number of examples.
    public var count: Int { targets.count / kind.targetWidth }

    /// As class probabilities; of a binary prediction both classes.
    var classes: ClassProbabilities {
        ClassProbabilities(probabilities: predictions, labels: targets.map { Int($0) }, classes: kind.width)
    }

    /// Ranked by how probably an example is not background; nil where nothing is background.
    var ranked: RankedScores? {
        guard let positives else { return nil }
        let background: Int? = if case .classes(_, let background) = kind { background } else { nil }
        return RankedScores(
            scores: background.map { index in targets.indices.map { 1 - predictions[$0 * kind.width + index] } }
                ?? predictions,
            positives: positives)
    }

    /// Which examples are not background; nil where nothing is background.
    var positives: [Bool]? {
        switch kind {
        case .binary: targets.map { $0 == 1 }
        case .classes(_, let background?): targets.map { Int($0) != background }
        case .classes, .regression, .labels, .numbers, .counts, .heads: nil
        }
    }
}

extension ScoredExamples.Kind {
    /// Throws where classes share a name, the background is no class, or a target is not one of this kind.
    func check(_ targets: [Float]) throws {
        if case .classes(let names, let background) = self {
            guard names.count > 1, Set(names).count == names.count, background.map(names.indices.contains) ?? true
            else {
                throw RegistryError("the classes \(names.joined(separator: ", ")) are not two or more that differ")
            }
        }
        switch self {
        case .labels(let names), .numbers(let names), .counts(let names):
            guard !names.isEmpty, Set(names).count == names.count else {
                throw RegistryError("the outputs \(names.joined(separator: ", ")) are none, or do not differ")
            }
        case .heads(let parts):
            guard Set(parts.map(\.name)).count == parts.count, width > 0, parts.allSatisfy({ $0.places > 0 }) else {
                throw RegistryError("there are no heads, or two of one name")
            }
            return try check(parts, targets)
        default: break
        }
        func isValid(_ target: Float) -> Bool {
            switch self {
            case .classes(let names, _): target.rounded() == target && (0..<Float(names.count)).contains(target)
            case .binary: target == 0 || target == 1
            case .regression: target.isFinite
            case .labels: target.isNaN || target == 0 || target == 1
            case .numbers: !target.isInfinite
            case .counts: target.isNaN || target >= 0 && target.isFinite
            case .heads: true
            }
        }
        guard let bad = targets.firstIndex(where: { !isValid($0) }) else { return }
        throw RegistryError("the label of example \(bad / targetWidth), \(targets[bad]), is none of \(self)")
    }

    /// Throws where a target of a head is none of its kind; one that is no number is missing.
    private func check(_ parts: [Part], _ targets: [Float]) throws {
        for example in 0..<targets.count / max(1, targetWidth) {
            var first = example * targetWidth
            for part in parts {
                let own = targets[first..<first + part.places * part.kind.targetWidth]
                first = own.endIndex
                do {
                    try part.kind.check(own.filter { !$0.isNaN })
                } catch let error as RegistryError {
                    throw RegistryError("example \(example), head \(part.name ?? "output"): \(error)")
                }
            }
        }
    }
}

extension [Int64] {
    /// Little-endian bytes, as the database keeps them.
    var littleEndianBytes: [UInt8] {
        flatMap { value in Swift.withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) } }
    }

    /// Reads such bytes.
    init(littleEndianBytes bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { raw in
            (0..<raw.count / 8).map {
                Int64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
            }
        }
    }
}

extension [Float] {
    /// Little-endian bytes, as the database keeps them.
    var littleEndianBytes: [UInt8] {
        flatMap { value in Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) } }
    }

    /// Reads such bytes.
    init(littleEndianBytes bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
    }
}
