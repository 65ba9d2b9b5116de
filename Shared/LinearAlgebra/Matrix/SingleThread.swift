import COpenBLAS

/// OpenBLAS' threads: one, so that a result does not depend on how many there are.
///
/// A product that OpenBLAS divides among threads is added up in another order for each number of them. The setting is one of the whole
/// process; who wants more than one core divides the work above this module.
enum SingleThread {
    /// Set before the first product, once.
    static let isSet: Void = openblas_set_num_threads(1)

    /// A count as BLAS takes it; throws above 32 bits.
    static func count(_ number: Int) throws(LinearAlgebraError) -> CInt {
        guard let count = CInt(exactly: number) else {
            throw LinearAlgebraError(.tooLarge, "\(number) rows or columns are more than LAPACK counts (2^31 - 1)")
        }
        return count
    }
}
