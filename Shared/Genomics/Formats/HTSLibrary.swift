import CHTSlib
import Foundation

/// What every use of htslib shares.
enum HTSLibrary {
    /// Keeps htslib from writing to standard error; its errors reach callers as ``GenomicsError`` and ``InputProblem``.
    static let isSilent: Bool = {
        hts_set_log_level(HTS_LOG_OFF)
        return true
    }()

    /// The system's words for the last failed call on this thread.
    static var systemReason: String { errno == 0 ? "the format is not recognised" : String(cString: strerror(errno)) }
}
