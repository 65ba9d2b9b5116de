import Events
import Foundation
import Genomics
import Messaging
import Observability
import VariantCalling

extension FuzzEntry {
    /// A record of a topic: lines `name: value` are its headers, what follows an empty line is its value.
    static let events = FuzzEntry("events", longest: 4096) { input in
        let record = incomingRecord(input)
        let envelope = try EventEnvelope(record)
        let headers = try mustNotThrow("headers that were written") {
            try EventHeaders(parsing: envelope.headers.kafkaHeaders())
        }
        try FuzzFinding.unless(headers == envelope.headers, "other headers after writing them")
        _ = envelope.headers.traceparent.flatMap(TraceContext.init(traceparent:))
        _ = try? envelope.run()
        let value = record.value ?? []
        switch envelope.type {
        // These have parsers of their own.
        case .reads, .laneAlignments, .alignments, .items, .examples, .interimExamples, .labelledExamples: break
        case .readsSealed: _ = try event(ReadsSeal.self, value)
        case .shardSealed: _ = try event(ShardSeal.self, value)
        case .laneSealed: _ = try event(LaneSeal.self, value)
        case .laneMarked: _ = try event(LaneMark.self, value)
        case .report: _ = try event(Report.self, value)
        case .readsMarked: _ = try event(ReadsMark.self, value)
        case .shardMarked: _ = try event(ShardMark.self, value)
        case .interimScores: _ = try event(InterimScores.self, value)
        case .interimReport: _ = try event(InterimReport.self, value)
        case .model: _ = try event(ModelEvent.self, value)
        case .run: _ = try event(RunEvent.self, value)
        case .trainingPlan: _ = try event(TrainingPlan.self, value)
        case .trainingMembership: _ = try event(TrainingMembership.self, value)
        case .job: for region in try event(JobEvent.self, value).ingest?.regions ?? [] { use(region) }
        case .scores: _ = try event(ScoreBatch.self, value)
        case .predictions: try use(event(PredictionBatch.self, value))
        case .taskReport: _ = try event(TaskReport.self, value)
        case .trainingRow:
            let row = try TrainingRow(envelope, record)
            try FuzzFinding.unless(row.piece < row.pieces, "piece \(row.piece) of \(row.pieces)")
        }
    }

    /// The value of a header that carries a trace.
    static let trace = FuzzEntry("trace", longest: 128) { input in
        guard let text = String(validating: input, as: UTF8.self), let trace = TraceContext(traceparent: text) else {
            return
        }
        try FuzzFinding.unless(TraceContext(traceparent: trace.traceparent) == trace, "another trace after writing it")
    }

    private static func event<Event: JSONEvent & Equatable>(_ type: Event.Type, _ value: [UInt8]) throws -> Event {
        let event = try EventCoding.decode(type, from: value)
        let written = try mustNotThrow("writing it") { try EventCoding.encode(event) }
        let again = try mustNotThrow("what was written") { try EventCoding.decode(type, from: written) }
        // Dates travel as whole seconds, so it is what was written that must stay.
        try FuzzFinding.unless(try EventCoding.encode(again) == written, "another event after writing it")
        return event
    }

    private static func incomingRecord(_ input: [UInt8]) -> IncomingRecord {
        var headers: [(name: String, value: String)] = []
        var rest = input[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { break }
            headers.append(
                (
                    String(decoding: line[..<colon], as: UTF8.self),
                    String(decoding: line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
                ))
        }
        return IncomingRecord(
            topic: "fuzz", partition: 0, offset: 0, key: nil, value: rest.isEmpty ? nil : Array(rest), headers: headers)
    }
}

/// Asks all that services ask of a candidate that came from a topic.
func use(_ candidate: Candidate) {
    _ = (candidate.lengthChange, candidate.affectedRange, candidate.alternateFraction)
    _ = (candidate.referenceReverse, candidate.alternateReverse)
    _ =
        Allele(
            contig: candidate.contig, position: candidate.position, reference: candidate.reference,
            alternate: candidate.alternate)?.trimmed.atoms
}

private func use(_ interval: Interval) {
    _ = (interval.zeroBased, interval.length, BED([(interval.contig, interval.zeroBased)]).baseCount)
}

private func use(_ batch: PredictionBatch) throws {
    for scored in batch.scored { use(scored.candidate) }
    // The service refuses a unit whose candidates have another number of probabilities.
    guard batch.scored.allSatisfy({ $0.probabilities.count == CallingModel.labels.count }) else { return }
    let calls = Genotyper().call(
        batch.scored.map { Genotyper.Allele(candidate: $0.candidate, probabilities: $0.probabilities) })
    let written = try mustNotThrow("the calls as rows") { try JSONEncoder().encode(calls) }
    let again = try mustNotThrow("rows that were written") { try JSONDecoder().decode([SiteCall].self, from: written) }
    try FuzzFinding.unless(again == calls, "other calls after writing them")
}
