import Foundation
import Genomics

/// What guidelines recommend, one record a drug, population and combination of phenotypes.
public struct GuidelineTable: Sendable {
    /// What a guideline asks of a gene.
    enum Condition: Sendable, Hashable {
        /// A phenotype, an activity score, an allele that is there or not, or `No Result`.
        case word(String)
        /// Alleles with the number of their copies.
        case diplotype([String])
    }

    /// A gene with what is asked of it.
    struct GeneCondition: Sendable, Hashable {
        var gene: String
        var condition: Condition
    }

    /// A record of the table.
    public struct Recommendation: Sendable, Hashable {
        /// `CPIC` or `DPWG`.
        public var source: String
        /// The guideline's name.
        public var guideline: String
        /// The drugs.
        public var drugs: String
        /// Whom it is for; empty where the guideline does not say.
        public var population: String
        /// How strong it is, in the guideline's words.
        public var strength: String
        /// What to do.
        public var recommendation: String
        /// What follows from each gene.
        public var implications: String
        /// The condition of each gene, by symbol.
        var conditions: [GeneCondition]

        /// The conditions as text: `CYP2C19 Poor Metabolizer; CYP2D6 0.0`.
        public var lookup: String {
            conditions.map { demand in
                switch demand.condition {
                case .word(let word): "\(demand.gene) \(word)"
                case .diplotype(let names): "\(demand.gene) \(names.joined(separator: "/"))"
                }
            }.joined(separator: "; ")
        }
    }

    /// The records in the order of the file.
    public private(set) var recommendations: [Recommendation] = []

    /// A table without records.
    public init() {}

    private static let columns = [
        "source", "guideline", "drugs", "genes", "population", "strength", "lookup", "recommendation", "implications",
    ]

    /// Reads a table of tab-separated columns; a line without a tab goes on with the last column of the one before.
    public init(path: String) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        func text(_ line: ArraySlice<UInt8>) -> String {
            String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
        }
        guard let header = try lines.next(), text(header).split(separator: "\t").map(String.init) == Self.columns else {
            throw GenomicsError(
                .malformed, "the first line does not name the columns \(Self.columns.joined(separator: ", "))",
                file: path)
        }
        while let line = try lines.next() {
            let fields = text(line).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if fields.count == 1, !recommendations.isEmpty {
                recommendations[recommendations.count - 1].implications +=
                    " \(fields[0].trimmingCharacters(in: .whitespaces))"
                continue
            }
            guard fields.count == Self.columns.count else {
                throw GenomicsError(
                    .malformed, "\(fields.count) columns instead of \(Self.columns.count)", file: path,
                    record: lines.number)
            }
            guard let conditions = Self.conditions(fields[6]), !conditions.isEmpty else {
                throw GenomicsError(
                    .malformed, "\"\(fields[6].prefix(60))\" is no JSON of genes and words", file: path,
                    record: lines.number,
                    field: "lookup")
            }
            recommendations.append(
                Recommendation(
                    source: fields[0], guideline: fields[1], drugs: fields[2], population: fields[4],
                    strength: fields[5],
                    recommendation: fields[7], implications: fields[8], conditions: conditions))
        }
    }

    private static func conditions(_ text: String) -> [GeneCondition]? {
        enum Value: Decodable {
            case word(String)
            case copies([String: Double])
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let word = try? container.decode(String.self) {
                    self = .word(word)
                } else {
                    self = .copies(try container.decode([String: Double].self))
                }
            }
        }
        guard let raw = try? JSONDecoder().decode([String: Value].self, from: Data(text.utf8)) else { return nil }
        return raw.sorted { $0.key < $1.key }.map { gene, value in
            switch value {
            case .word(let word): return GeneCondition(gene: gene, condition: .word(word))
            case .copies(let copies):
                let names = copies.flatMap { [String](repeating: $0.key, count: $0.value >= 2 ? 2 : 1) }
                return GeneCondition(gene: gene, condition: .diplotype(names.sorted(by: AlleleName.isBefore)))
            }
        }
    }

    /// The genes that any record asks for.
    var genes: Set<String> { Set(recommendations.flatMap { $0.conditions.map(\.gene) }) }

    /// The alleles that CPIC's records ask for by `… positive` and `… negative`: those of the HLA genes, in order.
    func testedAlleles(of gene: String) -> [String] {
        var alleles: Set<String> = []
        for record in recommendations where record.source == "CPIC" {
            for demand in record.conditions where demand.gene == gene {
                guard case .word(let word) = demand.condition, word.hasSuffix(" positive") else { continue }
                alleles.insert(String(word.dropLast(" positive".count)))
            }
        }
        return alleles.sorted()
    }

    /// The release in a file's name: `2024-03` of `guideline_recommendations_2024-03.tsv.gz`.
    static func version(of name: String) -> String? {
        name.split(separator: "_").last.map { String($0.prefix { $0 != "." }) }
    }
}
