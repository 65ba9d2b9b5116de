/// Changes training examples at random; what an augmentation of one's own conforms to.
public protocol ExampleAugmentation: Sendable {
    /// Changes one example in place.
    ///
    /// Called from several threads at once; what it does must follow from `random` alone, so that a training that goes
    /// on from a checkpoint sees the same examples.
    ///
    /// - Parameters:
    ///   - example: The floats of all inputs, one input after the other.
    ///   - target: Its target, as the loss takes it.
    ///   - inputs: The network's inputs, in that order.
    ///   - random: A generator of this example's own.
    func apply(
        to example: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>,
        inputs: [InputSpecification], random: inout SplitMix64)
}

/// A change of training examples that is known not to change what is true of them, as data.
///
/// As JSON: `{"type": "reverseComplement"}`, or with the inputs that it is of,
/// `{"type": "shift", "maximum": 3, "inputs": ["sequence", "tracks"]}`; without them it is of all inputs. All of an
/// example's inputs share one draw: the strand, the distance, the share of reads.
public enum Augmentation: Sendable, Hashable {
    /// With `probability`, the other strand: of each input what its ``InputSpecification/strand`` says; base codes, which
    /// need not say it, are complemented.
    ///
    /// An input of as many positions that says nothing is refused, for it may be a track that has to turn too.
    case reverseComplement(probability: Float = 0.5, inputs: [String]? = nil)
    /// Moves up to `maximum` positions to either side; what comes in is 0, what goes out is lost.
    case shift(maximum: Int, inputs: [String]? = nil)
    /// As if there had been fewer reads: each counted read is kept with a probability drawn from `minimum` to 1.
    ///
    /// Values that are no counts (whole numbers above 0) stay.
    case thinning(minimum: Float, inputs: [String]? = nil)
    /// Adds normal noise.
    case gaussianNoise(deviation: Float, inputs: [String]? = nil)

    /// The inputs that it is of; nil for all.
    public var inputs: [String]? {
        switch self {
        case .reverseComplement(_, let inputs), .shift(_, let inputs), .thinning(_, let inputs),
            .gaussianNoise(_, let inputs):
            inputs
        }
    }

    /// Throws if a number is out of range, or if it does not fit the inputs that it is of.
    func check(
        _ specifications: [InputSpecification], lengths: Set<String> = []
    ) throws(NeuralNetworkError) {
        func require(_ holds: Bool, _ message: String) throws(NeuralNetworkError) {
            if !holds { throw NeuralNetworkError(.invalidOptions, message, place: "augmentations") }
        }
        for name in inputs ?? [] {
            try require(specifications.contains { $0.name == name }, "there is no input '\(name)'")
        }
        let chosen = specifications.filter { inputs?.contains($0.name) ?? true }
        for input in chosen where lengths.contains(input.name) {
            try require(false, "'\(input.name)' says how long others are; name the inputs that are to change")
        }
        // What is moved must move together, and not out of the positions that are valid.
        func requirePositions() throws(NeuralNetworkError) {
            try require(
                Set(chosen.map(\.shape.first)).count <= 1,
                "inputs of several lengths cannot move together; name those that have the same positions")
            try require(lengths.isEmpty, "positions beyond an example's length would come among the others")
        }
        let isOfNumbers = chosen.allSatisfy { $0.kind == .numbers }
        switch self {
        case .reverseComplement(let probability, _):
            try require((0...1).contains(probability), "the probability must be in 0...1")
            let turning = chosen.filter { $0.turn != nil && $0.turn != .unaffected }
            let ask =
                "say in the architecture what the other strand makes of it, \"strand\": \"complemented\", "
                + "\"reversed\" or \"unaffected\""
            if inputs != nil, let silent = chosen.first(where: { $0.turn == nil || $0.turn == .unaffected }) {
                try require(false, "'\(silent.name)' has no other strand, as far as it says: \(ask)")
            }
            try require(!turning.isEmpty, "no input has another strand: \(ask)")
            let positions = Set(turning.map(\.shape.first))
            if let silent = chosen.first(where: {
                $0.turn == nil && $0.count > 1 && positions.contains($0.shape.first)
            }) {
                try require(false, "'\(silent.name)' may run along the sequence and turn with it: \(ask)")
            }
            try require(positions.count <= 1, "inputs of several lengths cannot turn together; name those that can")
            try require(lengths.isEmpty, "positions beyond an example's length would come among the others")
        case .shift(let maximum, _):
            try require(maximum >= 0, "the maximum must be at least 0")
            try require(!chosen.contains { $0.kind == .tokens }, "0 is a token; name the inputs that can be shifted")
            try requirePositions()
        case .thinning(let minimum, _):
            try require(minimum > 0 && minimum <= 1, "the minimum must be above 0 and at most 1")
            try require(isOfNumbers, "only numbers are counts; name the inputs that are")
        case .gaussianNoise(let deviation, _):
            try require(deviation >= 0 && deviation.isFinite, "the deviation must be at least 0")
            try require(isOfNumbers, "only numbers can have noise; name the inputs that are")
        }
    }
}

extension Augmentation {
    /// Throws where it would move positions that an output has too, and nobody says what becomes of that.
    func check(outputs: [Graph.Output]) throws(NeuralNetworkError) {
        for output in outputs where output.shape.count > 1 {
            let problem: String? =
                switch self {
                case .reverseComplement:
                    output.strand == nil
                        ? "say in the architecture what the other strand makes of it, in a head with a \"strand\"" : nil
                case .shift:
                    output.strand == .unaffected ? nil : "its positions would not move with those of the inputs"
                case .thinning, .gaussianNoise: nil
                }
            guard let problem else { continue }
            throw NeuralNetworkError(
                .invalidOptions,
                "\(output.name.map { "the head \($0)" } ?? "the output") has the shape \(output.shape): \(problem)",
                place: "augmentations")
        }
    }

    /// Whether the generator, before it is drawn from, will turn an example to the other strand.
    func turns(_ random: SplitMix64) -> Bool {
        guard case .reverseComplement(let probability, _) = self else { return false }
        var random = random
        return random.uniform() < probability
    }
}

extension Objective {
    /// Throws where reverse complements would change targets by a rule that is not theirs: the other strand of a class is known to nobody.
    func checkTurning() throws(NeuralNetworkError) {
        for part in parts where part.loss.task == .classes && part.output.strand == .complemented {
            throw NeuralNetworkError(
                .invalidOptions,
                "\(part.output.name.map { "the head \($0)" } ?? "the output") is of classes, whose numbers have no complement: say "
                    + "\"reversed\" or \"unaffected\", or give it a loss of labels or numbers", place: "augmentations")
        }
    }

    /// The targets of an example on the other strand, by what the heads say of it.
    func turn(_ targets: UnsafeMutableBufferPointer<Float>) {
        for part in parts {
            let own = UnsafeMutableBufferPointer(
                rebasing: targets[part.targetOffset..<part.targetOffset + part.targetCount])
            let shape = part.loss.task == .classes ? part.targetShape : part.output.shape
            Augmentation.turn(own, positions: shape.first ?? 1, strand: part.output.strand)
        }
    }
}

extension Augmentation: ExampleAugmentation {
    /// Changes the inputs that it is of.
    public func apply(
        to example: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>,
        inputs specifications: [InputSpecification], random: inout SplitMix64
    ) {
        // One draw for all inputs; what each value draws for itself comes after it.
        let draw = random.uniform()
        var offset = 0
        for specification in specifications {
            if inputs?.contains(specification.name) ?? true {
                let input = UnsafeMutableBufferPointer(rebasing: example[offset..<offset + specification.count])
                apply(to: input, specification, draw: draw, random: &random)
            }
            offset += specification.count
        }
    }

    /// Changes the one input of an example.
    public func apply(
        to input: UnsafeMutableBufferPointer<Float>, _ specification: InputSpecification, random: inout SplitMix64
    ) {
        let draw = random.uniform()
        apply(to: input, specification, draw: draw, random: &random)
    }

    private func apply(
        to input: UnsafeMutableBufferPointer<Float>, _ specification: InputSpecification, draw: Float,
        random: inout SplitMix64
    ) {
        precondition(input.count == specification.count)
        guard let length = specification.shape.first, length > 0, input.count > 0 else { return }
        let channels = input.count / length
        switch self {
        case .reverseComplement(let probability, _):
            guard draw < probability else { return }
            Self.turn(input, positions: length, strand: specification.turn)
            guard specification.kind == .bases, specification.turn == .complemented else { return }
            for i in input.indices { input[i] = Self.complement(input[i]) }
        case .shift(let maximum, _):
            // Beyond its length an input is all padding.
            let reach = min(maximum, length)
            Self.move(input, by: (min(2 * reach, Int(draw * Float(2 * reach + 1))) - reach) * channels)
        case .thinning(let minimum, _):
            let share = minimum + draw * (1 - minimum)
            for i in input.indices { input[i] = random.binomial(input[i], share) }
        case .gaussianNoise(let deviation, _):
            for i in input.indices { input[i] += deviation * random.normal() }
        }
    }

    /// Turns positions round, and of those that are complemented the channels too.
    static func turn(
        _ values: UnsafeMutableBufferPointer<Float>, positions: Int, strand: InputSpecification.Strand?
    ) {
        var values = values
        let channels = values.count / max(1, positions)
        switch strand {
        // A C G T backwards is T G C A: of four channels, positions and bases turn round in one.
        case .complemented: values.reverse()
        case .unaffected, nil: break
        case .reversed:
            for position in 0..<positions / 2 {
                for c in 0..<channels {
                    values.swapAt(position * channels + c, (positions - 1 - position) * channels + c)
                }
            }
        }
    }

    /// A 4-bit set of bases with A and T, C and G exchanged: its bits in reverse order.
    private static func complement(_ code: Float) -> Float {
        guard let bits = UInt8(exactly: code), bits < 16 else { return code }
        return Float(complements[Int(bits)])
    }

    private static let complements: [UInt8] = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]

    private static func move(_ input: UnsafeMutableBufferPointer<Float>, by distance: Int) {
        let kept = input.count - abs(distance)
        guard let base = input.baseAddress, distance != 0 else { return }
        if distance > 0 {
            (base + distance).update(from: base, count: kept)
            base.update(repeating: 0, count: distance)
        } else {
            base.update(from: base - distance, count: kept)
            (base + kept).update(repeating: 0, count: -distance)
        }
    }
}
