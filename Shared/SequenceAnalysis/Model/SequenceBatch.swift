import NeuralNetwork
import Tasks

/// The base codes of a batch of examples, and where each of its items finds its own.
struct SequenceBatch {
    /// The codes of all sequences, one after the other.
    let codes: [UInt8]
    /// Where an item's codes are; nil for one with a problem.
    let ranges: [Range<Int>?]
    /// The numbers of each track, one a code.
    let tracks: [String: [Float]]

    /// Throws `TaskError` where codes and lengths do not belong together.
    init(_ examples: ItemExamples) throws(TaskError) {
        guard let codes = examples["codes"], let lengths = examples["lengths"], codes.dtype == .u8,
            lengths.dtype == .u32, codes.bytes.allSatisfy({ (1...15).contains($0) })
        else { throw TaskError("the tensors `codes` (U8, 1 to 15) and `lengths` (U32) are needed") }
        let numbers = lengths.bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count / 4 * 4, by: 4).map {
                Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
        guard numbers.count == examples.subjects.count(where: { $0.problem == nil }),
            numbers.reduce(0, +) == codes.bytes.count, numbers.allSatisfy({ $0 > 0 })
        else { throw TaskError("`lengths` are not those of the sequences in `codes`") }
        var (place, start) = (0, 0)
        ranges = examples.subjects.map { subject in
            guard subject.problem == nil else { return nil }
            defer { (place, start) = (place + 1, start + numbers[place]) }
            return start..<(start + numbers[place])
        }
        self.codes = codes.bytes
        var tracks: [String: [Float]] = [:]
        for tensor in examples.tensors {
            guard let name = WindowTracks.name(ofColumn: tensor.name) else { continue }
            guard tensor.dtype == .f32, tensor.bytes.count == 4 * codes.bytes.count else {
                throw TaskError("the tensor `\(tensor.name)` is no number (F32) a base")
            }
            let numbers = tensor.bytes.withUnsafeBytes { bytes in
                (0..<codes.bytes.count).map {
                    Float(
                        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
                }
            }
            guard numbers.allSatisfy(\.isFinite) else { throw TaskError("`\(tensor.name)` is not finite") }
            tracks[name] = numbers
        }
        self.tracks = tracks
    }
}
