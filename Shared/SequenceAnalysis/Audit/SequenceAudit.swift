import Genomics
import NeuralNetwork
import Tasks

/// What is to be known of labelled sequences before a model is trained on them: which records leak from one split to another,
/// which are there twice, how classes and GC are distributed, and which letters are unusual.
public struct SequenceAudit: Sendable {
    /// What was found of a record.
    public struct Finding: Sendable, Hashable {
        /// The kinds, the first two of which are leaks.
        public enum Kind: String, Sendable, CaseIterable {
            /// It shares 40 bases, on either strand, with a record of another split.
            case leak
            /// Its group has records in another split.
            case group
            /// The same sequence has another label elsewhere.
            case conflict
            /// The same sequence, on either strand, is there already.
            case duplicate
            /// What it holds is no DNA, or unusual: letters, or many that stand for several bases.
            case letters
            /// A model that has not seen it is sure of another label.
            case label
        }

        /// What was found.
        public var kind: Kind
        /// The file and the record in it.
        public var record: String
        /// Its split and label.
        public var split: String, label: String
        /// The other record, and in words what it is about.
        public var other: String

        /// Describes a finding.
        public init(kind: Kind, record: String, split: String, label: String, other: String) {
            (self.kind, self.record, self.split, self.label, self.other) = (kind, record, split, label, other)
        }
    }

    /// A class in a split.
    public struct Share: Sendable, Hashable {
        /// The split.
        public var split: String
        /// The class.
        public var label: String
        /// Its records.
        public var count: Int
        /// Records by percent of G and C, 0 to 100.
        public var gc: [Int]

        /// The mean share of G and C.
        public var meanGC: Double {
            count == 0 ? 0 : Double(gc.enumerated().reduce(0) { $0 + $1.offset * $1.element }) / Double(100 * count)
        }
    }

    /// The records that were read.
    public private(set) var records = 0
    /// What was found, by kind and record.
    public private(set) var findings: [Finding] = []
    /// Classes by split, in the order in which they occur.
    public private(set) var shares: [Share] = []
    /// Records by their bases.
    public private(set) var lengths: [Int: Int] = [:]
    /// Sets of records that share no 40 bases with others.
    public private(set) var families = 0

    /// Findings of a kind.
    public func count(_ kind: Finding.Kind) -> Int { findings.count { $0.kind == kind } }
    /// Whether something that trains could be known where it is judged.
    public var leaks: Bool { findings.contains { $0.kind == .leak || $0.kind == .group } }

    /// How well GC alone tells two classes apart, an area under the ROC; nil unless there are two.
    public var aurocOfGC: Double? {
        let labels = shares.reduce(into: [String]()) { if !$0.contains($1.label) { $0.append($1.label) } }
        guard labels.count == 2 else { return nil }
        let bins = labels.map { label in
            shares.filter { $0.label == label }.reduce(into: [Int](repeating: 0, count: 101)) { sums, share in
                for i in sums.indices { sums[i] += share.gc[i] }
            }
        }
        let (first, second) = (bins[0].reduce(0, +), bins[1].reduce(0, +))
        guard first > 0, second > 0 else { return nil }
        var (below, area) = (0.0, 0.0)
        for i in 0...100 {
            area += Double(bins[1][i]) * (below + Double(bins[0][i]) / 2)
            below += Double(bins[0][i])
        }
        let auroc = area / (Double(first) * Double(second))
        return max(auroc, 1 - auroc)
    }

    /// Reads the sources, several times; blocks the thread.
    public init(_ sources: [AuditSource]) throws {
        var (labels, splits, groups) = (Names(), Names(), Names())
        var (labelOf, splitOf, groupOf, placeOf) = ([Int32](), [Int32](), [Int32](), [(file: Int32, number: Int32)]())
        var (first, bases) = ([UInt64: Int32](), 0)
        var pending: [(Finding.Kind, Int, String, Int?)] = []
        var shareOf: [Int64: Int] = [:]
        for (file, source) in sources.enumerated() {
            try source.forEach { record in
                let index = placeOf.count
                let (label, split) = (labels.number(record.label), splits.number(record.split))
                labelOf.append(label)
                splitOf.append(split)
                groupOf.append(record.group.map { groups.number($0) } ?? -1)
                placeOf.append((Int32(file), Int32(record.number)))
                lengths[record.letters.count, default: 0] += 1
                bases += record.letters.count
                let gc = record.letters.count { [0x47, 0x43].contains($0 & 0xdf) }
                let share = shareOf[Int64(split) << 32 | Int64(label)] ?? shares.count
                if share == shares.count {
                    shareOf[Int64(split) << 32 | Int64(label)] = share
                    shares.append(
                        Share(
                            split: record.split, label: record.label, count: 0, gc: Array(repeating: 0, count: 101)))
                }
                shares[share].count += 1
                shares[share].gc[100 * gc / max(1, record.letters.count)] += 1
                if let flaw = SequenceSource.flaw(record.letters) {
                    pending.append((.letters, index, flaw, nil))
                    return
                }
                let several = record.letters.count { BaseCode.nibble(ofASCII: $0).nonzeroBitCount > 1 }
                if 10 * several > record.letters.count {
                    pending.append(
                        (.letters, index, "\(several) of \(record.letters.count) letters stand for several bases", nil))
                }
                let hash = SharedStretches.hash(record.letters)
                guard let earlier = first[hash] else {
                    first[hash] = Int32(index)
                    return
                }
                let isConflict = labelOf[Int(earlier)] != label
                pending.append((isConflict ? .conflict : .duplicate, index, "the same sequence as", Int(earlier)))
                // What is too short for a stretch leaks as a whole.
                if splitOf[Int(earlier)] != split, record.letters.count < SharedStretches.length {
                    pending.append((.leak, index, "the same sequence as", Int(earlier)))
                }
            }
        }
        guard placeOf.count < Int(Int32.max) else { throw TaskError("there are more records than can be audited") }
        records = placeOf.count
        shares.sort { ($0.split, $0.label) < ($1.split, $1.label) }
        first = [:]
        var shared = SharedStretches(splits: splitOf, bases: bases)
        for part in 0..<shared.parts {
            shared.begin(part: part)
            var index = 0
            for source in sources {
                try source.forEach { record in
                    // What is no DNA nobody trains on.
                    if index < placeOf.count, SequenceSource.flaw(record.letters) == nil {
                        shared.add(record.letters, record: index)
                    }
                    index += 1
                }
            }
            guard index == placeOf.count else { throw TaskError("the files were changed while they were read") }
            shared.end()
        }
        for (index, partner) in shared.partners.enumerated() where partner >= 0 {
            pending.append((.leak, index, "shares \(SharedStretches.length) bases with", Int(partner)))
        }
        families = (0..<Int32(records)).count { shared.root($0) == $0 }
        // The first record of each group; one of another split is a leak.
        var firstOf = [Int32](repeating: -1, count: groups.names.count)
        for (index, group) in groupOf.enumerated() where group >= 0 {
            let earlier = firstOf[Int(group)]
            if earlier < 0 {
                firstOf[Int(group)] = Int32(index)
            } else if splitOf[Int(earlier)] != splitOf[index] {
                pending.append((.group, index, "is of the group \(groups.names[Int(group)]), as is", Int(earlier)))
            }
        }
        func name(_ index: Int) -> String { "\(sources[Int(placeOf[index].file)].name):\(placeOf[index].number)" }
        let order = Finding.Kind.allCases
        findings = pending.sorted {
            (order.firstIndex(of: $0.0) ?? 0, $0.1) < (order.firstIndex(of: $1.0) ?? 0, $1.1)
        }.map { kind, index, words, other in
            let elsewhere = other.map {
                "\(words) \(name($0)) (\(splits.names[Int(splitOf[$0])]), \(labels.names[Int(labelOf[$0])]))"
            }
            return Finding(
                kind: kind, record: name(index), split: splits.names[Int(splitOf[index])],
                label: labels.names[Int(labelOf[index])], other: elsewhere ?? words)
        }
    }

    /// Adds records of whose label a model that had not seen them was sure that it is another one.
    public mutating func add(disagreements: [Finding]) { findings += disagreements }
}

/// Names by number, each once.
private struct Names {
    private var numbers: [String: Int32] = [:]
    private(set) var names: [String] = []

    mutating func number(_ name: String) -> Int32 {
        if let number = numbers[name] { return number }
        numbers[name] = Int32(names.count)
        names.append(name)
        return Int32(names.count - 1)
    }
}
