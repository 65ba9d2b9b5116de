import Commands
import Delivery
import Foundation
import SequenceAnalysis
import Tasks

/// `helicase data audit`: what is wrong with labelled sequences before anybody trains on them.
struct DataAudit {
    private let command: ParsedCommand
    private let output: String?
    private let sources: [AuditSource]

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output")
        if let output {
            try OutputPath.checkFolder(output)
            try OutputPath.checkNew(Self.files, in: output, force: command.flag("force"))
        }
        let columns = ["label", "split", "group", "folds"]
        switch (command.value("recipe"), command.positional.isEmpty) {
        case (let choice?, true):
            if let column = columns.first(where: { command.value($0) != nil }) {
                throw StartError(.usage, "--\(column) is for files; a recipe says itself what its records are")
            }
            guard let folder = command.value("data") else {
                throw StartError(.usage, "--recipe needs --data: the folder below which its files are")
            }
            sources = try AuditSource.of(TrainSequence.recipe(choice), folder: folder)
        case (nil, false):
            sources = try AuditSource.files(
                command.positional, label: command.value("label"), split: command.value("split"),
                group: command.value("group"), folds: command.value("folds"))
        default: throw StartError(.usage, "name files, or a --recipe and its --data")
        }
    }

    static let files = ["findings.tsv", "index.html"]

    func run() async throws {
        let sources = sources
        var audit = try await BlockingWork.run { try SequenceAudit(sources) }
        if let path = command.value("predictions") {
            audit.add(disagreements: try PredictedLabels.disagreements(path, confidence: confidence))
        }
        if let output {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            try Files.write(Data(Self.table(audit).utf8), to: "\(output)/findings.tsv")
            try Files.write(Data(AuditPage.html(audit, sources.map(\.name)).utf8), to: "\(output)/index.html")
        }
        print(Self.lines(audit).joined(separator: "\n"))
        if let output { print("wrote \(output)/findings.tsv and \(output)/index.html") }
        if audit.leaks {
            throw ControlError("records leak from one split to another: figures of a model would flatter it")
        }
    }

    private var confidence: Float {
        get throws {
            guard let text = command.value("confidence") else { return 0.95 }
            guard let value = Float(text), value > 0.5, value < 1 else {
                throw StartError(.usage, "--confidence: \(text) is not between 0.5 and 1")
            }
            return value
        }
    }

    /// What was found, for a terminal.
    static func lines(_ audit: SequenceAudit) -> [String] {
        var lines = [
            "\(Count.of(audit.records, "record")), in \(Count.of(audit.families, "family", "families")) without 40 bases in common"
        ]
        let rows = SequenceAudit.Finding.Kind.allCases.map { kind -> [String] in
            let found = audit.findings.filter { $0.kind == kind }
            return ["\(found.count)", kind.text, found.first.map { "\($0.record): \($0.other)" } ?? ""]
        }
        lines += TextTable.lines(["records", "what", "the first"], rows)
        let classes = audit.shares.map { share in
            [share.split, share.label, "\(share.count)", String(format: "%.1f %%", 100 * share.meanGC)]
        }
        lines += [""] + TextTable.lines(["split", "label", "records", "GC"], classes)
        if let auroc = audit.aurocOfGC {
            lines.append(String(format: "GC alone tells the classes apart with an AUROC of %.3f", auroc))
        }
        if audit.lengths.count > 1, let usual = audit.lengths.max(by: { $0.value < $1.value }) {
            lines.append("\(audit.records - usual.value) records do not have \(usual.key) bases, as most do")
        }
        return lines
    }

    /// A line a finding.
    static func table(_ audit: SequenceAudit) -> String {
        (["kind\trecord\tsplit\tlabel\tfinding"]
            + audit.findings.map { "\($0.kind.rawValue)\t\($0.record)\t\($0.split)\t\($0.label)\t\($0.other)" })
            .joined(separator: "\n") + "\n"
    }
}

extension SequenceAudit.Finding.Kind {
    /// In words.
    var text: String {
        switch self {
        case .leak: "share 40 bases, on either strand, with a record of another split"
        case .group: "are of a group that another split has too"
        case .conflict: "have the sequence of a record with another label"
        case .duplicate: "have the sequence of an earlier record of that label"
        case .letters: "hold no DNA, or many letters that stand for several bases"
        case .label: "are surely of another label, says a model that had not seen them"
        }
    }
}
