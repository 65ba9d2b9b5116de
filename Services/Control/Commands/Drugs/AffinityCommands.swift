import Commands
import Drugs
import Foundation
import Genomics
import Hashing
import Observability

/// `helicase predict affinity`: how strongly drugs bind proteins.
struct PredictAffinity {
    private let command: ParsedCommand
    private let output: String

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
    }

    func run() throws {
        let model = try DrugModelFile.model(
            command, of: AffinityModel.bundledNames, bundled: AffinityModel.bundled,
            decode: AffinityModel.init(decoding:))
        let tables = try AffinityTables(drugs: command.value("drugs") ?? "", proteins: command.value("proteins") ?? "")
        let path = command.value("pairs") ?? ""
        let table = try TableFile(path: path)
        let (drug, protein) = (try table.place(of: "drug"), try table.place(of: "protein"))
        let rows = try PredictionRows(
            path: output, input: path, further: ["drug_similarity", "protein_similarity"])
        let progress = ProgressMeter("scoring", total: table.totalBytes.map(Int.init), unit: "bytes")
        var encoded = Encoded(model: model, tables: tables)
        while let record = try table.next() {
            do throws(DrugError) {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                let (left, right) = try encoded.pair(record.fields[drug], record.fields[protein])
                let prediction = model.predict(left, right)
                let similarities = [left.similarity, right.similarity].map(PredictionRows.number)
                do { try rows.write(prediction.value, prediction.interval, further: similarities) } catch {
                    throw DrugError("\(error)")
                }
            } catch {
                try rows.refuse(line: record.line, error.description)
            }
            progress.set(Int(table.bytesRead))
        }
        progress.finish()
        try rows.finish(output)
    }

    /// Each drug and each protein is encoded once, when a pair first names it.
    private struct Encoded {
        let model: AffinityModel
        let tables: AffinityTables
        private var drugs: [String: AffinityModel.EncodedDrug] = [:]
        private var proteins: [String: AffinityModel.EncodedProtein] = [:]

        init(model: AffinityModel, tables: AffinityTables) { (self.model, self.tables) = (model, tables) }

        mutating func pair(
            _ drug: String, _ protein: String
        ) throws(DrugError) -> (AffinityModel.EncodedDrug, AffinityModel.EncodedProtein) {
            if let left = drugs[drug], let right = proteins[protein] { return (left, right) }
            let pair = try tables.pair(drug: drug, protein: protein)
            var left = drugs[drug]
            if left == nil {
                do { left = try model.encode(pair.drug.molecule) } catch { throw DrugError(error.description) }
            }
            let right = proteins[protein] ?? model.encode(pair.protein)
            (drugs[drug], proteins[protein]) = (left, right)
            guard let left else { throw DrugError("the drug cannot be encoded") }
            return (left, right)
        }
    }
}

/// `helicase train affinity`: fits a model to tables.
struct TrainAffinity {
    private let command: ParsedCommand
    private let options: AffinityTraining.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = AffinityTraining.Options()
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        self.options = options
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() throws {
        let (name, output) = (command.value("name") ?? "", command.value("output") ?? "")
        let paths = ["drugs", "proteins", "pairs"].map { command.value($0) ?? "" }
        let records = try AffinityRecords(
            tables: AffinityTables(drugs: paths[0], proteins: paths[1]), pairs: paths[2])
        for problem in records.problems.prefix(20) {
            Remark.say("\(paths[2]), line \(problem.line) is left out: \(problem.reason)")
        }
        var digests: [String: String] = [:]
        for path in paths {
            digests[URL(fileURLWithPath: path).lastPathComponent] = try SHA256Digest.hexadecimal(ofFile: path)
        }
        let files = paths.map { URL(fileURLWithPath: $0).lastPathComponent }
        let training = try AffinityTraining(
            name: name, records: records, options: options, digests: digests,
            command: "helicase train affinity --name \(name) --drugs \(files[0]) --proteins \(files[1]) "
                + "--pairs \(files[2]) --seed \(options.seed)")
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
