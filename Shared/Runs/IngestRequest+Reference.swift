import Events
import Foundation
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

    /// Makes sure that the files beside the records of a task are those that the run was opened with; reads them to their ends.
    public func checkFilesBeside() throws(GenomicsError) {
        let tracks = (task?.tracks ?? []).map { ("the track \($0.name)", $0) }
        for (title, file) in tracks + (task?.files ?? []).map({ ("the file of \($0.name)", $0) }) {
            let digest: String
            do { digest = try SHA256Digest.hexadecimal(ofFile: file.path) } catch {
                throw GenomicsError(.cannotRead, "\(title) cannot be read: \(error)", file: file.path)
            }
            guard digest == file.digest else {
                throw GenomicsError(
                    .referenceMismatch,
                    "\(title) is not the file that the run was asked with: it was replaced, or is another one "
                        + "where this process runs", file: file.path)
            }
        }
    }

    /// Makes sure that the file of sites is the one that the run was opened with; returns its path, nil where there is none.
    public func checkedSites() throws(GenomicsError) -> String? {
        guard let sites else { return nil }
        var status = stat()
        guard stat(sites.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw GenomicsError(
                .cannotRead, "the file of sites is no file that can be read where this process runs", file: sites.path)
        }
        guard status.st_size <= Self.sitesBytesLimit else {
            throw GenomicsError(
                .unsupported, "more than \(Self.sitesBytesLimit >> 20) MB of sites; divide the panel", file: sites.path)
        }
        let digest: String
        do { digest = try SHA256Digest.hexadecimal(ofFile: sites.path) } catch {
            throw GenomicsError(.cannotRead, "the sites cannot be read: \(error)", file: sites.path)
        }
        guard digest == sites.digest else {
            throw GenomicsError(
                .referenceMismatch,
                "the sites are not the file that the run was asked with: it was replaced, or is another one where this process runs",
                file: sites.path)
        }
        return sites.path
    }
}
