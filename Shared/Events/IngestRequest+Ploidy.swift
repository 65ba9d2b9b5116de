import Genomics

extension IngestRequest {
    /// The most stretches of ``ploidy``.
    public static let ploidyLimit = 1000

    /// What is said of the sex chromosomes; throws for a text that says nothing known.
    public func sexChoice() throws(EventError) -> SexChoice {
        guard let text = sex else { return .coverage }
        guard let choice = SexChoice.allCases.first(where: { $0.description == text }) else {
            throw EventError("sex: \"\(text.prefix(40))\" is not XX, XY or coverage")
        }
        return choice
    }

    /// The numbers of chromosomes that were said; throws where one does not fit the reference.
    public func ploidyStretches(contigs: [Contig]) throws(EventError) -> [PloidyStretch] {
        for stretch in ploidy ?? [] {
            if let flaw = stretch.flaw(contigs: contigs) {
                throw EventError("ploidy: \("\(stretch.interval)".prefix(80)): \(flaw.message)")
            }
        }
        return ploidy ?? []
    }
}
