import Clinical
import Commands
import Genomics

/// The variants of `diagnose --variants`: the person's, their classes, and what the case's relatives have.
struct CaseVariants {
    private let variants: CalledVariants
    private let inheritance: GeneInheritance?

    init(_ command: ParsedCommand, person: PhenotypeCase) throws {
        let path = command.value("variants") ?? ""
        var options = AnnotatedVCF.Options()
        options.sample = try ProbandSample.find(command, person, calls: path)
        let classes = try command.value("classes").map { try VariantClasses(path: $0) }
        inheritance = try command.value("inheritance").map { try GeneInheritance(path: $0) }
        let classifier = try classes == nil ? Self.classifier(command, path, options) : nil
        let variants = try CalledVariants(path: path, options: options, family: person.family) { allele, consequence in
            if let classes { return classes.class(of: allele, gene: consequence.gene) }
            return try classifier?.class(of: allele, consequence)
        }
        self.variants = variants
        let counts = variants.counts
        Remark.say(
            "\(path): \(Count.of(counts.alleles, "allele")) of \(variants.sample ?? "the person"); \(counts.kept) kept, "
                + "\(counts.untelling) benign or in no gene, \(counts.filtered) filtered, \(counts.doubtful) below GQ 20"
        )
        let missing = person.family.map(\.name).filter { !variants.relatives.contains($0) }
        if !missing.isEmpty {
            Remark.say(
                "\(path) has no sample \(missing.joined(separator: ", ")) of the pedigree; nothing is known of their genotypes"
            )
        }
        if let unused = classes?.unused, unused > 0 {
            Remark.say("\(command.value("classes") ?? ""): \(Count.of(unused, "row")) without a class; not used")
        }
    }

    /// What alleles that no table classifies are judged by.
    private static func classifier(
        _ command: ParsedCommand, _ path: String, _ options: AnnotatedVCF.Options
    ) throws -> AlleleClassifier {
        let sources = try AnnotatedVCF(path: path, options: options).frequencySources
        if sources.isEmpty {
            Remark.say(
                "\(path) has no field of frequencies, so whether alleles are rare is not known; helicase annotate --annotations adds them"
            )
        }
        return AlleleClassifier(
            try AssessorOptions(command).assessor(frequencies: sources), model: try PathogenicityModel.bundled())
    }

    /// The ranking of a case with them.
    func rank(_ person: PhenotypeCase, _ ranker: PhenotypeRanker, limit: Int) throws -> PhenotypeRanking {
        try ranker.rank(person, variants: variants, inheritance: inheritance, limit: limit)
    }
}

/// A table of classes: `variant` and `class_points` (or `class`), with `gene` or without.
struct VariantClasses {
    private struct Key: Hashable {
        var variant: String
        var gene: String
    }

    private var classes: [Key: GeneVariant.Class] = [:]
    private let hasGenes: Bool
    /// Rows whose class is empty, as `classify` writes for what it could not use.
    private(set) var unused = 0

    /// Reads the table; throws for a class that is none of the five.
    init(path: String) throws {
        let table = try TableFile(path: path, comment: UInt8(ascii: "#"))
        let variant = try table.place(of: "variant")
        let kind = try table.place(of: table.columns.contains("class_points") ? "class_points" : "class")
        hasGenes = table.columns.contains("gene")
        let gene = hasGenes ? try table.place(of: "gene") : nil
        while let record = try table.nextWhole() {
            let text = record.fields[kind]
            if text.isEmpty {
                unused += 1
                continue
            }
            guard let value = VariantClass.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() })
            else {
                throw GenomicsError(
                    .malformed,
                    "line \(record.line): \"\(text)\" is none of "
                        + VariantClass.allCases.map(\.rawValue).joined(separator: ", "), file: path,
                    record: record.number + 1, field: table.columns[kind])
            }
            classes[Key(variant: record.fields[variant], gene: gene.map { record.fields[$0] } ?? "")] = .init(value)
        }
    }

    /// The class of an allele for a gene; nil where the table has none, and the allele is left out.
    func `class`(of allele: AnnotatedAllele, gene: String) -> GeneVariant.Class? {
        classes[Key(variant: allele.name, gene: hasGenes ? gene : "")]
    }
}
