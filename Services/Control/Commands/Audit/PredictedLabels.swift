import Foundation
import Genomics
import SequenceAnalysis

/// The labels that networks gave to records that they had not seen, as `train sequence --predictions` writes them.
enum PredictedLabels {
    /// The records of whose label a network was sure that it is another one.
    static func disagreements(_ path: String, confidence: Float) throws -> [SequenceAudit.Finding] {
        var lines = try BGZFLines(path: path)
        func fields(_ line: ArraySlice<UInt8>) -> [String] {
            line.split(separator: 0x09, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        }
        let header = try lines.next().map(fields) ?? []
        let classes = header.indices.filter { header[$0].hasPrefix("p_") }
        guard header.prefix(4) == ["file", "record", "fold", "label"], classes.count > 1 else {
            throw ControlError(
                "\(path) does not have the columns file, record, fold, label and p_CLASS that `train sequence --predictions` writes"
            )
        }
        var findings: [SequenceAudit.Finding] = []
        while let line = try lines.next() {
            let fields = fields(line)
            let values = classes.map { fields.indices.contains($0) ? Float(fields[$0]) ?? .nan : .nan }
            guard fields.count == header.count, values.allSatisfy({ (0...1).contains($0) }) else {
                throw ControlError("\(path), line \(lines.number): these are no probabilities")
            }
            guard let best = values.indices.max(by: { values[$0] < values[$1] }), values[best] >= confidence else {
                continue
            }
            let said = String(header[classes[best]].dropFirst(2))
            if said == fields[3] { continue }
            findings.append(
                SequenceAudit.Finding(
                    kind: .label, record: "\(fields[0]):\(fields[1])", split: "fold \(fields[2])", label: fields[3],
                    other: "\(said) with \(String(format: "%.4f", values[best]))"))
        }
        return findings
    }
}
