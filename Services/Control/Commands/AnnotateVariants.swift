import Annotation
import Commands
import Foundation
import Genomics

/// `helicase annotate`.
enum AnnotateVariants {
    private struct Output: Encodable {
        var summary: VariantAnnotator.Summary
        var transcripts: Int
        var sources: [String]
    }

    static func run(_ command: ParsedCommand) throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let input = command.value("variants") ?? ""
        let path = command.value("transcripts")
        let annotations = command.values("annotations")
        guard path != nil || !annotations.isEmpty else {
            throw StartError(.usage, "give --transcripts, --annotations, or both: there is nothing to add else")
        }
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let transcripts = try path.map { try TranscriptSet(path: $0).matched(to: reference) }
        for remark in transcripts?.remarks ?? [] { Remark.say(remark) }
        var options = VariantAnnotator.Options()
        options.isLocal = command.flag("local")
        options.isOneHaplotype = command.flag("one-haplotype")
        options.isPickOnly = command.flag("pick")
        options.naming = VariantNaming()
        options.hasBCSQ = command.flag("bcsq")
        if let preferred = command.value("preferred") { options.choice = try TranscriptChoice(path: preferred) }
        let sources = try annotations.map { try AnnotationSource($0, reference: reference) }
        let annotator = VariantAnnotator(
            reference: reference, transcripts: transcripts, sources: sources, options: options)
        let summary = try annotator.annotate(
            input, to: output, metadata: metadata(reference, path, annotations), remark: Remark.say)
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let result = Output(
                summary: summary, transcripts: transcripts?.transcripts.count ?? 0, sources: sources.map(\.path))
            print(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else {
            var text = "\(Count.of(summary.records, "record")) in \(output)"
            if transcripts != nil { text += "; \(summary.withConsequence) in transcripts" }
            for (source, known) in zip(sources, summary.known) { text += "; \(known) known to \(source.path)" }
            print(text)
        }
        for source in sources where source.unusable > 0 {
            Remark.say(
                "\(Count.of(source.unusable, "allele")) of \(source.path) do not fit \(reference.path), first "
                    + "\(source.firstUnusable ?? ""), and are in no record")
        }
        let left = summary.mismatched + summary.foreign
        if sources.contains(where: { $0.unusable > 0 }), left == 0 {
            throw ControlError("what --annotations says was not all of it used; the lines above say why")
        }
        if left > 0 {
            throw ControlError("\(Count.of(left, "record")) could not be annotated; the lines above say why")
        }
    }

    /// What the header says of how the file was made.
    private static func metadata(_ reference: ReferenceGenome, _ transcripts: String?, _ annotations: [String])
        -> [String]
    {
        var lines = [
            "helicase_annotateVersion=\(BuildInformation.version)",
            "helicase_annotateReference=\(reference.path);digest=\(reference.digest)",
        ]
        if let transcripts { lines.append("helicase_annotateTranscripts=\(transcripts)") }
        lines += annotations.map { "helicase_annotateAnnotations=\($0)" }
        return lines
    }
}
