/// A training of any architecture on any examples, from its documents to a model package.
public struct NetworkTraining: PreparedTraining {
    /// The network.
    public var architecture: Architecture
    /// How it is trained; `seed` is also that of the initial weights.
    public var options: TrainingOptions
    /// The examples.
    public var training: FileExamples
    /// Examples to validate and calibrate on; without them, `options.validationShare` of the others.
    public var validation: FileExamples?
    /// Names of the outputs; their numbers where there are none.
    public var labels: [String]?
    /// The definition of the inputs.
    public var featureVersion: String
    /// Where the data come from, for the lineage.
    public var dataDigests: [String: String]
    /// What was typed, for the lineage.
    public var command: String

    /// Describes a training on files of the tensors `inputs` and `targets`.
    ///
    /// Without files to validate on, those whose metadata say `split: validation` are.
    public init(
        architecture: Architecture, options: TrainingOptions, files: [SafetensorsFile],
        validationFiles: [SafetensorsFile] = [], labels: [String]? = nil, featureVersion: String = "",
        dataDigests: [String: String] = [:], command: String = ""
    ) throws {
        self.architecture = architecture
        self.options = options
        let held = validationFiles.isEmpty ? files.filter(\.isForValidation) : validationFiles
        training = try FileExamples(files: validationFiles.isEmpty ? files.filter { !$0.isForValidation } : files)
        validation = held.isEmpty ? nil : try FileExamples(files: held)
        let outputs = try architecture.outputShape()
        guard labels == nil || [labels?.count] == outputs else {
            throw NeuralNetworkError(
                .mismatch, "there are \(labels?.count ?? 0) labels and the output is \(outputs)", place: "labels")
        }
        self.labels = labels
        self.featureVersion = featureVersion
        self.dataDigests = dataDigests
        self.command = command
    }

    /// Trains and packs the network, calibrated where its outputs are probabilities.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let network = try Network(architecture, seed: options.seed)
        var running = options
        running.workers = session.workers
        let report = try Trainer(network, options: running).fit(training, validation: validation, in: session)
        let width = network.outputShape.reduce(1, *)
        var metrics = ["training.examples": Double(training.count), "best-epoch": Double(report.bestEpoch)]
        var calibration = Calibration()
        let method = options.calibration ?? .temperature
        let held = validation == nil ? report.validationIndices : nil
        if let source = validation ?? (report.validationIndices.isEmpty ? nil : training) {
            let (outputs, targets) = try InferenceModel(network).evaluate(
                source, indices: held, targetCount: options.loss.targetCount(outputs: width), workers: session.workers)
            switch options.loss.task {
            case .classes:
                calibration = Calibration(
                    fitting: outputs, labels: targets.map { Int($0) }, classes: width, method: method)
            case .labels: calibration = Calibration(fitting: outputs, targets: targets, width: width, method: method)
            case .regression: break
            }
            let figures = try EvaluationMetrics(
                options.loss, outputs: outputs, targets: targets, width: width, calibration: calibration
            ).figures
            for (name, value) in figures { metrics["validation.\(name)"] = value }
            metrics["validation.examples"] = Double(held?.count ?? source.count)
        }
        // Threads leave no trace.
        var recorded = options
        recorded.workers = 1
        return ModelPackage(
            network, featureVersion: featureVersion, labels: labels ?? (0..<width).map(String.init),
            calibration: calibration,
            lineage: Lineage(
                data: dataDigests, split: split, command: command, seed: options.seed, options: recorded,
                metrics: metrics, curve: report.curve))
    }

    private var split: String {
        if let validation {
            return "\(training.count) examples train, \(validation.count) others validate and calibrate"
        }
        if options.validationShare == 0 { return "\(training.count) examples train, none validate" }
        return "\(options.validationShare) of \(training.count) examples, drawn by the seed, validate and calibrate"
    }
}

extension SafetensorsFile {
    /// Whether the file's metadata set its examples aside for validation.
    public var isForValidation: Bool { metadata["split"] == "validation" }
}
