import Annotation
import Genomics

struct VariantJudge: Sendable {
    init(_ files: [KnowledgeFile], transcripts: TranscriptSet?, reference: ReferenceGenome) throws {}
    var sources: [ClinicalReport.Source] { [] }
    var models: [ClinicalReport.Source] { [] }
    func judge(_ question: ClinicalQuestion, frequencySources: [String]) -> FindingSelection.Judge {
        { allele in
            (Classification(Criterion.allCases.map { .notEvaluable($0, "stub") }, gene: allele.chosen?.gene ?? ""), nil)
        }
    }
}
struct SecondaryFindings: Sendable {
    static let bundled = SecondaryFindings()
    var genes: Set<String> { [] }
}
