import NeuralNetwork

extension ScoredExamples.Kind {
    /// What a package predicts, as its losses say; throws where no metric judges that.
    public init(of package: ModelPackage) throws {
        let options = package.lineage.options
        let outputs = try package.architecture.outputs()
        guard let options, outputs.count > 1 || outputs[0].name != nil || outputs[0].shape.count > 1 else {
            self = try Self.kind(options?.loss, package.labels)
            return
        }
        var labels = package.labels[...]
        self = .heads(
            try outputs.map { output in
                let width = output.shape.last ?? 1
                let own = Array(labels.prefix(width))
                labels = labels.dropFirst(width)
                let loss = output.name.map { options.losses?[$0] } ?? options.loss
                guard let loss else {
                    throw RegistryError("the package does not say what the head \(output.name ?? "") was trained for")
                }
                let kind = try Self.kind(loss, own)
                return Part(
                    name: output.name, kind: kind, places: output.shape.dropLast().reduce(1, *),
                    shape: kind.targetWidth == 1 && kind.width > 1 ? Array(output.shape.dropLast()) : output.shape)
            })
    }

    private static func kind(_ loss: Loss?, _ labels: [String]) throws -> Self {
        switch loss?.task ?? .classes {
        case .classes: labels.count == 1 ? .binary : .classes(names: labels, background: nil)
        case .labels: labels.count == 1 ? .binary : .labels(names: labels)
        case .regression where loss == .poisson: .counts(names: labels)
        case .regression: labels.count == 1 ? .regression : .numbers(names: labels)
        }
    }

    /// Whether a package that predicts `other` can be judged on examples of this kind: a background is the set's own.
    func judges(_ other: Self) -> Bool {
        switch (self, other) {
        case (.classes(let names, _), .classes(let others, _)): names == others
        default: self == other
        }
    }

    /// In words, for messages.
    public var text: String {
        switch self {
        case .classes(let names, _): "the classes \(names.joined(separator: ", "))"
        case .binary: "yes or no"
        case .regression: "one number"
        case .labels(let names): "the labels \(names.joined(separator: ", "))"
        case .numbers(let names): "the numbers \(names.joined(separator: ", "))"
        case .counts(let names): "the counts \(names.joined(separator: ", "))"
        case .heads(let parts):
            parts.map {
                "\($0.name ?? "an output") of \($0.kind.text)\($0.places > 1 ? " at \($0.places) places" : "")"
            }
            .joined(separator: "; ")
        }
    }

    /// The tensors of an example's targets.
    var targetShapes: [TargetShape] {
        switch self {
        case .classes, .binary, .regression: [TargetShape(shape: [])]
        case .labels(let names), .numbers(let names), .counts(let names): [TargetShape(shape: [names.count])]
        case .heads(let parts): parts.map { TargetShape(head: $0.name, shape: $0.shape) }
        }
    }

    /// What the outputs of a package of this kind predict, `[count][width]`.
    func predictions(_ outputs: [Float], _ package: ModelPackage) throws -> [Float] {
        guard case .heads(let parts) = self else { return try predictions(outputs, package.calibration) }
        var predictions = outputs
        for example in 0..<outputs.count / width {
            var first = example * width
            for part in parts {
                let own = first..<first + part.places * part.kind.width
                let calibration = part.name.map { package.calibrations[$0] ?? Calibration() } ?? package.calibration
                predictions.replaceSubrange(own, with: try part.kind.predictions(Array(outputs[own]), calibration))
                first = own.upperBound
            }
        }
        return predictions
    }

    private func predictions(_ outputs: [Float], _ calibration: Calibration) throws -> [Float] {
        switch self {
        case .regression, .numbers, .heads: outputs
        case .counts: outputs.map { Float(PortableMath.exp(Double($0))) }
        case .classes, .binary: try calibration.probabilities(outputs, classes: width)
        case .labels: try calibration.probabilities(outputs, labels: width)
        }
    }
}
