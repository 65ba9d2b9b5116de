import Events
import Genomics

extension IngestRequest {
    /// Opens the reference of a run and makes sure that it is the one that the run was opened with.
    public func openReference() throws(GenomicsError) -> ReferenceGenome {
        let opened = try ReferenceGenome(path: reference)
        guard opened.digest == referenceDigest else {
            throw GenomicsError(
                .referenceMismatch,
                "this reference is not the one that the run was opened with: it was replaced, or is another file where this "
                    + "process runs; give every process the same file, and leave it alone while runs are open",
                file: reference)
        }
        return opened
    }
}
