import Clinical
import Commands
import Foundation

/// The files that phenotypes are compared with, from a command's options.
enum PhenotypeFiles {
    /// Reads and joins them, and says what is not used as they have it.
    static func knowledge(_ command: ParsedCommand) throws -> PhenotypeKnowledge {
        let ontology = try Ontology(obo: path(command, "ontology", ["hp.obo"]))
        let annotations = try DiseaseAnnotations(
            hpoa: path(command, "annotations", ["phenotype.hpoa"]), ontology: ontology)
        let genes = try GeneDiseases(
            path: path(
                command, "gene-diseases", ["gene_disease.tsv", "genes_to_disease.txt", "genes_to_phenotype.txt"]))
        let knowledge = try PhenotypeKnowledge(ontology: ontology, annotations: annotations, genes: genes)
        for remark in knowledge.remarks { Remark.say(remark) }
        return knowledge
    }

    /// A model of a file, or the suite's.
    static func model(_ command: ParsedCommand) throws -> PhenotypeModel {
        guard let path = command.value("model") else { return try PhenotypeModel.bundled() }
        do {
            return try PhenotypeModel(decoding: Array(try Files.read(path)))
        } catch {
            throw ControlError("--model: \(path) cannot be used: \(error)")
        }
    }

    private static func path(_ command: ParsedCommand, _ option: String, _ names: [String]) throws -> String {
        if let path = command.value(option) { return path }
        let folder = command.value("knowledge") ?? standardFolder
        for name in names.flatMap({ [$0, $0 + ".gz"] }) {
            let path = "\(folder)/\(name)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw StartError(
            .usage,
            "\(folder) has no \(names.joined(separator: " or ")) (.gz); name the folder with --knowledge or the file with --\(option)"
        )
    }

    private static var standardFolder: String {
        (ProcessInfo.processInfo.environment["HELICASE_DATA"] ?? "../shared/data") + "/clinical/phenotype"
    }
}
