import COpenBLAS

/// The large products of training, on OpenBLAS with one thread a call; matrices are row-major, strides in floats.
///
/// Their bytes depend on the processor and on the shapes, so training keeps its shapes fixed and inference never
/// comes here.
enum BLAS {
    /// Workers are the only parallelism: OpenBLAS' own threads would make small products slower.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// `output[m][n] += Σ_k a[k][m] · b[k][n]`: a weight's gradient from outputs' gradients and inputs.
    static func addTransposedProduct(
        _ a: UnsafePointer<Float>, stride aStride: Int, _ b: UnsafePointer<Float>, stride bStride: Int,
        to output: UnsafeMutablePointer<Float>, stride: Int, m: Int, k: Int, n: Int
    ) {
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(aStride), b,
            Int32(bStride), 1, output, Int32(stride))
    }

    /// `output[m][n] = Σ_k a[m][k] · b[k][n]`, added to what is there if `adding`: an input's gradient.
    static func product(
        _ a: UnsafePointer<Float>, stride aStride: Int, _ b: UnsafePointer<Float>, stride bStride: Int,
        into output: UnsafeMutablePointer<Float>, stride: Int, adding: Bool = false, m: Int, k: Int, n: Int
    ) {
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(aStride), b,
            Int32(bStride), adding ? 1 : 0, output, Int32(stride))
    }
}
