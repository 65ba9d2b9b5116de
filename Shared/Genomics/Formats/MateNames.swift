/// What the names of two mates end in where they differ: `.1` and `.2` of the Sequence Read Archive, `/1` and `/3`, `_1` and
/// `_2`, or the same within Illumina's `_1:N:0:ACGT`.
struct MateSuffix: Hashable {
    /// The letter before the number: `/`, `.`, `_`, `-` or `:`.
    let separator: UInt8
    /// The number as ASCII, of the first and of the second mates; nil where those names have no suffix.
    let numbers: [UInt8?]
    /// How many bytes follow the number.
    let tail: Int

    private static let separators = Array("/._-:#".utf8)
    private static let first = UInt8(ascii: "1")
    private static let seconds = Array("23".utf8)

    /// How two names differ; nil unless by a suffix alone.
    init?(_ one: some BidirectionalCollection<UInt8>, _ two: some BidirectionalCollection<UInt8>) {
        let (one, two) = (Array(one), Array(two))
        // `/1` was taken off already where it stands at a name's end, `/3` was not.
        if two.count == one.count + 2, two.starts(with: one), two[one.count] == UInt8(ascii: "/"),
            Self.seconds.contains(two[one.count + 1])
        {
            self.init(separator: two[one.count], numbers: [nil, two[one.count + 1]], tail: 0)
            return
        }
        guard one.count == two.count, let place = one.indices.first(where: { one[$0] != two[$0] }), place >= 2,
            one[place] == Self.first, Self.seconds.contains(two[place]), Self.separators.contains(one[place - 1]),
            one[(place + 1)...].elementsEqual(two[(place + 1)...])
        else { return nil }
        self.init(separator: one[place - 1], numbers: [one[place], two[place]], tail: one.count - place - 1)
    }

    private init(separator: UInt8, numbers: [UInt8?], tail: Int) {
        self.separator = separator
        self.numbers = numbers
        self.tail = tail
    }

    /// The record under the name that it shares with its mate; as it is when its name has no such suffix.
    func stripped(_ record: BAMRecord, mate: Int) -> BAMRecord {
        guard let number = numbers[mate] else { return record }
        let name = Array(record.name)
        let place = name.count - 1 - tail
        guard place >= 2, name[place] == number, name[place - 1] == separator else { return record }
        return record.renamed(name[..<(place - 1)])
    }
}

/// Whether the reads of two files, or of one where they alternate, are mates; decided from the first of them.
enum MateNames {
    /// How the mates are found.
    enum Rule {
        /// Mates have one name.
        case equal
        /// Mates have names that differ by a suffix.
        case suffix(MateSuffix)
    }

    /// So many pairs are looked at where names are equal only but for a suffix: of names that merely end in a counter
    /// (`SRR1.1`, `SRR1.2`), not all first ones end in the same digit.
    static let probe = 64

    /// The rule for reads that stand beside each other; nil where no name is another's mate.
    ///
    /// `pairs` are the first neighbours; `isShared` says whether any name occurs on both sides farther apart.
    static func rule(_ pairs: [(one: BAMRecord, two: BAMRecord)], isShared: () -> Bool) -> Rule? {
        guard let first = pairs.first else { return .equal }
        if pairs.contains(where: { $0.one.name == $0.two.name }) { return .equal }
        if let suffix = MateSuffix(first.one.name, first.two.name),
            pairs.allSatisfy({ pair in
                MateSuffix(pair.one.name, pair.two.name).map {
                    $0.separator == suffix.separator && $0.numbers == suffix.numbers
                } == true
            })
        {
            return .suffix(suffix)
        }
        return isShared() ? .equal : nil
    }

    /// The rule for reads in the middle of files that were found to be mates at their beginning.
    static func resumedRule(_ pairs: [(one: BAMRecord, two: BAMRecord)]) -> Rule {
        if pairs.contains(where: { $0.one.name == $0.two.name }) { return .equal }
        return pairs.lazy.compactMap { MateSuffix($0.one.name, $0.two.name) }.first.map { .suffix($0) } ?? .equal
    }

    /// What to say of two reads that should be mates and are not.
    static func refusal(_ one: BAMRecord, _ two: BAMRecord) -> String {
        let names = [one, two].map { "\"\(String(decoding: $0.name.prefix(80), as: UTF8.self))\"" }
        return "paired reads have different names: \(names[0]) and \(names[1]), and so have the others; give the two "
            + "files of one lane, with the reads in the same order"
    }
}

extension BAMRecord {
    /// The record under another name of 1 to 254 bytes.
    func renamed(_ name: some Collection<UInt8>) -> BAMRecord {
        precondition(name.count >= 1 && name.count <= 254, "a read name has 1 to 254 bytes")
        var bytes = bytes
        bytes.replaceSubrange(Self.fixedLength..<(Self.fixedLength + self.name.count), with: name)
        bytes[8] = UInt8(name.count + 1)
        guard let record = try? BAMRecord(validating: bytes) else {
            preconditionFailure("a valid record under another name is valid")
        }
        return record
    }
}
