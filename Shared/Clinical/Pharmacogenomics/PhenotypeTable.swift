import Foundation
import Genomics

/// What a diplotype means: CPIC's phenotype, and where the gene has one its activity score.
public struct Phenotype: Sendable, Hashable, Codable {
    /// `Poor Metabolizer`, `-1639 AG`.
    public var name: String
    /// The sum of the alleles' activity values, as CPIC writes it (`1.25`, `≥3.0`, `n/a`); nil for genes without.
    public var activityScore: String?

    /// Makes a phenotype.
    public init(_ name: String, activityScore: String? = nil) {
        self.name = name
        self.activityScore = activityScore
    }

    /// The word of a guideline's table that asks for it.
    var lookupKey: String { activityScore ?? name }
}

/// Functions of a gene's alleles and phenotypes of its diplotypes, as PharmCAT's `phenotype/GENE.json` lists them, or by a rule.
public struct PhenotypeTable: Sendable {
    /// The gene's symbol.
    public var gene: String
    /// The release of the table.
    public var version: String

    private let functions: [String: String]
    private let activities: [String: String]
    private let phenotypes: [String: Phenotype]
    private let rule: AlleleFunctions?

    /// Reads a table; throws for one that is none.
    public init(json: Data, file: String) throws(GenomicsError) {
        let raw: Raw
        do { raw = try JSONDecoder().decode(Raw.self, from: json) } catch {
            throw GenomicsError(.malformed, "no table of phenotypes: \(error)", file: file)
        }
        gene = raw.gene
        version = raw.version
        var functions: [String: String] = [:]
        var activities: [String: String] = [:]
        for allele in raw.namedAlleles {
            functions[allele.name] = allele.functionValue
            activities[allele.name] = allele.activityValue
        }
        var phenotypes: [String: Phenotype] = [:]
        for diplotype in raw.diplotypes {
            let names = diplotype.diplotypekey.flatMap { [String](repeating: $0.key, count: max(0, min(2, $0.value))) }
            let score = diplotype.activityScore
            phenotypes[Self.key(names)] = Phenotype(diplotype.phenotype ?? diplotype.generesult, activityScore: score)
        }
        self.functions = functions
        self.activities = activities
        self.phenotypes = phenotypes
        rule = nil
    }

    init(_ rule: AlleleFunctions) {
        gene = rule.gene
        version = rule.version
        (functions, activities, phenotypes) = ([:], [:], [:])
        self.rule = rule
    }

    /// What an allele does, in CPIC's words; nil for an allele that the table does not have.
    public func function(of allele: String) -> String? { rule?.function(of: allele) ?? functions[allele] }

    /// The activity value of an allele; nil for genes without.
    func activity(of allele: String) -> Double? { activities[allele].flatMap(Double.init) }

    /// Whether an allele is listed.
    func lists(_ allele: String) -> Bool { function(of: allele) != nil }

    /// The phenotype of one allele (a hemizygous or mitochondrial gene's) or two; nil for a diplotype that the table does not have.
    public func phenotype(of alleles: [String]) -> Phenotype? {
        rule?.phenotype(of: alleles) ?? phenotypes[Self.key(alleles)]
    }

    /// How bad an allele's function is for the person, the worst first: what decides between variants of one chromosome.
    func rank(of allele: String) -> Double {
        if let activity = activity(of: allele) { return activity }
        return switch function(of: allele) {
        case "Malignant Hyperthermia associated", "No function": 0
        case "Decreased function": 1
        case "Normal function", "Increased function": 3
        default: 2
        }
    }

    /// Whether an allele is known to work unlike the usual one.
    func isAltered(_ allele: String) -> Bool {
        guard let function = function(of: allele)?.lowercased() else { return false }
        return !["normal", "uncertain", "unknown", "unassigned", "n/a"].contains { function.contains($0) }
    }

    private static func key(_ names: [String]) -> String { names.sorted().joined(separator: "\t") }

    private struct Raw: Decodable {
        var gene: String
        var version: String
        var namedAlleles: [RawAllele]
        var diplotypes: [RawDiplotype]
    }

    private struct RawAllele: Decodable {
        var name: String
        var functionValue: String?
        var activityValue: String?
    }

    private struct RawDiplotype: Decodable {
        var generesult: String
        var phenotype: String?
        var activityScore: String?
        var diplotypekey: [String: Int]
    }
}
