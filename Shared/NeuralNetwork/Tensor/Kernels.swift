import CKernels
import Foundation

/// A vector instruction set; all of them give the same bytes.
public enum SIMDLevel: String, Sendable, Hashable, Codable, CaseIterable {
    /// One number at a time, on any processor.
    case scalar
    /// AVX2 and FMA: 8 numbers.
    case avx2
    /// AVX-512 (F, VL, BW, DQ): 16 numbers.
    case avx512

    /// The levels that this processor has.
    public static let supported: [SIMDLevel] = allCases.filter { ck_kernels_for($0.c) != nil }

    /// The level in use: `HELICASE_SIMD` if it is set, else the widest of this processor.
    ///
    /// Fails if `HELICASE_SIMD` names a level that does not exist or that this processor lacks.
    public static func current() throws(NeuralNetworkError) -> SIMDLevel { try fromEnvironment.get() }

    private static let fromEnvironment = Result { () throws(NeuralNetworkError) in
        try forced(ProcessInfo.processInfo.environment["HELICASE_SIMD"])
    }

    static func forced(_ name: String?) throws(NeuralNetworkError) -> SIMDLevel {
        guard let name, !name.isEmpty else { return SIMDLevel.supported.last ?? .scalar }
        let choices = supported.map(\.rawValue).joined(separator: ", ")
        guard let level = SIMDLevel(rawValue: name), supported.contains(level) else {
            throw NeuralNetworkError(
                .unsupported, "this processor has no '\(name)'; unset it or use one of: \(choices)",
                place: "HELICASE_SIMD")
        }
        return level
    }

    fileprivate var c: ck_simd {
        switch self {
        case .scalar: ck_scalar
        case .avx2: ck_avx2
        case .avx512: ck_avx512
        }
    }
}

/// The kernels of one instruction set.
///
/// `@unchecked Sendable`: the pointer is to a constant table of functions without state.
struct Kernels: @unchecked Sendable {
    private let table: UnsafePointer<ck_kernels>

    /// Those of `level`, or of `SIMDLevel.current()`.
    init(_ level: SIMDLevel? = nil) throws(NeuralNetworkError) {
        let level = if let level { level } else { try SIMDLevel.current() }
        guard let table = ck_kernels_for(level.c) else {
            throw NeuralNetworkError(.unsupported, "this processor has no \(level.rawValue)")
        }
        self.table = table
    }

    /// All of them, with their C signatures; see `ckernels.h`.
    var functions: ck_kernels { table.pointee }

    /// `output[m][n] = bias[n] + Σ input[m][k] · packed[k][n]`, in the order of k; strides are in floats.
    func product(
        _ input: UnsafePointer<Float>, stride: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, stride outputStride: Int, m: Int, k: Int, n: Int
    ) {
        table.pointee.product(input, stride, packed, bias, output, outputStride, m, k, n)
    }
}
