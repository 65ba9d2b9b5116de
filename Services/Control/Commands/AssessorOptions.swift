import Annotation
import Clinical
import Commands
import Genomics

/// What variants are judged by, from the options of `classify` and `diagnose`: tables, ClinVar, gene models, the reference.
struct AssessorOptions {
    let knowledge: CriteriaKnowledge
    let reference: ReferenceGenome?
    let transcripts: TranscriptSet?
    private let command: ParsedCommand

    init(_ command: ParsedCommand) throws {
        self.command = command
        let reference = try command.value("reference").map { try ReferenceGenome(path: $0) }
        transcripts = try command.value("transcripts").map { path in
            let set = try TranscriptSet(path: path)
            return try reference.map { try set.matched(to: $0) } ?? set
        }
        self.reference = reference
        knowledge =
            try command.value("knowledge-folder").map { try CriteriaKnowledge(folder: $0) }
            ?? CriteriaKnowledge.bundled()
    }

    /// The assessor of calls that were compared with these sources of frequencies.
    func assessor(frequencies: [String]) throws -> VariantAssessor {
        let index = try command.value("clinvar").map { text in
            let equal = text.lastIndex(of: "=").flatMap { text[$0...].contains("/") ? nil : $0 }
            return try ClinVarIndex(
                path: String(text[..<(equal ?? text.endIndex)]),
                source: equal.map { String(text[text.index(after: $0)...]) } ?? "clinvar")
        }
        var options = VariantAssessor.Options()
        options.frequencySources = frequencies
        options.countsClinVar = command.flag("count-clinvar")
        return VariantAssessor(
            knowledge: knowledge, index: index, transcripts: transcripts.map { CodingTranscripts($0) },
            reference: reference, options: options)
    }
}
