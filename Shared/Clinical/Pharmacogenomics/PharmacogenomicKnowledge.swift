import Foundation
import Genomics
import Hashing

/// Definitions, phenotypes and guidelines of a release, each file with its digest.
public struct PharmacogenomicKnowledge: Sendable {
    /// A file that results rest on.
    public struct Source: Sendable, Hashable, Codable {
        /// Its name within the folder.
        public var file: String
        /// The release that it names; nil where it names none.
        public var version: String?
        /// SHA-256 of the file in lower-case hexadecimal.
        public var digest: String
    }

    /// The genes with allele definitions, by symbol.
    public let definitions: [GeneDefinition]
    /// The phenotypes by gene.
    public let phenotypes: [String: PhenotypeTable]
    /// The guidelines' recommendations; none where the folder has no table of them.
    public let guidelines: GuidelineTable
    /// The files, by name.
    public let sources: [Source]

    /// What comes with the suite: ClinPGx's definitions of 2025-11-05, CPIC's and DPWG's recommendations of 2024-03.
    ///
    /// Licences are in `LICENCES.md` beside the files.
    public static func bundled() throws(GenomicsError) -> PharmacogenomicKnowledge {
        try PharmacogenomicKnowledge(folder: try bundledFolder())
    }

    private static func bundledFolder() throws(GenomicsError) -> String {
        guard let folder = Bundle.module.url(forResource: "Knowledge", withExtension: nil) else {
            throw GenomicsError(.cannotRead, "the suite's allele definitions are not installed beside the program")
        }
        return folder.appending(path: "Pharmacogenomics").path
    }

    /// Reads a folder: `definition/GENE_translation.json`, `definition/exemptions.json`, `phenotype/GENE.json`,
    /// `functions/GENE.json` and `guideline_recommendations_….tsv`, each of them plain or compressed.
    ///
    /// Genes without a table of phenotypes take the suite's functions, if it has them. Throws for a file that is damaged, two definitions of a gene, or a folder without any.
    public init(folder: String) throws(GenomicsError) {
        var sources: [Source] = []
        func read(_ name: String, in folder: String, as label: String? = nil) throws(GenomicsError) -> (
            data: Data, path: String
        ) {
            let path = "\(folder)/\(name)"
            let text = try BGZFLines.text(path: path)
            let digest: String
            do { digest = try SHA256Digest.hexadecimal(ofFile: path) } catch {
                throw GenomicsError(.cannotRead, "cannot be read", file: path)
            }
            sources.append(Source(file: label ?? name, version: nil, digest: digest))
            return (Data(text.utf8), path)
        }
        let names = try Self.files(in: "\(folder)/definition", endings: ["_translation.json", "_translation.json.gz"])
        guard !names.isEmpty else {
            throw GenomicsError(.cannotRead, "has no definition/GENE_translation.json", file: folder)
        }
        var exemptions: [String: GeneExemption] = [:]
        if let name = try Self.files(in: "\(folder)/definition", endings: ["exemptions.json", "exemptions.json.gz"])
            .first
        {
            let (data, path) = try read("definition/\(name)", in: folder)
            do { exemptions = try JSONDecoder().decode([String: GeneExemption].self, from: data) } catch {
                throw GenomicsError(.malformed, "no table of exemptions: \(error)", file: path)
            }
        }
        var definitions: [GeneDefinition] = []
        for name in names {
            let (data, path) = try read("definition/\(name)", in: folder)
            let gene = String(name.prefix { $0 != "_" })
            let definition = try GeneDefinition(json: data, exemption: exemptions[gene], file: path)
            guard !definitions.contains(where: { $0.gene == definition.gene }) else {
                throw GenomicsError(
                    .malformed, "\(definition.gene) is defined twice; leave one of the files", file: path)
            }
            sources[sources.count - 1].version = definition.version
            definitions.append(definition)
        }
        var phenotypes: [String: PhenotypeTable] = [:]
        for name in try Self.files(in: "\(folder)/phenotype", endings: [".json", ".json.gz"]) {
            let (data, path) = try read("phenotype/\(name)", in: folder)
            let table = try PhenotypeTable(json: data, file: path)
            sources[sources.count - 1].version = table.version
            phenotypes[table.gene] = table
        }
        let own = try Self.files(in: "\(folder)/functions", endings: [".json", ".json.gz"])
        let bundled = try Self.bundledFolder()
        let place = own.isEmpty ? bundled : folder
        for name in own.isEmpty ? try Self.files(in: "\(bundled)/functions", endings: [".json"]) : own {
            let label = own.isEmpty && bundled != folder ? "the suite's functions/\(name)" : nil
            let (data, path) = try read("functions/\(name)", in: place, as: label)
            let functions = try AlleleFunctions(json: data, file: path)
            sources[sources.count - 1].version = functions.version
            if phenotypes[functions.gene] == nil { phenotypes[functions.gene] = PhenotypeTable(functions) }
        }
        if let name = try Self.files(in: folder, endings: [".tsv", ".tsv.gz"]).first(where: {
            $0.hasPrefix("guideline")
        }) {
            let path = "\(folder)/\(name)"
            guidelines = try GuidelineTable(path: path)
            _ = try read(name, in: folder)
            sources[sources.count - 1].version = GuidelineTable.version(of: name)
        } else {
            guidelines = GuidelineTable()
        }
        self.definitions = definitions.sorted { $0.gene < $1.gene }
        self.phenotypes = phenotypes
        self.sources = sources.sorted { $0.file < $1.file }
    }

    /// The genes that results can be about: defined, or known from tables alone.
    public var genes: [String] {
        Set(definitions.map(\.gene)).union(phenotypes.keys).union(guidelines.genes).sorted()
    }

    /// The names of a folder's files with such an ending, sorted; none where there is no such folder.
    private static func files(in folder: String, endings: [String]) throws(GenomicsError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { name in
                endings.contains { name.hasSuffix($0) }
            }
        } catch {
            throw GenomicsError(.cannotRead, "the folder cannot be listed", file: folder)
        }
    }
}
