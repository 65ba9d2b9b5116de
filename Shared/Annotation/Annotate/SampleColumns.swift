import Genomics

/// The columns of a record's samples, of which only GT and PS are looked at.
struct SampleColumns {
    typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private let columns: Bytes
    /// The place of PS among the values of a column.
    private let phaseSet: Int?

    /// Takes FORMAT and what is behind it; nil where FORMAT does not begin with GT.
    init?(format: Bytes, columns: Bytes) {
        guard format.starts(with: [0x47, 0x54]), format.count == 2 || format.dropFirst(2).first == Self.colon else {
            return nil
        }
        self.columns = columns
        phaseSet =
            format.count == 2
            ? nil
            : format.split(separator: Self.colon, omittingEmptySubsequences: false).firstIndex {
                $0.elementsEqual([0x50, 0x53])
            }
    }

    private static let colon = UInt8(ascii: ":")
    private static let bar = UInt8(ascii: "|")

    /// On whose chromosomes the alternates lie.
    func carriers() -> [ConsequenceCaller.Carrier] {
        var carriers: [ConsequenceCaller.Carrier] = []
        var sample = 0
        var start = columns.startIndex
        while start <= columns.endIndex {
            var end = start
            while end < columns.endIndex, columns[end] != 0x09 { end += 1 }
            add(columns[start..<end], sample, to: &carriers)
            sample += 1
            start = end + 1
        }
        return carriers
    }

    private func add(_ column: Bytes, _ sample: Int, to carriers: inout [ConsequenceCaller.Carrier]) {
        let text = column.prefix { $0 != Self.colon }
        let start = text.startIndex
        if text.count == 3, text[start + 1] == Self.bar || text[start + 1] == UInt8(ascii: "/"),
            let first = Self.digit(text[start]), let second = Self.digit(text[start + 2])
        {
            // Two copies with numbers of one digit, which nearly all are.
            if first == second {
                if first > 0 { carriers.append(.init(sample: sample, allele: first, placement: .all)) }
                return
            }
            let isPhased = text[start + 1] == Self.bar
            let set = isPhased ? self.set(of: column) : 0
            for (copy, allele) in [first, second].enumerated() where allele > 0 {
                carriers.append(
                    .init(
                        sample: sample, allele: allele,
                        placement: isPhased ? .phased(set: set, copy: copy) : .unphased))
            }
            return
        }
        guard let genotype = Genotype(String(decoding: text, as: UTF8.self)) else { return }
        let known = genotype.alleles.compactMap { $0 }
        if genotype.alleles.count > 1, known.count == genotype.alleles.count, let first = known.first,
            known.allSatisfy({ $0 == first })
        {
            if first > 0 { carriers.append(.init(sample: sample, allele: first, placement: .all)) }
            return
        }
        let set = set(of: column)
        for (copy, allele) in genotype.alleles.enumerated() {
            guard let allele, allele > 0 else { continue }
            carriers.append(
                .init(
                    sample: sample, allele: allele,
                    placement: genotype.isPhased || genotype.alleles.count == 1
                        ? .phased(set: set, copy: copy) : .unphased))
        }
    }

    /// The column's phase set; 0 where it names none.
    private func set(of column: Bytes) -> Int {
        guard let phaseSet else { return 0 }
        let values = column.split(separator: Self.colon, maxSplits: phaseSet + 1, omittingEmptySubsequences: false)
        return phaseSet < values.count ? Int(String(decoding: values[phaseSet], as: UTF8.self)) ?? 0 : 0
    }

    private static func digit(_ byte: UInt8) -> Int? { (0x30...0x39).contains(byte) ? Int(byte - 0x30) : nil }
}
