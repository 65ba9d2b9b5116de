import CHTSlib
import Foundation

/// The index of a compressed VCF file, which appears with it.
enum VCFIndex {
    /// Where a TBI index ends: 512 Mb.
    static let tabixLimit = 1 << 29
    /// The bins of a CSI index are of 16 kb, as those of a TBI.
    static let shift: Int32 = 14

    /// Writes the index of a file that is complete, and gives both their names; `suffix` is `.tbi` or `.csi`.
    static func commit(_ output: OutputFile, path: String, suffix: String) throws(GenomicsError) {
        errno = 0
        let index = try OutputFile(path: output.path + suffix)
        var configuration = tbx_conf_vcf
        let isMade =
            tbx_index_build3(output.draft, index.draft, suffix == ".csi" ? shift : 0, 0, &configuration) == 0
        try commit(output, index, isMade: isMade, path: path, suffix: suffix)
    }

    /// Writes the index that was made with a file's records, which end at a virtual offset, and gives both their names.
    static func commit(
        _ output: OutputFile, _ lines: VCFLineIndex, end: UInt64, path: String, suffix: String
    ) throws(GenomicsError) {
        errno = 0
        let index = try OutputFile(path: output.path + suffix)
        try commit(output, index, isMade: lines.write(to: index.draft, end: end), path: path, suffix: suffix)
    }

    private static func commit(
        _ output: OutputFile, _ index: OutputFile, isMade: Bool, path: String, suffix: String
    ) throws(GenomicsError) {
        guard isMade else {
            throw GenomicsError(
                .cannotWrite,
                "the index cannot be written: \(HTSLibrary.systemReason); records must be in the order of their positions",
                file: path + suffix)
        }
        // The index first: a reader that finds the file finds its index too. An index of before would be found as well.
        try index.commit()
        unlink(output.path + (suffix == ".csi" ? ".tbi" : ".csi"))
        try output.commit()
    }
}
