import Clinical
import Commands
import Foundation
import Genomics

/// `helicase ancestry` and `helicase kinship`.
enum CohortCommands {
    static func ancestry(_ command: ParsedCommand) throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let components = try command.integer("components", in: 1...100) ?? 6
        let folds = try command.integer("folds", in: 2...100) ?? 5
        let workers = try workers(command)
        let path = command.value("variants") ?? ""
        let labels = try RiskPanel.labels(
            path: command.value("labels") ?? "", column: command.value("label-column") ?? "")
        let cohort = try CohortGenotypes(path: path, callRate: 0.95, frequency: 0.01)
        tell(cohort, path)
        let known = Set(cohort.samples)
        let strangers = labels.keys.count { !known.contains($0) }
        if strangers > 0 { Remark.say("\(Count.of(strangers, "labelled sample")) not in \(path)") }
        let classifier = try AncestryClassifier(
            cohort, labels: labels, components: components, folds: folds, usesRelatives: !command.flag("no-relatives"),
            workers: workers)
        let table = try TextOutput(path: output)
        let column = command.value("label-column") ?? ""
        try table.write((["sample", column] + classifier.populations + ["fold"]).joined(separator: "\t") + "\n")
        for (sample, prediction) in zip(cohort.samples, classifier.predictions) {
            let shares = prediction.probabilities.map { String(format: "%.6f", $0) }
            let fold = prediction.fold.map { "\($0 + 1)" } ?? "."
            try table.write(([sample, prediction.population] + shares + [fold]).joined(separator: "\t") + "\n")
        }
        try table.finish()
        let judged = classifier.predictions.count { $0.fold != nil }
        print(
            "\(Count.of(cohort.samples.count, "sample")) in \(output); of \(judged) labelled ones \(String(format: "%.4f", classifier.accuracy)) "
                + "are told right by \(folds) folds that hold out families; \(Count.of(classifier.relatives, "pair")) of first-degree relatives, "
                + "penalty \(classifier.penalty)")
    }

    static func kinship(_ command: ParsedCommand) throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        guard let minimum = Double(command.value("minimum-kinship") ?? ""), minimum.isFinite else {
            throw StartError(.usage, "--minimum-kinship: no number")
        }
        let path = command.value("variants") ?? ""
        let workers = try workers(command)
        let cohort = try CohortGenotypes(path: path)
        tell(cohort, path)
        guard !cohort.sites.isEmpty else {
            throw ControlError("\(path) has no biallelic autosomal site with a genotype")
        }
        let kinship = Kinship(cohort, minimum: minimum, workers: workers)
        let table = try TextOutput(path: output)
        try table.write("sample1\tsample2\tkinship\tsites\tibs0\n")
        for pair in kinship.pairs {
            let values = [pair.coefficient, pair.oppositeHomozygotes].map { String(format: "%.6f", $0) }
            try table.write(
                "\(cohort.samples[pair.first])\t\(cohort.samples[pair.second])\t\(values[0])\t\(pair.sites)\t\(values[1])\n"
            )
        }
        try table.finish()
        if kinship.undecided > 0 {
            Remark.say(
                "of \(Count.of(kinship.undecided, "pair")) nothing can be said: one of the two is nowhere heterozygous where both are called"
            )
        }
        let all = cohort.samples.count * (cohort.samples.count - 1) / 2
        print(
            "\(kinship.pairs.count) of \(Count.of(all, "pair")) have a kinship of \(minimum) or more at \(Count.of(cohort.sites.count, "site")), in \(output)"
        )
    }

    private static func workers(_ command: ParsedCommand) throws -> Int {
        try command.integer("workers", in: 1...1024) ?? ProcessInfo.processInfo.activeProcessorCount
    }

    private static func tell(_ cohort: CohortGenotypes, _ path: String) {
        let skipped = cohort.skipped
        let parts = [
            (skipped.notAutosomal, "on X, Y or the mitochondrion"),
            (skipped.notBiallelic, "of one allele or of several alternates"),
            (skipped.repeated, "of a site that came before"),
            (skipped.uninformative, "rare, or called in too few samples"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !parts.isEmpty {
            Remark.say(
                "\(path): \(Count.of(cohort.sites.count, "site")) used, passed over \(parts.joined(separator: ", "))")
        }
    }
}
