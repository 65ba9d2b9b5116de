import Commands
import Drugs
import Foundation
import Genomics
import Hashing
import MoleculeDesign
import Observability

/// `helicase simulate molecules`: new molecules as a language of molecules says them.
struct SimulateMolecules {
    private let command: ParsedCommand
    private let count: Int
    private let seed: UInt64
    private let temperature: Double
    private let workers: Int
    private let output: String

    /// A language that says nothing new is given up after so many texts a molecule that is wanted.
    private static let patience = 50

    init(_ command: ParsedCommand) throws {
        self.command = command
        count = try command.integer("count", in: 1...10_000_000) ?? 0
        seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
        temperature = try MoleculeOptions.number(command, "temperature", in: 0.1...5) ?? 1
        workers = try MoleculeOptions.workers(command)
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
    }

    func run() throws {
        let model = try DrugModelFile.model(
            command, of: MoleculeLanguage.bundledNames, bundled: MoleculeLanguage.bundled,
            decode: MoleculeLanguage.init(decoding:))
        let isRaw = command.flag("raw")
        var sampler = try MoleculeSampler(
            model, filters: StructureFilters(), seed: seed, temperature: temperature, workers: workers)
        let file = try TextOutput(path: output)
        let progress = ProgressMeter("sampling", total: count, unit: "molecules")
        var (rates, written) = (SamplingRates(), 0)
        sampling: while written < count, rates.said < Self.patience * count + 10_000 {
            for said in sampler.round() {
                let isAll = rates.count(said)
                guard isRaw || isAll else { continue }
                try file.write((isRaw ? said.text : said.flat) + "\n")
                written += 1
                if written == count { break sampling }
            }
            progress.set(written)
        }
        progress.finish()
        try file.finish()
        show(rates, model)
        print("\(Count.of(written, isRaw ? "text" : "molecule")) in \(output)")
        guard written == count else {
            throw ControlError(
                "only \(written) of \(count) molecules came of \(rates.said) texts; lower --count, or try --temperature 1"
            )
        }
    }

    private func show(_ rates: SamplingRates, _ model: MoleculeLanguage) {
        func share(_ part: Int, _ whole: Int) -> String { String(format: "%.4f", Double(part) / Double(max(1, whole))) }
        print("\(model.name) said \(Count.of(rates.said, "text")), seed \(seed):")
        print("  valid         \(share(rates.valid, rates.said))  of all")
        print("  unique        \(share(rates.unique, rates.valid))  of the valid")
        print(
            "  novel         \(share(rates.novel, rates.unique))  of the unique, against the \(model.known.count) molecules that it learned from"
        )
        print("  pass filters  \(share(rates.passed, rates.unique))  of the unique")
        if command.flag("raw") {
            print("written are all texts as they were said")
        } else {
            print("written are those that are all of it: each is valid, unique and novel, and passes the filters")
        }
    }
}

/// `helicase train molecules`: learns a language from molecules.
struct TrainMolecules {
    private let command: ParsedCommand
    private let options: LanguageTraining.Options
    private let workers: Int
    private let longest: Int

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = LanguageTraining.Options()
        options.epochs = try command.integer("epochs", in: 1...1000) ?? options.epochs
        options.hidden = try command.integer("hidden", in: 8...4096) ?? options.hidden
        options.layers = try command.integer("layers", in: 1...8) ?? options.layers
        options.spellings = try command.integer("spellings", in: 0...1000) ?? options.spellings
        options.learningRate =
            try MoleculeOptions.number(command, "rate", in: 1e-7...1).map { Float($0) } ?? options.learningRate
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        self.options = options
        longest = try command.integer("longest", in: 8...1000) ?? 100
        workers = try MoleculeOptions.workers(command)
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() throws {
        let (name, output, paths) = (
            command.value("name") ?? "", command.value("output") ?? "", command.values("data")
        )
        var (records, digests) = (MoleculeRecords(), [String: String]())
        for path in paths {
            let before = records.problems.count
            try records.add(path: path, longest: longest, workers: workers)
            digests[URL(fileURLWithPath: path).lastPathComponent] = try SHA256Digest.hexadecimal(ofFile: path)
            for problem in records.problems[before...].prefix(10) {
                Remark.say("\(path), line \(problem.line) is left out: \(problem.reason)")
            }
            let left = records.problems.count - before
            if left > 10 { Remark.say("\(path): \(Count.of(left, "line is", "lines are")) left out in all") }
        }
        let base = try command.value("from").map { name in
            try MoleculeLanguage.bundled(name) ?? MoleculeLanguage(decoding: Array(try Files.read(name)))
        }
        let training = try LanguageTraining(
            name: name, records: records, base: base, options: options, digests: digests, command: words(paths))
        let meter = ProgressMeter("learning", unit: "steps")
        let model = try training.fit(workers: workers) { step in
            meter.set(total: step.steps)
            meter.set(step.step)
        }
        meter.finish()
        try Files.write(Data(model.encode()), to: output)
        print("split: \(model.lineage.split)")
        for (name, value) in model.lineage.metrics.sorted(by: { $0.key < $1.key }) { print("\(name)  \(value)") }
        print("wrote \(output)")
    }

    /// What was typed, with the files' names alone.
    private func words(_ paths: [String]) -> String {
        var words = "helicase train molecules --name \(command.value("name") ?? "")"
        for path in paths { words += " --data \(URL(fileURLWithPath: path).lastPathComponent)" }
        if let from = command.value("from") { words += " --from \(URL(fileURLWithPath: from).lastPathComponent)" }
        for option in ["hidden", "layers", "spellings", "rate", "longest"] {
            if let value = command.value(option) { words += " --\(option) \(value)" }
        }
        return words + " --epochs \(options.epochs) --seed \(options.seed)"
    }
}

/// What options of the commands about molecules have in common.
enum MoleculeOptions {
    /// Threads: as many as there are processors where nothing is said.
    static func workers(_ command: ParsedCommand) throws -> Int {
        try command.integer("workers", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
    }

    /// A number in a range; nil where nothing is said.
    static func number(_ command: ParsedCommand, _ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = command.value(name) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw StartError(
                .usage, "--\(name): \"\(text)\" is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
