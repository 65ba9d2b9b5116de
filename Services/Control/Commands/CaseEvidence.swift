import Clinical
import Commands
import Foundation
import Genomics

/// What a case and a table of people's judgments say of alleles.
struct CaseEvidence {
    private var fits: [String: PhenotypeFit]?
    private var assigned: [String: [AssignedCriterion]] = [:]
    /// What of the case could not be used.
    let unread: [String]

    /// Reads --case and --assigned.
    init(_ command: ParsedCommand) throws {
        var unread: [String] = []
        if let path = command.value("case") {
            let person = try PhenotypeCase(phenopacket: Files.read(path), file: path)
            let ranking = try PhenotypeRanker(PhenotypeFiles.knowledge(command)).rank(person, limit: 100_000)
            for remark in ranking.remarks { Remark.say("\(remark.term) \(remark.text)") }
            let lost = ranking.remarks.count(where: \.isLoss)
            if lost > 0 { unread.append("\(path): \(Count.of(lost, "term")) could not be used") }
            fits = Dictionary(
                ranking.genes.map {
                    (
                        $0.gene,
                        PhenotypeFit(disease: $0.diseaseName, logLikelihoodRatio: Double($0.score), source: "hpo")
                    )
                }, uniquingKeysWith: { first, _ in first })
        }
        if let path = command.value("assigned") {
            let table = try TableFile(path: path)
            let places = try ["variant_id", "criterion", "strength", "evidence"].map { try table.place(of: $0) }
            while let record = try table.nextWhole() {
                let fields = places.map { record.fields[$0] }
                do {
                    let isMet = !["", "not_met", "not met"].contains(fields[2].lowercased())
                    let met = try MetCriterion(isMet ? "\(fields[1])_\(fields[2])" : fields[1])
                    assigned[Self.key(fields[0]), default: []].append(
                        AssignedCriterion(
                            met.criterion, isMet ? met.strength : nil, evidence: fields[3],
                            source: URL(fileURLWithPath: path).lastPathComponent))
                } catch {
                    throw GenomicsError(.malformed, "line \(record.line): \(error)", file: path, field: "criterion")
                }
            }
        }
        self.unread = unread
    }

    /// Without `chr`, which some tables leave out.
    private static func key(_ variant: String) -> String {
        variant.hasPrefix("chr") ? String(variant.dropFirst(3)) : variant
    }

    /// What is known of an allele; `relatives` is what the family says.
    func evidence(_ allele: AnnotatedAllele, relatives: FamilyEvidence?) -> AlleleEvidence {
        var evidence = AlleleEvidence(family: relatives)
        if let fits, let gene = allele.chosen?.gene { evidence.phenotype = fits[gene] }
        if !assigned.isEmpty {
            evidence.assigned =
                assigned[Self.key("\(allele.contig):\(allele.position):\(allele.reference):\(allele.alternate)")] ?? []
        }
        return evidence
    }
}
