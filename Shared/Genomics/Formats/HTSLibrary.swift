import CHTSlib
import Foundation

/// What every use of htslib shares.
enum HTSLibrary {
    /// Whether htslib keeps to itself; read once before its first use.
    ///
    /// It would write to standard error, but its errors reach callers as ``GenomicsError`` and ``InputProblem``. And for a
    /// contig of a CRAM file that the reference lacks it would ask a public server, unless `REF_PATH` says otherwise: a
    /// hospital's reads must cause no traffic, and a wrong reference is an error here.
    static let isQuiet: Bool = {
        hts_set_log_level(HTS_LOG_OFF)
        setenv("REF_PATH", "/nonexistent/%s", 0)
        return true
    }()

    /// The system's words for the last failed call on this thread.
    static var systemReason: String { errno == 0 ? "the format is not recognised" : String(cString: strerror(errno)) }
}
