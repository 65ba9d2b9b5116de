/// Whose reads are wanted of a file that says in its read groups (`@RG`, `SM`) whose it holds.
public struct SampleQuery: Sendable, Hashable {
    /// The sample's name; nil for whoever the file is of.
    public var name: String?
    /// Whether reads that are said to be another's are taken under this name.
    public var isRenaming: Bool

    /// Asks for a sample.
    public init(_ name: String?, isRenaming: Bool = false) {
        self.name = name
        self.isRenaming = isRenaming
    }
}

/// The reads of a file that are one sample's.
struct SampleSelection {
    /// The sample's name: the one that was asked for, or the file's own; nil when neither says one.
    let name: String?
    /// The read groups that are the sample's.
    let readGroups: [ReadGroup]
    /// How many reads were left out because they are another's.
    private(set) var leftOut = 0

    /// The other samples of the file.
    private let others: [String]
    private let groups: Set<String>

    /// Throws where the read groups are of several samples and none is chosen, or of another than the one that was asked for.
    init(_ header: AlignmentHeader, _ query: SampleQuery, path: String) throws(GenomicsError) {
        let samples = header.samples
        let listed = samples.map { "\"\($0)\"" }.joined(separator: ", ")
        func refused(_ message: String) -> GenomicsError {
            GenomicsError(.sampleMismatch, message, file: path, field: "SM")
        }
        if samples.count > 1 {
            guard let chosen = query.name else {
                throw refused(
                    "the file holds reads of several samples, \(listed); choose one with --sample, the others' reads are "
                        + "left out")
            }
            guard samples.contains(chosen) else {
                throw refused(
                    "the file holds reads of several samples, \(listed), and none is \"\(chosen)\"; choose one of them "
                        + "with --sample")
            }
            name = chosen
            readGroups = header.readGroups.filter { $0.sample == chosen }
            others = samples.filter { $0 != chosen }
        } else {
            if let wanted = query.name, let found = samples.first, wanted != found, !query.isRenaming {
                throw refused(
                    "the reads are those of \(listed) (SM of the read groups), not of \"\(wanted)\"; ask for "
                        + "--sample \(found), or say with --rename that they are to be reported as \"\(wanted)\"")
            }
            name = query.name ?? samples.first
            readGroups = header.readGroups
            others = []
        }
        groups = Set(readGroups.map(\.id))
    }

    /// Whether a record is the sample's; one that is not is counted.
    mutating func includes(_ record: BAMRecord) -> Bool {
        if others.isEmpty { return true }
        if let group = BAMTags(record.tags).string("RG"), groups.contains(group) { return true }
        if record.flags.isDisjoint(with: [.secondary, .supplementary]) { leftOut += 1 }
        return false
    }

    /// What the report has to say of the reads that were left out; nil when there are none.
    func remark(file: String) -> InputProblem? {
        guard leftOut > 0, let name else { return nil }
        return InputProblem(
            file: file, record: 0, field: "SM",
            message: "\(leftOut) reads of \(others.joined(separator: ", ")), or of no read group, were left out: the "
                + "sample is \(name)",
            kind: "other-sample", isLoss: false)
    }
}

extension AlignmentHeader {
    /// The samples that the read groups name, in their order, each once; a group without `SM` names none.
    public var samples: [String] {
        var samples: [String] = []
        for line in text.split(separator: "\n") where line.hasPrefix("@RG\t") {
            guard let field = line.split(separator: "\t").first(where: { $0.hasPrefix("SM:") }) else { continue }
            let sample = String(field.dropFirst(3))
            if !sample.isEmpty, !samples.contains(sample) { samples.append(sample) }
        }
        return samples
    }
}
