import Genomics
import Synchronization

extension VariantNamer {
    /// What gives ``VariantAnnotator`` its HGVS names; any thread may call it.
    ///
    /// Without `marksPredictions` proteins are named as Ensembl's VEP and ClinVar do, `p.Gly56Ala`; no allele that changes nothing has a name.
    public static func naming(_ reference: ReferenceGenome, marksPredictions: Bool = false) -> VariantNaming {
        let sequences = SharedSequences()
        return { (allele, transcript) throws(GenomicsError) in
            let edit = MinimalEdit(
                contig: allele.contig, range: allele.start..<(allele.start + allele.reference.count),
                removed: allele.reference, inserted: allele.alternate)
            var namer = VariantNamer(reference: reference.window)
            namer.marksPredictions = marksPredictions
            namer.sequences = sequences.known.withLock { $0 }
            let count = namer.sequences.count
            let coding = try namer.transcriptName(edit, transcript)?.description
            let protein = try namer.proteinName(edit, transcript)?.description
            if namer.sequences.count != count {
                let changed = namer.sequences
                sequences.known.withLock { $0 = changed }
            }
            return (coding, protein)
        }
    }

    private final class SharedSequences: Sendable {
        let known = Mutex<[String: [UInt8]]>([:])
    }
}
