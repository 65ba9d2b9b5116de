import Commands
import Genomics
import Interpretation
import Observability
import SequenceAnalysis
import Tasks

/// The records of a file, each explained or with the reason why not.
struct ExplainedRecords {
    /// A record.
    struct Record {
        var number: Int
        var name: String
        var label: String
        var attribution: SequenceAttribution
        var place: SequencePlace?

        /// What a person calls it.
        var title: String { name.isEmpty ? "record \(number)" : name }
    }

    private(set) var records: [Record] = []
    /// Records that could not be explained, with the reason.
    private(set) var problems: [(number: Int, name: String, reason: String)] = []
    /// Whether the file holds more records than were asked for.
    private(set) var hasMore = false
    private let input: String
    private static let shown = 10
    /// Numbers that the attributions of all records may take: 1 GB.
    private static let memory = 1 << 28

    /// The records that are explained at once, at most.
    static func most(length: Int) -> Int { max(1, memory / (length * 10)) }

    /// Explains the first records of a file.
    init(
        _ input: String, column: String?, reference: ReferenceGenome? = nil, model: ExplainedModel, most: Int = .max
    ) throws {
        self.input = input
        let most = min(most, Self.most(length: model.length))
        guard SequenceInput(input) != .variants else {
            throw ControlError(
                "\(input) holds variants, and sequences or windows are explained; `predict effect` says what variants change"
            )
        }
        // A reference may also be only for the track.
        let source = try PredictItems.source(
            SequenceTask(), input, column: column, reference: SequenceInput(input) == .sequences ? nil : reference)
        let progress = ProgressMeter("explaining", total: source.totalBytes.map(Int.init), unit: "bytes")
        defer { progress.finish() }
        while let item = try source.next() {
            guard records.count + problems.count < most else {
                hasMore = true
                break
            }
            do {
                if let problem = item.problem { throw InterpretationError(.mismatch, problem) }
                let codes = (item.fields.first ?? []).map { BaseCode.nibble(ofASCII: $0) }
                let (attribution, label) = try model.explain(codes)
                records.append(
                    Record(
                        number: item.record, name: item.name, label: label, attribution: attribution,
                        place: SequencePlace(item.name, length: codes.count)))
            } catch let error as InterpretationError {
                problems.append((item.record, item.name, error.description))
                if problems.count <= Self.shown {
                    Remark.say("\(input), record \(item.record): \(error)")
                }
            }
            progress.set(Int(source.bytesRead))
        }
        guard !records.isEmpty || !problems.isEmpty else { throw ControlError("\(input) holds no record") }
    }

    var count: Int { records.count + problems.count }

    /// Throws where a record was not explained, or where there are more than were asked for, unless those are left out on
    /// purpose.
    func end(_ verb: String, isSample: Bool = false) throws {
        if hasMore, !isSample {
            throw ControlError(
                "\(input) holds more than \(Count.of(count, "record")), as many as are \(verb) at once; these are, the others "
                    + "are not: divide the file")
        }
        guard !problems.isEmpty else { return }
        guard !records.isEmpty else {
            throw ControlError("none of \(Count.of(count, "record")) of \(input) could be \(verb)")
        }
        throw ControlError(
            "\(problems.count) of \(Count.of(count, "record")) of \(input) could not be \(verb); the others are")
    }
}
