import NeuralNetwork
import Tasks

extension PropertyTask: TableTrainedTask {
    /// One table: `smiles` and `value`.
    public func trainingTables(of model: String) -> [String] { ["data"] }

    /// A ``PropertyTraining``.
    public func training(
        _ settings: TaskTraining, model: String, tables: [String: String]
    ) throws -> any TableTraining {
        let path = tables["data"] ?? ""
        return try DrugOptions.opened {
            let records = try PropertyRecords(path: path)
            var options = PropertyTraining.Options()
            options.seed = settings.seed
            let training = try PropertyTraining(
                name: model, records: records, options: options, digests: settings.dataDigests,
                command: settings.command)
            return FittedTraining(records.problems.map { ($0.line, $0.reason) }, of: path) {
                try training.fit(progress: $0).package()
            }
        }
    }
}

extension AffinityTask: TableTrainedTask {
    /// Drugs, proteins, and the measured pairs with `affinity`, and `fold` where folds are given.
    public func trainingTables(of model: String) -> [String] { companions + ["pairs"] }
    /// The same three of another set, which the model begins with.
    public var optionalTables: [String] { (companions + ["pairs"]).map { "earlier-\($0)" } }

    /// An ``AffinityTraining``.
    public func training(
        _ settings: TaskTraining, model: String, tables: [String: String]
    ) throws -> any TableTraining {
        let path = tables["pairs"] ?? ""
        return try DrugOptions.opened {
            let records = try AffinityRecords(
                tables: AffinityTables(drugs: tables["drugs"] ?? "", proteins: tables["proteins"] ?? ""), pairs: path)
            let before = optionalTables.compactMap { tables[$0] }
            guard before.isEmpty || before.count == optionalTables.count else {
                throw DrugError("an earlier set is all three of \(optionalTables.joined(separator: ", "))")
            }
            let earlier =
                before.isEmpty
                ? nil
                : try AffinityRecords(tables: AffinityTables(drugs: before[0], proteins: before[1]), pairs: before[2])
            var options = AffinityTraining.Options()
            options.seed = settings.seed
            let training = try AffinityTraining(
                name: model, records: records, earlier: earlier, options: options, digests: settings.dataDigests,
                command: settings.command)
            let problems = [(path, records)] + (earlier.map { [(before[2], $0)] } ?? [])
            return FittedTraining(
                problems.flatMap { path, records in
                    records.problems.map { "\(path), line \($0.line): \($0.reason)" }
                }
            ) {
                try training.fit(progress: $0).package()
            }
        }
    }
}

extension ResponseTask: TableTrainedTask {
    /// Mutations, copy numbers and tissue; expression; and the measured pairs with `ln_ic50`, and `fold_cell` where folds are given.
    public func trainingTables(of model: String) -> [String] { ["genomics", "expression", "pairs"] }
    /// What the drugs are called and directed at.
    public var optionalTables: [String] { ["drugs"] }

    /// A ``ResponseTraining``.
    public func training(
        _ settings: TaskTraining, model: String, tables: [String: String]
    ) throws -> any TableTraining {
        let path = tables["pairs"] ?? ""
        return try DrugOptions.opened {
            let cells = try CellProfiles(
                genomics: tables["genomics"] ?? "", expression: tables["expression"] ?? "")
            let training = try ResponseTraining(
                name: model, cells: cells, responses: path,
                catalog: tables["drugs"].map { try DrugCatalog(path: $0) } ?? DrugCatalog([]), seed: settings.seed,
                digests: settings.dataDigests,
                command: settings.command)
            return FittedTraining(training.problems, of: path) {
                try training.fit(progress: $0).package()
            }
        }
    }
}

/// A fit of a kernel model as the commands and the service run it.
private struct FittedTraining: TableTraining {
    let leftOut: [String]
    let body: @Sendable (_ progress: (_ step: Int, _ steps: Int) throws -> Void) throws -> ModelPackage

    init(
        _ problems: [(line: Int, reason: String)], of path: String,
        _ body: @escaping @Sendable ((_ step: Int, _ steps: Int) throws -> Void) throws -> ModelPackage
    ) {
        self.init(problems.map { "\(path), line \($0.line): \($0.reason)" }, body)
    }

    init(
        _ leftOut: [String],
        _ body: @escaping @Sendable ((_ step: Int, _ steps: Int) throws -> Void) throws -> ModelPackage
    ) {
        (self.leftOut, self.body) = (leftOut, body)
    }

    func fit(_ session: TrainingSession) throws -> ModelPackage {
        // What the callback throws ends the training as what it is.
        var stopped: (any Error)?
        do {
            return try body { step, steps in
                do { try session.fitted?(step, steps) } catch {
                    stopped = error
                    throw error
                }
            }
        } catch {
            if let stopped { throw stopped }
            throw TaskError("\(error)")
        }
    }
}
