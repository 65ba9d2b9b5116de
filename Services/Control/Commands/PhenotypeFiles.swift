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
            path: path(command, "gene-diseases", tables))
        let knowledge = try PhenotypeKnowledge(ontology: ontology, annotations: annotations, genes: genes)
        for remark in knowledge.remarks { Remark.say(remark) }
        return knowledge
    }

    /// The files of a folder, or of that of the data, by what they are for.
    static func paths(folder: String?) throws -> [(role: KnowledgeFile.Role, path: String)] {
        let folder = folder ?? standardFolder
        return [
            (.ontology, try find(["hp.obo"], in: folder, option: "phenotypes")),
            (.phenotypes, try find(["phenotype.hpoa"], in: folder, option: "phenotypes")),
            (.genes, try find(tables, in: folder, option: "phenotypes")),
        ]
    }

    private static let tables = ["gene_disease.tsv", "genes_to_disease.txt", "genes_to_phenotype.txt"]

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
        return try find(
            names, in: command.value("knowledge") ?? standardFolder, option: "knowledge",
            orFile: " or the file with --\(option)")
    }

    /// The first file of these names in a folder.
    private static func find(
        _ names: [String], in folder: String, option: String, orFile: String = ""
    ) throws -> String {
        for name in names.flatMap({ [$0, $0 + ".gz"] }) {
            let path = "\(folder)/\(name)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw StartError(
            .usage,
            "\(folder) has no \(names.joined(separator: " or ")) (.gz); name the folder with --\(option)\(orFile)")
    }

    private static var standardFolder: String {
        (ProcessInfo.processInfo.environment["HELICASE_DATA"] ?? "../shared/data") + "/clinical/phenotype"
    }
}
