import Genomics

/// How ``VariantAnnotator`` names alleles by HGVS: `c.` or `n.` with the transcript's accession, and `p.` with the protein's.
///
/// No allele that changes nothing has a name. Any thread may use it.
public struct VariantNaming: Sendable {
    /// Whether what is told from the DNA stands in parentheses, `p.(Gly56Ala)`; without it proteins are named as Ensembl's VEP and ClinVar do.
    public var marksPredictions: Bool

    /// Makes the way of naming.
    public init(marksPredictions: Bool = false) { self.marksPredictions = marksPredictions }
}
