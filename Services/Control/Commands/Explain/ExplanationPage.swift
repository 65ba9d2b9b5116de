import Commands
import Foundation
import Interpretation
import NeuralNetwork
import Plots

/// The HTML pages of `explain`, which load nothing.
enum ExplanationPage {
    /// Attributions of sequences.
    static func sequences(
        _ explained: ExplainedRecords, drawn: Int, model: ExplainedModel, options: SequenceExplainer.Options
    ) -> String {
        var lead = "\(Count.of(explained.records.count, "sequence")) by \(words(options.method)), model \(model.name)."
        if options.method == .deepSHAP {
            lead +=
                " Each against \(Count.of(options.references, "shuffle")) of itself that keep every pair of neighbours, "
                + "seed \(options.referenceSeed)."
        }
        if model.readsBothStrands { lead += " The mean of both strands." }
        var body = ""
        if !explained.records.isEmpty, options.method.promisesCompleteness || options.method == .gradientTimesInput {
            let errors = explained.records.compactMap(\.attribution.error)
            let paths = model.pathLayers
            body += Page.paragraph(
                "Contributions should add up to the difference of the score to that of the reference. What they lack is at most "
                    + "\(number(errors.max() ?? 0)) of it here"
                    + (paths.isEmpty || options.method == .integratedGradients
                        ? "." : "; these layers have no exact rule: \(paths.joined(separator: ", ")).")
                    + (options.method == .gradientTimesInput ? " This method does not promise to." : ""))
        }
        let records = explained.records.prefix(drawn)
        for record in records {
            let attribution = record.attribution
            var facts = ["explains \(record.label)", "score \(number(attribution.score))"]
            if let reference = attribution.referenceScore { facts.append("reference \(number(reference))") }
            if let error = attribution.error { facts.append("completeness error \(number(error))") }
            body += Page.section(
                record.title,
                "<p class=\"facts\">\(Markup.escaped(facts.joined(separator: " · ")))</p>"
                    + Page.figure(ExplainSequence.logo(record).plot()))
        }
        if explained.records.count > drawn {
            body += Page.paragraph(
                "The other \(Count.of(explained.records.count - drawn, "sequence")) are in attributions.safetensors and records.tsv."
            )
        }
        if !explained.problems.isEmpty {
            body += Page.section(
                "Not explained",
                Page.table(
                    ["record", "name", "reason"],
                    explained.problems.prefix(100).map { ["\($0.number)", $0.name, $0.reason] })
                    + (explained.problems.count > 100 ? Page.paragraph("The others are in records.tsv.") : ""))
        }
        return Page.page("Why \(model.name) says so", lead: lead, body)
    }

    /// Motifs.
    static func motifs(
        _ found: [ExplainMotifs.Found], sequences: Int, seqlets: Int, model: ExplainedModel
    ) -> String {
        let lead =
            "\(Count.of(found.count, "motif")) from \(Count.of(seqlets, "stretch", "stretches")) of "
            + "\(Count.of(sequences, "sequence")) where contributions stand together more than by chance; model \(model.name)."
        var body = Page.table(
            ["motif", "consensus", "#hits", "#sequences", "most like", "#q"],
            found.map { found in
                let best = found.matches.first
                return [
                    found.cluster.motif.name, found.cluster.motif.consensus, "\(found.cluster.members.count)",
                    "\(found.sequences)", best.map { "\($0.target.alternateName) (\($0.target.name))" } ?? "",
                    best.map { number($0.qValue) } ?? "",
                ]
            })
        if found.isEmpty { body = Page.paragraph("Contributions stand together no more than by chance.") }
        for motif in found {
            let cluster = motif.cluster
            var figures = Page.figure(information(cluster.motif, title: "\(cluster.motif.name): letters at its hits"))
            let contributions = (0..<cluster.motif.length).map { position in
                (0..<4).map { Double(cluster.contributions[4 * position + $0]) }
            }
            figures += Page.figure(
                SequenceLogo(
                    title: "\(cluster.motif.name): mean contributions", height: Axis("contribution"),
                    positions: contributions
                ).plot())
            if let best = motif.matches.first {
                let target = best.isReverse ? best.target.reverseComplement : best.target
                figures += Page.figure(
                    information(
                        target,
                        title:
                            "\(best.target.alternateName) \(best.target.name)\(best.isReverse ? ", opposite strand" : "")"
                    ))
            }
            let matches = motif.matches.prefix(5).map { match in
                [
                    match.target.name, match.target.alternateName, number(match.pValue), number(match.qValue),
                    "\(match.offset)", match.isReverse ? "-" : "+",
                ]
            }
            let name = [cluster.motif.name, cluster.motif.alternateName].filter { !$0.isEmpty }.joined(
                separator: ": like ")
            body += Page.section(
                name,
                "<p class=\"facts\">\(Count.of(cluster.members.count, "hit")) in \(Count.of(motif.sequences, "sequence")), "
                    + "\(share(motif.sequences, sequences)) of all</p>"
                    + "<div class=\"plots\">\(figures)</div>"
                    + Page.table(["library", "name", "#p", "#q", "#offset", "strand"], Array(matches)))
        }
        return Page.page("Motifs of \(model.name)", lead: lead, body)
    }

    private static func information(_ motif: PositionWeightMatrix, title: String) -> Plot {
        let heights = zip(motif.rows, motif.information).map { row, bits in row.map { $0 * bits } }
        return SequenceLogo(title: title, height: Axis("bits", 0...2), positions: heights).plot()
    }

    private static func words(_ method: AttributionMethod) -> String {
        switch method {
        case .saliency: "the greatest slope at each position"
        case .gradientTimesInput: "the gradient times the input"
        case .integratedGradients: "integrated gradients from equal shares of the letters"
        case .deepLIFT: "DeepLIFT against equal shares of the letters"
        case .deepSHAP: "DeepSHAP"
        case .mutagenesis: "every single change: how much worse the other letters are"
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.3g", value) }
    private static func share(_ part: Int, _ all: Int) -> String {
        String(format: "%.1f %%", 100 * Double(part) / Double(max(1, all)))
    }
}
