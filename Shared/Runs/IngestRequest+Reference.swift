import Events
import Genomics
import Hashing

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

    /// Makes sure that the tracks of a task are those that the run was opened with; reads them to their ends.
    public func checkTracks() throws(GenomicsError) {
        for track in task?.tracks ?? [] {
            let digest: String
            do { digest = try SHA256Digest.hexadecimal(ofFile: track.path) } catch {
                throw GenomicsError(.cannotRead, "the track \(track.name) cannot be read: \(error)", file: track.path)
            }
            guard digest == track.digest else {
                throw GenomicsError(
                    .referenceMismatch,
                    "the track \(track.name) is not the file that the run was asked with: it was replaced, or is another one "
                        + "where this process runs", file: track.path)
            }
        }
    }
}
