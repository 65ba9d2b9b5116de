import Commands
import Drugs
import Foundation
import Genomics
import Hashing
import Observability

/// `helicase predict property`: a property of the molecules of a table.
struct PredictProperty {
    private let command: ParsedCommand
    private let input: String
    private let output: String

    init(_ command: ParsedCommand) throws {
        self.command = command
        input = command.value("input") ?? ""
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
    }

    func run() throws {
        let model = try DrugModelFile.model(
            command, of: PropertyModel.bundledNames, bundled: PropertyModel.bundled,
            decode: PropertyModel.init(decoding:))
        let table = try TableFile(path: input)
        let place = try table.place(of: "smiles")
        let rows = try PredictionRows(path: output, input: input, further: ["similarity"])
        let progress = ProgressMeter("scoring", total: table.totalBytes.map(Int.init), unit: "bytes")
        while let record = try table.next() {
            do {
                if let flaw = table.flaw(of: record) { throw MoleculeError(flaw) }
                let prediction = try model.predict(Molecule(smiles: record.fields[place]))
                try rows.write(
                    prediction.value, prediction.interval, further: [PredictionRows.number(prediction.similarity)])
            } catch let error as MoleculeError {
                try rows.refuse(line: record.line, error.description)
            }
            progress.set(Int(table.bytesRead))
        }
        progress.finish()
        try rows.finish(output)
    }
}

/// `helicase train property`: fits a model to a table.
struct TrainProperty {
    private let command: ParsedCommand
    private let options: PropertyTraining.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = PropertyTraining.Options()
        options.folds = try command.integer("folds", in: 2...100) ?? options.folds
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        self.options = options
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() throws {
        let (data, name, output) = (
            command.value("data") ?? "", command.value("name") ?? "", command.value("output") ?? ""
        )
        let records = try PropertyRecords(path: data)
        for problem in records.problems { Remark.say("\(data), line \(problem.line) is left out: \(problem.reason)") }
        let file = URL(fileURLWithPath: data).lastPathComponent
        let training = try PropertyTraining(
            name: name, records: records, options: options,
            digests: [file: try SHA256Digest.hexadecimal(ofFile: data)],
            command: "helicase train property --name \(name) --data \(file) --folds \(options.folds) "
                + "--seed \(options.seed)")
        let meter = ProgressMeter("fitting", unit: "fits")
        let model = try training.fit { step, steps in
            meter.set(total: steps)
            meter.set(step)
        }
        meter.finish()
        try Files.write(Data(model.encode()), to: output)
        DrugLineage.show(model.lineage, output)
    }
}
