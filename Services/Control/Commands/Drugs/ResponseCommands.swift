import Commands
import Drugs
import Foundation
import Genomics
import Hashing
import Observability

/// `helicase predict response`: how cell lines respond to drugs.
struct PredictResponse {
    private let command: ParsedCommand
    private let output: String

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
    }

    func run() throws {
        for name in ["drugs", "genomics", "expression", "pairs"] where command.value(name) == nil {
            throw StartError(
                .usage,
                "--\(name) is missing: pairs take --drugs, --genomics, --expression and --pairs; one profile --profile")
        }
        let model = try DrugModelFile.model(
            command, of: ResponseModel.bundledNames, bundled: ResponseModel.bundled,
            decode: ResponseModel.init(decoding:))
        let cells = try CellProfiles(
            genomics: command.value("genomics") ?? "", expression: command.value("expression") ?? "",
            features: model.features, genes: model.genes)
        let drugs = try drugs()
        let path = command.value("pairs") ?? ""
        let table = try TableFile(path: path)
        let (line, drug) = (try table.place(of: "cosmic_id"), try table.place(of: "drug_id"))
        let rows = try PredictionRows(path: output, input: path, further: ["drug_mean", "expression", "far"])
        let progress = ProgressMeter("scoring", total: table.totalBytes.map(Int.init), unit: "bytes")
        var encoded: [String: (profile: ResponseModel.EncodedProfile, words: [String])] = [:]
        while let record = try table.next() {
            do {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                let (key, name) = (record.fields[line], record.fields[drug])
                guard drugs.contains(name) else { throw DrugError("there is no drug of the drug_id \"\(name)\"") }
                var own = encoded[key]
                if own == nil {
                    let profile = try cells.profile(key)
                    let read = model.encode(profile)
                    let isFar = !model.objections(to: read).isEmpty
                    own = (read, [profile.expression != nil, isFar].map { $0 ? "yes" : "no" })
                    encoded[key] = own
                }
                guard let own else { continue }
                let prediction = try model.predict(own.profile, drug: name)
                try rows.write(
                    prediction.value, prediction.interval,
                    further: [PredictionRows.number(prediction.drugMean)] + own.words)
            } catch let error as DrugError {
                try rows.refuse(line: record.line, error.description)
            }
            progress.set(Int(table.bytesRead))
        }
        progress.finish()
        try rows.finish(output)
    }

    private func drugs() throws -> Set<String> {
        let table = try TableFile(path: command.value("drugs") ?? "")
        let place = try table.place(of: "drug_id")
        var drugs = Set<String>()
        while let record = try table.next() {
            if place < record.fields.count { drugs.insert(record.fields[place]) }
        }
        return drugs
    }
}

/// `helicase train response`: fits a model to tables.
struct TrainResponse {
    private let command: ParsedCommand
    private let seed: UInt64

    init(_ command: ParsedCommand) throws {
        self.command = command
        seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? 1
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() throws {
        let (name, output) = (command.value("name") ?? "", command.value("output") ?? "")
        let names = ["genomics", "expression", "pairs"] + (command.value("drugs") == nil ? [] : ["drugs"])
        let paths = names.map { command.value($0) ?? "" }
        let catalog = try command.value("drugs").map { try DrugCatalog(path: $0) } ?? DrugCatalog([])
        var digests: [String: String] = [:]
        for path in paths {
            digests[URL(fileURLWithPath: path).lastPathComponent] = try SHA256Digest.hexadecimal(ofFile: path)
        }
        let files = paths.map { URL(fileURLWithPath: $0).lastPathComponent }
        let training = try ResponseTraining(
            name: name, cells: CellProfiles(genomics: paths[0], expression: paths[1]), responses: paths[2],
            catalog: catalog, seed: seed, digests: digests,
            command: "helicase train response --name \(name) "
                + zip(names, files).map { "--\($0) \($1) " }.joined() + "--seed \(seed)")
        for problem in training.problems.prefix(20) {
            Remark.say("\(paths[2]), line \(problem.line) is left out: \(problem.reason)")
        }
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
