import Commands
import Drugs
import Foundation
import MoleculeDesign
import NeuralNetwork
import Observability

/// `helicase design molecules`: new molecules for a target.
struct DesignMolecules {
    private let command: ParsedCommand
    private let protein: Protein
    private let constraints: DesignConstraints
    private let options: MoleculeDesigner.Options
    private let drawn: Int
    private let output: String

    private static let files = ["molecules.tsv", "molecules.smi", "index.html"]

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(Self.files, in: output, force: command.flag("force"))
        constraints = try Self.constraints(command)
        var options = MoleculeDesigner.Options()
        options.count = try command.integer("count", in: 1...100_000) ?? options.count
        options.steps = try command.integer("steps", in: 1...100_000) ?? options.steps
        options.seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
        options.workers = try MoleculeOptions.workers(command)
        self.options = options
        drawn = try command.integer("drawn", in: 0...100_000) ?? 200
        do { protein = try Protein.read(fasta: command.value("target") ?? "") } catch {
            throw StartError(.usage, "--target: \(ErrorText.sentence(error))")
        }
    }

    private static func constraints(_ command: ParsedCommand) throws -> DesignConstraints {
        func number(_ name: String, _ range: ClosedRange<Double>, _ other: Double) throws -> Double {
            try MoleculeOptions.number(command, name, in: range) ?? other
        }
        func range(_ name: String, _ range: ClosedRange<Double>, _ other: ClosedRange<Double>) throws
            -> ClosedRange<Double>
        {
            let least = try number("min-\(name)", range, other.lowerBound)
            let most = try number("max-\(name)", range, other.upperBound)
            guard least <= most else {
                throw StartError(.usage, "--min-\(name): \(least) is above --max-\(name), \(most)")
            }
            return least...most
        }
        var constraints = DesignConstraints()
        constraints.leastDrugLikeness = try number("min-qed", 0...1, constraints.leastDrugLikeness)
        constraints.mostAccessibility = try number("max-sa", 1...10, constraints.mostAccessibility)
        constraints.weight = try range("weight", 0...2000, constraints.weight)
        constraints.logP = try range("logp", -20...20, constraints.logP)
        constraints.leastSolubility = try number("min-solubility", -20...5, constraints.leastSolubility)
        constraints.mostOfScaffold =
            try command.integer("scaffold-limit", in: 1...100_000) ?? constraints.mostOfScaffold
        if let smarts = command.value("scaffold") {
            do { constraints.scaffold = try Substructure(smarts: smarts) } catch {
                throw StartError(.usage, "--scaffold: \(error)")
            }
        }
        if let smiles = command.value("like") {
            do { constraints.like = (try Molecule(smiles: smiles), try number("min-similarity", 0...1, 0.4)) } catch let
                error as MoleculeError
            {
                throw StartError(.usage, "--like: \(error)")
            }
        } else if command.value("min-similarity") != nil {
            throw StartError(.usage, "--min-similarity: to what? Name a molecule by --like")
        }
        return constraints
    }

    func run() throws {
        let affinity: AffinityModel = try model("affinity-model", AffinityTask().bundled.names, AffinityModel.bundled) {
            try AffinityModel(ModelPackage(decoding: $0))
        }
        let language: MoleculeLanguage = try model(
            "language", MoleculeLanguage.bundledNames, MoleculeLanguage.bundled
        ) { try MoleculeLanguage(decoding: $0) }
        guard let common = try MoleculeLanguage.bundled("molecules-moses") else {
            throw ControlError("the model molecules-moses is missing from the program's files")
        }
        let encoded = affinity.encode(protein)
        if !encoded.isKnown {
            Remark.say(
                "\(affinity.name) was not fitted to \(protein.name): its intervals are those of new proteins; the nearest sequence of its "
                    + "training shares \(String(format: "%.2f", encoded.similarity)) of the words")
        }
        let (new, old) = (common.known, language.known)
        let assessor = try DesignAssessor(
            model: affinity, protein: encoded, constraints: constraints,
            known: { new.contains($0) || old.contains($0) }, filters: StructureFilters(),
            assessor: PropertyAssessor(common.fragments), solubility: PropertyModel.bundled("admet-esol"))
        let seeds = affinity.knownDrugs + (constraints.like.map { [$0.molecule.smiles] } ?? [])
        let designer = MoleculeDesigner(language: language, assessor: assessor, seeds: seeds, options: options)
        let meter = ProgressMeter("designing", unit: "steps")
        let result = try designer.run { step in
            meter.set(total: step.steps)
            meter.show(
                "step \(step.step) of \(step.steps): \(step.found) found, \(step.above) above the goal, "
                    + String(format: "%.0f %% valid, reward %.2f", 100 * step.valid, step.reward))
        }
        meter.finish()
        try write(result, assessor, affinity, encoded, language, seeds)
    }

    private func write(
        _ result: MoleculeDesigner.Result, _ assessor: DesignAssessor, _ affinity: AffinityModel,
        _ encoded: AffinityModel.EncodedProtein, _ language: MoleculeLanguage, _ seeds: [String]
    ) throws {
        let properties = try PropertyTask().bundled.names.compactMap { try PropertyModel.bundled($0) }
        let known = KnownBinders(seeds + language.examples, workers: options.workers)
        let rows = try DesignReport.rows(
            result.proposals, known: known, properties: properties, drawn: drawn, workers: options.workers)
        let report = DesignReport(
            rows,
            request: .init(
                target: (protein.name, protein.sequence.utf8.count),
                protein: (encoded.similarity, encoded.isKnown), affinityModel: affinity.name, language: language.name,
                properties: properties.map(\.name), constraints: constraints, seed: options.seed),
            goal: assessor.goal, measuredGoal: assessor.measuredGoal, result: result)
        try Files.makeFolder(output)
        try Files.write(report.table, to: "\(output)/molecules.tsv")
        try Files.write(report.smiles, to: "\(output)/molecules.smi")
        try Files.write(report.page(drawn: drawn), to: "\(output)/index.html")
        print(
            "\(Count.of(result.sampled, "text")) sampled, \(result.valid) molecules, \(result.found) new within all constraints"
        )
        print(
            "\(Count.of(rows.count, "proposal")) in \(output), \(report.above) above the goal of "
                + String(format: "%.2f", assessor.goal)
                + ", which 99 of 100 drugs of \(affinity.name) do not reach when predicted by their fragments alone; "
                + "\(rows.count { $0.assessed.affinity.value > assessor.measuredGoal }) above "
                + String(format: "%.2f", assessor.measuredGoal) + ", the same with what was measured of them")
        print("nothing was made or tested in a laboratory")
        guard rows.count == options.count else {
            throw ControlError(
                "only \(rows.count) of \(options.count) molecules were found within all constraints; add --steps, or loosen them "
                    + "(index.html says what others lacked)")
        }
    }

    private func model<Model>(
        _ option: String, _ names: [String], _ bundled: (String) throws -> Model?, _ decode: ([UInt8]) throws -> Model
    ) throws -> Model {
        try DrugModelFile.model(command, option: option, of: names, bundled: bundled, decode: decode)
    }
}
