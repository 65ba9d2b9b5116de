internal import CRDKit
import NeuralNetwork

/// The fingerprints of many molecules over one list of fragments, to which others are compared.
///
/// A count above 255 is taken as 255, here and in what is compared.
struct PackedFingerprints: Sendable, Hashable {
    /// The fragments that any of the molecules has, ascending.
    let vocabulary: [UInt64]
    /// Where the fragments of each molecule begin, and the end of the last one's.
    let offsets: [UInt32]
    /// Places in ``vocabulary``.
    let fragments: [UInt32]
    let counts: [UInt8]
    private let places: [UInt64: Int]
    private let totals: [Int]

    var rows: Int { offsets.count - 1 }

    init(_ fingerprints: [Fingerprint]) {
        let vocabulary = Set(fingerprints.flatMap(\.ids)).sorted()
        let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
        var (offsets, fragments, counts): ([UInt32], [UInt32], [UInt8]) = ([0], [], [])
        for fingerprint in fingerprints {
            fragments += fingerprint.ids.map { UInt32(places[$0] ?? 0) }
            counts += fingerprint.counts.map { UInt8(clamping: $0) }
            offsets.append(UInt32(fragments.count))
        }
        self.init(vocabulary, offsets, fragments, counts, places)
    }

    private init(
        _ vocabulary: [UInt64], _ offsets: [UInt32], _ fragments: [UInt32], _ counts: [UInt8], _ places: [UInt64: Int]
    ) {
        self.vocabulary = vocabulary
        self.offsets = offsets
        self.fragments = fragments
        self.counts = counts
        self.places = places
        totals = zip(offsets, offsets.dropFirst()).map { begin, end in
            counts[Int(begin)..<Int(end)].reduce(0) { $0 + Int($1) }
        }
    }

    /// Σ min ÷ Σ max with each of the molecules, as ``Fingerprint/similarity(to:)``.
    func similarities(to other: Fingerprint) -> [Double] {
        var dense = [UInt8](repeating: 0, count: max(1, vocabulary.count))
        var total = 0
        for (id, count) in zip(other.ids, other.counts) {
            let clipped = UInt8(clamping: count)
            total += Int(clipped)
            if let place = places[id] { dense[place] = clipped }
        }
        var sums = [UInt32](repeating: 0, count: rows)
        crdkit_overlaps(dense, rows, offsets, fragments, counts, &sums)
        return zip(sums, totals).map { shared, own in
            let all = own + total - Int(shared)
            return all == 0 ? 0 : Double(shared) / Double(all)
        }
    }
}

extension PackedFingerprints {
    /// The tensors of a package, their names behind a prefix.
    func tensors(_ prefix: String) -> [Safetensors.Tensor] {
        [
            .init(name: "\(prefix).vocabulary", numbers: vocabulary, dtype: .u64),
            .init(name: "\(prefix).offsets", numbers: offsets, dtype: .u32),
            vocabulary.count <= 1 << 16
                ? .init(name: "\(prefix).fragments", numbers: fragments.map { UInt16($0) }, dtype: .u16)
                : .init(name: "\(prefix).fragments", numbers: fragments, dtype: .u32),
            .init(name: "\(prefix).counts", numbers: counts, dtype: .u8),
        ]
    }

    /// Reads them; throws where they do not fit each other.
    init(_ file: PackageTensors, _ prefix: String) throws(DrugError) {
        let vocabulary: [UInt64] = try file.numbers("\(prefix).vocabulary", .u64)
        let offsets: [UInt32] = try file.numbers("\(prefix).offsets", .u32)
        let counts: [UInt8] = try file.numbers("\(prefix).counts", .u8)
        let fragments: [UInt32] =
            vocabulary.count <= 1 << 16
            ? try file.numbers("\(prefix).fragments", .u16).map { (number: UInt16) in UInt32(number) }
            : try file.numbers("\(prefix).fragments", .u32)
        guard offsets.first == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
            offsets.last.map(Int.init) == fragments.count, fragments.count == counts.count,
            fragments.allSatisfy({ $0 < vocabulary.count }), Set(vocabulary).count == vocabulary.count
        else { throw DrugError("the fingerprints \(prefix) of the package do not fit each other") }
        let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
        self.init(vocabulary, offsets, fragments, counts, places)
    }
}
