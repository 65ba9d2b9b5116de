import Genomics
import Tasks

/// A VCF with what a model says of each alternate allele (INFO `EFFECT`): the lines of the input, read again, and the scores of its records.
///
/// The lines themselves do not travel with the records: those of a VCF of many samples are far longer than what a model reads of them.
/// Where the scores of a record are missing, its line stays as it is.
final class EffectFile: ItemResult {
    private let path: String
    private let label: String
    private let sites: [String]
    private let file: TextOutput
    private var lines: VariantLines
    private var next = 0

    private static let definitions = [
        "##INFO=<ID=EFFECT,Number=A,Type=String,Description=\"What a model says of the allele: model|reference|alternate|difference\">",
        "##INFO=<ID=EFFECT_SHIFT,Number=A,Type=Integer,Description=\"Bases by which the allele moves its flanks against each other\">",
    ]
    /// Of models that read sites.
    private static let siteDefinition =
        "##INFO=<ID=EFFECT_SITE,Number=A,Type=String,Description=\"The site that changes most: class|strand|last base before it\">"

    /// Begins a file beside the input, with its header and the definitions of what is added.
    init(path: String, input: String, model: ItemModel) throws {
        self.path = input
        label = model.label.replacing(/[|,;=\s]/, with: "_")
        sites = Outcome(model.package).names
        let definitions =
            try SequenceOptions.of(model.package)?.effect == nil
            ? Self.definitions : Self.definitions + [Self.siteDefinition]
        lines = try VariantLines(path: input)
        file = try TextOutput(path: path)
        while let line = try lines.nextOfHeader() {
            if line.hasPrefix("#CHROM") { for line in definitions { try file.write(line + "\n") } }
            try file.write(line + "\n")
        }
    }

    var gap: String { "no EFFECT" }

    func write(_ score: Score, record: Int, name: String) throws {
        while next < record { try file.write(line() + "\n") }
        let text = try line()
        guard let variant = VariantRecord(text) else { return try file.write(text + "\n") }
        guard variant.name == name else {
            throw GenomicsError(
                .malformed, "holds \(variant.name) where \(name) was: it changed while it was read; run it again",
                file: path, record: lines.number)
        }
        let effects = EffectScores.effects(
            score.values, alleles: variant.alternates.count, position: variant.position - 1, sites: sites)
        let isSaid = effects.contains { $0 != nil }
        try file.write((isSaid ? annotated(text, effects) : text) + "\n")
    }

    func finish() throws {
        while let line = try lines.next() { try file.write(line + "\n") }
        try file.finish()
    }

    private func line() throws -> String {
        guard let line = try lines.next() else {
            throw GenomicsError(.malformed, "has lost records while it was read; run it again", file: path)
        }
        next += 1
        return line
    }

    private func annotated(_ text: String, _ effects: [VariantEffects.Effect?]) -> String {
        var columns = text.split(separator: "\t", maxSplits: 8, omittingEmptySubsequences: false).map(String.init)
        func list(_ value: (VariantEffects.Effect) -> String) -> String {
            effects.map { $0.map(value) ?? "." }.joined(separator: ",")
        }
        var own = "EFFECT=" + list { "\(label)|\($0.reference)|\($0.alternate)|\($0.difference)" }
        own += ";EFFECT_SHIFT=" + list { String($0.shift) }
        if effects.contains(where: { $0?.site != nil }) {
            own += ";EFFECT_SITE=" + list { $0.site.map(Self.text) ?? "." }
        }
        columns[7] = columns[7] == "." || columns[7].isEmpty ? own : "\(columns[7]);\(own)"
        return columns.joined(separator: "\t")
    }

    /// A site, with the position of the base right before it on the reference; `inserted` where it has none there.
    private static func text(_ site: VariantEffects.Site) -> String {
        "\(site.name)|\(site.isReverse ? "-" : "+")|\(site.place.map(String.init) ?? "inserted")"
    }
}
