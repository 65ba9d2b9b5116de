/// What a report is to answer; what no question concerns is counted and not told.
public struct ClinicalQuestion: Sendable {
    /// A person whose disease is asked for; nil without a case.
    public var person: PhenotypeCase?
    /// Genes that are asked about, by symbol; empty where the case alone says what matters.
    public var genes: Set<String>
    /// Whether every gene is asked about.
    public var asksAboutAllGenes: Bool
    /// Whether the person consents to hear of medically actionable findings that nobody asked for.
    public var consentsToSecondaryFindings: Bool

    /// How far down the ranking by phenotype a gene's variants are looked at.
    public static let reach = 100

    /// A question.
    public init(
        person: PhenotypeCase? = nil, genes: Set<String> = [], asksAboutAllGenes: Bool = false,
        consentsToSecondaryFindings: Bool = false
    ) {
        self.person = person
        self.genes = genes
        self.asksAboutAllGenes = asksAboutAllGenes
        self.consentsToSecondaryFindings = consentsToSecondaryFindings
    }

    /// Whether anything is asked at all.
    public var isEmpty: Bool {
        person == nil && genes.isEmpty && !asksAboutAllGenes && !consentsToSecondaryFindings
    }
}
