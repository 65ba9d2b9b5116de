import Clinical
import Commands
import Events
import Foundation
import Genomics
import Hashing
import Knowledge

/// What a command is asked about a person, and the files of knowledge that it names.
struct ClinicalOptions {
    /// The options with values.
    static let names = [
        "transcripts", "clinvar", "frequencies", "phenotypes", "knowledge", "case", "pedigree", "laboratory", "genes",
        "scores", "panel", "labels", "secondary-list",
    ]

    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    /// Whether anything clinical is asked.
    var isAsked: Bool {
        ["case", "genes", "laboratory", "pedigree"].contains { command.value($0) != nil }
            || command.flag("secondary-findings")
            || command.flag("drugs")
    }

    /// The genes that are asked about; `*` for all.
    func genes() throws -> [String] {
        guard let text = command.value("genes") else { return [] }
        let genes = text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
        guard !genes.isEmpty else { throw StartError(.usage, "--genes: name them, BRCA1,BRCA2, or say all") }
        return genes == ["all"] ? ["*"] : genes
    }

    /// The files that the command names: transcripts, ClinVar, frequencies, HPO's; `named` are knowledge bases that it names beside them.
    func files(beside named: [KnowledgeName] = []) throws -> [KnowledgeFile] {
        var files: [KnowledgeFile] = []
        func add(_ role: KnowledgeFile.Role, _ path: String, name: String? = nil) throws {
            let url = URL(fileURLWithPath: path).standardizedFileURL
            guard FileManager.default.isReadableFile(atPath: url.path) else {
                throw ControlError("\(url.path) cannot be read")
            }
            files.append(
                KnowledgeFile(
                    role: role, name: name ?? url.lastPathComponent, path: url.path,
                    digest: try SHA256Digest.hexadecimal(ofFile: url.path)))
        }
        if let path = command.value("transcripts") { try add(.transcripts, path) }
        if let path = command.value("clinvar") { try add(.clinVar, path, name: "clinvar") }
        for text in command.values("frequencies") {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains("/") else {
                throw StartError(.usage, "--frequencies: NAME=FILE, such as gnomad=gnomad.vcf.gz")
            }
            try add(.frequencies, parts[1], name: parts[0])
        }
        if let path = command.value("secondary-list") {
            guard command.flag("secondary-findings") else {
                throw StartError(
                    .usage, "--secondary-list goes with --secondary-findings, which stands for the person's consent")
            }
            try add(.secondary, path)
        }
        for path in command.values("scores") { try add(.scores, path) }
        if let path = command.value("panel") { try add(.panel, path) }
        if let path = command.value("labels") { try add(.labels, path) }
        for (option, other) in [("panel", "scores"), ("labels", "panel")]
        where command.value(option) != nil && command.values(other).isEmpty && named.isEmpty {
            throw StartError(.usage, "--\(option) goes with --\(other), which is not given")
        }
        if command.value("case") != nil || command.value("phenotypes") != nil {
            for (role, path) in try PhenotypeFiles.paths(folder: command.value("phenotypes")) { try add(role, path) }
        }
        return files
    }
}

/// A knowledge base by name, and version where one is meant: `clinvar@2026-11`.
struct KnowledgeName {
    let name: String
    let version: String?

    init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        name = parts[0]
        version = parts.count == 2 ? parts[1] : nil
        guard !name.isEmpty, version != "" else {
            throw StartError(.usage, "--knowledge: \"\(text)\" is no NAME or NAME@VERSION")
        }
    }
}

extension KnowledgeBase {
    /// The part that it plays for a report; throws where it plays none.
    func file() throws -> KnowledgeFile {
        let role: KnowledgeFile.Role? =
            switch kind {
            case .transcripts: .transcripts
            case .variants: try KnowledgeFile.role(ofVCF: path)
            case .ontology: .ontology
            case .table: path.contains("hpoa") ? .phenotypes : try KnowledgeFile.role(ofTable: path) ?? .genes
            case .scores: .scores
            }
        guard let role else {
            throw ControlError(
                "\(label): a report uses transcripts, ClinVar, frequencies and HPO's files; this is none of them")
        }
        return KnowledgeFile(
            role: role, name: name, version: version, path: path, digest: digest, licence: licence)
    }
}

extension ClinicalRequest.KnowledgeFile {
    /// The same as a part of a request.
    init(_ file: KnowledgeFile) {
        self.init(
            role: file.role.rawValue, name: file.name, version: file.version, path: file.path, digest: file.digest,
            licence: file.licence)
    }
}
