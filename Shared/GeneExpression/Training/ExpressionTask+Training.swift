import NeuralNetwork
import Tasks

extension ExpressionTask: TableTrainedTask {
    /// The tables of the model's kind, as they lie below a folder laid out as the suite's; the measured records are in the last one.
    public func trainingTables(of model: String) throws(TaskError) -> [String] {
        guard let kind = ExpressionKind(modelName: model) else {
            throw TaskError(
                "there is no model \(model) of expression; there are "
                    + ExpressionKind.allCases.map(\.modelName).joined(separator: ", "))
        }
        return ExpressionDataSet.paths(kind)
    }

    /// An ``ExpressionTraining`` with its usual settings.
    public func training(
        _ settings: TaskTraining, model: String, tables: [String: String]
    ) throws -> any TableTraining {
        let names = try trainingTables(of: model)
        guard let kind = ExpressionKind(modelName: model), let last = names.last, let table = tables[last],
            table.hasSuffix("/\(last)")
        else { throw TaskError("the tables of \(model) lie as the suite's do: \(names.joined(separator: ", "))") }
        let folder = String(table.dropLast(last.count + 1))
        for name in names where tables[name] != "\(folder)/\(name)" {
            throw TaskError("\(name) is not in the folder of \(table), as the tables of \(model) are")
        }
        var options = ExpressionTraining.Options()
        options.seed = settings.seed
        return try ExpressionTraining(kind, folder: folder, options: options, command: settings.command)
    }
}

extension ExpressionTraining: TableTraining {
    /// How many records there are of which nothing is known or that cannot be read, in a sentence.
    public var leftOut: [String] {
        countOfLeftOut > 0 ? ["\(countOfLeftOut) records that have no value or cannot be read"] : []
    }
}
