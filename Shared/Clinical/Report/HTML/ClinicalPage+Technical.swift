import Foundation

/// How the report was made: for those who check it.
extension ClinicalPage {
    /// How well the genes that were asked about could be seen.
    var coverage: HTML {
        guard !report.coverage.isEmpty else { return "<p>No genes were asked about.</p>\n" }
        let rows = report.coverage.map { gene -> [HTML] in
            let share = gene.bases > 0 ? Double(gene.callable) / Double(gene.bases) : .nan
            return [
                "\(gene.gene)", "\(PlainWords.grouped(gene.callable)) of \(PlainWords.grouped(gene.bases))",
                "\(Self.share(share))",
                share >= 1 ? "nothing is missing" : "<strong>a variant may have been missed</strong>",
            ]
        }
        return HTML.table(
            "Bases of coding exons that could be called",
            [
                .init("Gene", 24), .init("Bases", 26, isNumber: true), .init("Share", 18, isNumber: true),
                .init("What follows", 32),
            ], rows)
    }

    /// A share that is 100 % only where nothing is missing.
    private static func share(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        return share < 1 ? String(format: "%.2f %%", min(99.99, share * 100)) : "100 %"
    }

    /// How the sample's alleles became findings.
    var absent: HTML {
        let counts = report.counts
        let rows = counts.absent.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { reason, count -> [HTML] in
            ["\(reason)", "\(PlainWords.grouped(count))"]
        }
        let lead: HTML = """
            <p>The sample has \(PlainWords.grouped(counts.alleles)) called \(counts.alleles == 1 ? "allele" : "alleles"). Those that are no \
            finding are so for these reasons:</p>

            """
        guard !rows.isEmpty else {
            return
                "<p>The sample has \(PlainWords.grouped(counts.alleles)) called alleles; no reasons were counted.</p>\n"
        }
        return lead
            + HTML.table(
                "Alleles that are no findings", [.init("Reason", 60), .init("Alleles", 40, isNumber: true)], rows)
    }

    /// Methods, limits and remarks.
    var methods: HTML {
        let first =
            report.conclusion.meaning.count + report.conclusion.next.count + report.conclusion.certainty.count + 1
        func part(_ title: String, _ items: [HTML]) -> HTML {
            "<h3>\(title)</h3>\n" + (items.isEmpty ? "<p>None is stated.</p>\n" : HTML.list(items))
        }
        return part("How it was done", sentences(report.methods, first: first))
            + part("What it cannot say", sentences(report.limits, first: first + report.methods.count))
            + part("What was not used as it was given", report.remarks.map { HTML($0) })
    }

    /// The items that CLIA, 42 CFR 493.1291(c), demands.
    var laboratory: HTML {
        let laboratory = report.laboratory
        let lead: HTML =
            laboratory == nil
            ? "<p><strong>No laboratory answers for this report.</strong> What a laboratory's report has to state is missing:</p>\n"
            : "<p>As the laboratory states it; what it did not state is marked.</p>\n"
        return lead
            + HTML.facts([
                ("Patient", HTML.orMissing(laboratory?.patient)),
                ("Laboratory", HTML.orMissing(laboratory?.name)),
                ("Address", HTML.orMissing(laboratory?.address)),
                ("CLIA number or licence", HTML.orMissing(laboratory?.licence)),
                ("Director", HTML.orMissing(laboratory?.director)),
                ("Ordered by", HTML.orMissing(laboratory?.orderedBy)),
                ("Test", HTML.orMissing(laboratory?.test)),
                ("Specimen", HTML.orMissing(laboratory?.specimen)),
                ("Received", HTML.orMissing(laboratory?.received)),
                ("Reported", "\(Self.day(report.provenance.createdAt))"),
            ])
    }

    /// Files and models with their digests.
    var provenance: HTML {
        let rows = Self.sources(of: report).enumerated().map { place, item -> [HTML] in
            let source = item.source
            return [
                "<span id=\"source-\(place + 1)\">\(source.name)</span>", "\(item.kind)",
                "\(source.version.isEmpty ? "–" : source.version)",
                source.digest.isEmpty ? "not taken" : "<code>\(source.digest)</code>",
                "\(source.licence ?? "not stated")",
            ]
        }
        return """
            <p>Made by \(report.provenance.software) on \(report.provenance.createdAt.formatted(.iso8601)); form \(report.format) of the \
            report.</p>
            \(HTML.table(
                "Files, knowledge and models",
                [
                    .init("Name", 22), .init("What it is", 14), .init("Version", 13), .init("SHA-256", 35),
                    .init("Terms of use", 16),
                ], rows))
            """
    }

    /// Each sentence with what it rests on.
    var reasons: HTML {
        guard !notes.isEmpty else { return "<p>The report has no such sentences.</p>\n" }
        let rows = notes.enumerated().map { place, statement -> [HTML] in
            let number = place + 1
            return [
                """
                <a id="note-\(number)" href="#sentence-\(number)" aria-label="Note \(number): back to its sentence">\(number)</a>
                """,
                "<code>\(statement.id)</code>",
                statement.sources.isEmpty ? "nothing is named" : links(statement.sources),
            ]
        }
        return """
            <p>The command <code>helicase report why</code> takes the name of a sentence and gives what it rests on, down to reads and records.</p>
            \(HTML.table(
                "Sentences by number",
                [.init("Note", 10, isNumber: true), .init("Name", 40), .init("Rests on", 50)], rows))
            """
    }
}
