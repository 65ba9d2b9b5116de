import Hashing

/// A training of any architecture on any examples, from its documents to a model package.
///
/// What cannot be used as it is meant is refused before the training begins; the package's lineage says what was really used.
public struct NetworkTraining: PreparedTraining {
    /// The network.
    public let architecture: Architecture
    /// How it is trained; `seed` is also that of the initial weights.
    public let options: TrainingOptions
    /// The examples.
    public let training: FileExamples
    /// Examples to validate and calibrate on; without them, `options.validationShare` of the others.
    public let validation: FileExamples?
    /// Names of the outputs; their numbers where there are none.
    public let labels: [String]?
    /// The definition of the inputs.
    public let featureVersion: String
    /// Digests of the data, for the lineage: those of the files as they are read.
    public let dataDigests: [String: String]
    /// What was typed, for the lineage.
    public let command: String

    let objective: Objective
    private let files: TrainingFiles
    /// Indices of the examples that train.
    let fitted: [Int]
    /// What the others are for; nil where there are none.
    let held: HeldExamples?
    private let isGrouped: Bool

    /// Describes a training on files of the tensors `inputs` and `targets`; reads all of the files.
    ///
    /// Without files to validate on, those whose metadata say `split: validation` are. Examples of one group are held out
    /// together. `dataDigests` are digests that files must have, by path, and those of what the files were made of; `dataset` is
    /// what the lineage calls the files together, instead of their paths.
    public init(
        architecture: Architecture, options: TrainingOptions, files: [SafetensorsFile],
        validationFiles: [SafetensorsFile] = [], labels: [String]? = nil, featureVersion: String = "",
        dataDigests: [String: String] = [:], dataset: String? = nil, command: String = ""
    ) throws {
        self.architecture = architecture
        self.options = options
        self.labels = labels
        self.featureVersion = featureVersion
        self.command = command
        let graph = try Graph(architecture)
        try options.check(graph)
        objective = try Objective(options, graph)
        guard options.pairs != true else {
            throw NeuralNetworkError(.invalidOptions, "examples in files are no pairs", place: "pairs")
        }
        if let labels {
            guard labels.count == graph.labelCount, Set(labels).count == labels.count else {
                throw NeuralNetworkError(
                    .mismatch,
                    "there are \(Set(labels).count) different labels and the output is \(graph.outputShape)"
                        + (objective.hasHeads ? ", with \(graph.labelCount) names" : ""),
                    place: "labels")
            }
        }
        let held = validationFiles.isEmpty ? files.filter(\.isForValidation) : validationFiles
        let fitting = validationFiles.isEmpty ? files.filter { !$0.isForValidation } : files
        let shapes = objective.targetShapes
        training = try FileExamples(files: fitting, network: architecture.inputs, shapes: shapes)
        validation =
            held.isEmpty ? nil : try FileExamples(files: held, network: architecture.inputs, shapes: shapes)
        self.files = TrainingFiles(training: fitting, validation: held)
        self.dataDigests = try self.files.digests(expected: dataDigests, dataset: dataset)

        let groups = try training.groups()
        let heldGroups = try validation?.groups()
        isGrouped = (validation == nil ? groups : heldGroups) != nil
        if let validation {
            (fitted, self.held) = (
                Array(0..<training.count),
                try HeldExamples(
                    Array(0..<validation.count), of: validation, groups: heldGroups, options: options, network: graph)
            )
        } else {
            let division = try options.split(training.count, groups: groups)
            fitted = division.training
            self.held =
                try division.held.isEmpty
                ? nil
                : HeldExamples(division.held, of: training, groups: groups, options: options, network: graph)
        }
        try Self.checkGroups(groups, heldGroups)
        if let method = options.calibration, self.held?.calibrating.isEmpty ?? true {
            throw NeuralNetworkError(
                .invalidOptions,
                "\(method.rawValue) calibration cannot be made: \(self.held?.reason ?? "no examples are held out"); leave "
                    + "it out, or hold out more examples", place: "calibration")
        }
        if !fitted.isEmpty { try options.checkShards(graph, examples: fitted.count) }
        try checkExamples(graph)
    }

    /// Throws where an example cannot be used as it is meant, or none of a side has a target.
    private func checkExamples(_ network: Graph) throws {
        let hasTarget = try training.check(network, objective)
        let isJudgeable = try validation?.check(network, objective) ?? hasTarget
        guard fitted.isEmpty || fitted.contains(where: { hasTarget[$0] }) else {
            throw NeuralNetworkError(
                .mismatch, "no example has a target: all are missing (not a number)", place: "targets")
        }
        try checkHeads(network)
        guard held?.choosing.contains(where: { isJudgeable[$0] }) ?? true else {
            throw NeuralNetworkError(
                .mismatch, "there are no examples to validate on: the targets of all are missing (not a number)",
                place: "validation")
        }
    }

    /// Throws where a head would learn nothing: it has no target in any example that trains.
    private func checkHeads(_ network: Graph) throws {
        guard objective.parts.count > 1 else { return }
        var left = objective.parts
        let target = FloatBuffer(count: objective.targetCount)
        for index in fitted where !left.isEmpty {
            try training.fillTarget(index, into: target.buffer, inputCount: network.inputCount)
            left.removeAll { part in
                (part.targetOffset..<part.targetOffset + part.targetCount).contains { !target.base[$0].isNaN }
            }
        }
        guard let part = left.first, !fitted.isEmpty else { return }
        throw NeuralNetworkError(
            .mismatch, "no example has a target of the head \(part.output.name ?? ""): all are missing (not a number)",
            place: "targets")
    }

    /// Trains and packs the network, calibrated where its outputs are probabilities and the examples can carry it.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let (network, report) = try train(fitted, seed: options.seed, in: session)
        return try pack(network, report, session)
    }

    /// Trains a network on some of the examples; those that are held out choose the epoch.
    func train(
        _ indices: [Int], seed: UInt64, in session: TrainingSession
    ) throws -> (network: Network, report: TrainingReport) {
        let network = try Network(architecture, seed: seed)
        var running = options
        (running.workers, running.seed) = (session.workers, seed)
        let source: any ExampleSource =
            indices.count == training.count ? training : ChosenExamples(source: training, indices: indices)
        let others = validation ?? training
        let report = try Trainer(network, options: running).fit(
            source, validation: held.map { ChosenExamples(source: others, indices: $0.choosing) },
            in: files.watching(session))
        return (network, report)
    }

    /// Calibrates, measures and packs a network, or the mean of several.
    func pack(_ network: Network, _ report: TrainingReport, _ session: TrainingSession) throws -> ModelPackage {
        let others = validation ?? training
        var metrics = ["training.examples": Double(fitted.count), "best-epoch": Double(report.bestEpoch)]
        var (calibrations, open) = ([String: Calibration](), [String]())
        if let held {
            let model = try InferenceModel(network)
            func outputs(_ indices: [Int]) throws -> (outputs: [Float], targets: [Float]) {
                try model.evaluate(
                    others, indices: indices, targetCount: objective.targetCount, workers: session.workers)
            }
            if !held.calibrating.isEmpty {
                let (logits, targets) = try outputs(held.calibrating)
                for part in objective.parts where held.calibrated.contains(part.output.name ?? "") {
                    let own = objective.slices(of: part, outputs: logits, targets: targets)
                    let calibration = Calibration(
                        fitting: own.outputs, targets: own.targets, of: part,
                        method: options.calibration ?? .temperature)
                    if calibration.isOpen {
                        open.append(part.output.name ?? "")
                    } else {
                        calibrations[part.output.name ?? ""] = calibration
                    }
                }
                metrics["choosing.examples"] = Double(held.choosing.count)
                metrics["calibration.examples"] = Double(held.calibrating.count)
            }
            let judging = held.judging.isEmpty ? held.choosing : held.judging
            let (logits, targets) = try outputs(judging)
            var figures = try EvaluationMetrics(
                objective, outputs: logits, targets: targets, calibrations: calibrations
            ).figures
            // The epoch was chosen by these examples, and so by how well they fit its probabilities.
            if held.judging.isEmpty { figures = figures.filter { !$0.key.hasSuffix("calibration-error") } }
            for (name, value) in figures { metrics["validation.\(name)"] = value }
            metrics["validation.examples"] = Double(judging.count)
        }
        try files.checkDigests()
        // Threads leave no trace.
        var recorded = options
        recorded.workers = 1
        var package = ModelPackage(
            network, featureVersion: featureVersion, labels: labels ?? network.graph.defaultLabels,
            calibration: calibrations.removeValue(forKey: "") ?? Calibration(),
            lineage: Lineage(
                data: dataDigests, split: split(open: open), command: command, seed: options.seed,
                options: recorded, metrics: metrics, curve: report.curve))
        package.calibrations = calibrations
        return package
    }

    private func split(open heads: [String]) -> String {
        guard let held else { return "\(fitted.count) examples train, none validate: the last epoch is kept" }
        let count = held.choosing.count + held.calibrating.count + held.judging.count
        let drawn = validation == nil ? ", drawn by the seed\(isGrouped ? " in whole groups" : "")" : ""
        let train = "\(fitted.count) examples train"
        if held.calibrating.isEmpty {
            return "\(train); \(count) others\(drawn), choose the epoch and give the validation figures; nothing is "
                + "calibrated: \(held.reason ?? "")"
        }
        var open = ""
        if heads == [""] {
            open = ", which left the temperature open: nothing is calibrated"
        } else if !heads.isEmpty {
            open = ", which left the temperature of \(heads.joined(separator: ", ")) open: it is not calibrated"
        }
        for (name, reason) in held.lacking.sorted(by: { $0.key < $1.key }) {
            open += "; \(name) is not calibrated: \(reason)"
        }
        return "\(train); of \(count) others\(drawn), \(held.choosing.count) choose the epoch, "
            + "\(held.calibrating.count) calibrate\(open), and \(held.judging.count) give the validation figures, divided by the "
            + "seed\(isGrouped ? " in whole groups" : "")"
    }

    /// Throws where examples of one group both train and validate.
    private static func checkGroups(_ training: [Int64]?, _ validation: [Int64]?) throws(NeuralNetworkError) {
        guard let training, let validation else { return }
        let shared = Set(training).intersection(validation)
        guard let first = shared.min() else { return }
        throw NeuralNetworkError(
            .mismatch,
            "\(shared.count) groups, such as \(first), have examples that train and others that validate, which are not "
                + "independent of them: put each group on one side", place: "groups")
    }
}

extension SafetensorsFile {
    /// Whether the file's metadata set its examples aside for validation.
    public var isForValidation: Bool { metadata["split"] == "validation" }
}
