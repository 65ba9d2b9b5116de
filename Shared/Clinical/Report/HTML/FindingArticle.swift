/// A finding with all that is known of it: the plain sentence first, evidence behind.
struct FindingArticle {
    let finding: Finding
    /// The anchor of the article.
    let anchor: String
    /// Its place in its list, from 1.
    let number: Int
    /// The page, for links.
    let page: ClinicalPage

    private var allele: AnnotatedAllele { finding.allele }
    private var chosen: TranscriptConsequence? { allele.chosen }

    /// The article.
    var markup: HTML {
        let variantClass = finding.classification.byPoints
        return """
            <article id="\(anchor)" data-finding="\(finding.id)" aria-labelledby="\(anchor)-title">
            <h3 id="\(anchor)-title"><span class="number">\(number)</span> <span class="gene">\(finding.gene)</span> \
            <span class="name">\(shortName)</span> <span class="class \(Self.style(variantClass))">\(variantClass.rawValue)</span></h3>
            <p class="plain">\(sentence)</p>
            \(doubts)\(facts)\(chosen.map(ScaleFigures.protein) ?? "")\(evidence)\(reads)\(criteria)\(others)</article>

            """
    }

    /// What a class means, with the class.
    static func plainClass(_ variantClass: VariantClass) -> String {
        "\(variantClass.rawValue): \(PlainWords.meaning(of: variantClass))"
    }

    private static func style(_ variantClass: VariantClass) -> String {
        switch variantClass {
        case .pathogenic, .likelyPathogenic: "causal"
        case .uncertain: "open"
        case .likelyBenign, .benign: "harmless"
        }
    }

    /// The names of the coding sequence and the protein without accessions, or the place.
    var shortName: HTML {
        let names = [chosen?.codingName, chosen?.proteinName].compactMap { $0 }.map { name in
            name.split(separator: ":", maxSplits: 1).last.map(String.init) ?? name
        }
        if names.isEmpty { return "\(place)" }
        return "\(names.map(PlainWords.bases).joined(separator: " · "))"
    }

    private var place: String {
        let (reference, alternate) = (PlainWords.bases(allele.reference), PlainWords.bases(allele.alternate))
        return "\(allele.contig):\(PlainWords.grouped(allele.position)) \(reference)>\(alternate)"
    }

    private var sentence: HTML {
        let effect = chosen?.terms.first.map { "that \(PlainWords.effect(of: $0))" } ?? "outside of known genes"
        let copies = allele.call.map { ", \(PlainWords.copies($0))" } ?? "; the genotype is not known"
        let fit = PlainWords.fit(finding.inheritance.finding, isKnown: !finding.classification.inheritance.isEmpty)
        let variantClass = finding.classification.byPoints
        let word = "\(variantClass == .uncertain ? "of" : "classed as") \(variantClass.rawValue.lowercased())"
        return """
            A variant in \(finding.gene) \(effect)\(copies). It is \(word): \(PlainWords.meaning(of: variantClass)). \(fit)
            """
    }

    private var doubts: HTML {
        guard !finding.ambiguities.isEmpty else { return "" }
        return
            "<div class=\"doubts\"><h4>What is open about it</h4>\n\(HTML.list(finding.ambiguities.map { HTML($0) }))</div>\n"
    }

    private var facts: HTML {
        HTML.facts([
            ("Disease", finding.disease.map { "\($0.name) (\($0.id))" } ?? "none is known"),
            ("Inheritance", inheritance),
            ("Call", call),
            ("Coding name", chosen?.codingName.map { "<code>\($0)</code>" }),
            ("Protein name", chosen?.proteinName.map { "<code>\($0)</code>" }),
            ("Genomic name", finding.genomicName.map { "<code>\($0)</code>" }),
            ("Place", "<code>\(place)</code>"),
            ("Identifier", finding.vrs.map { "<code>\($0)</code>" }),
            ("Effect", chosen.map(Self.effect)),
            ("Frequency", frequency),
            ("ClinVar", clinVar),
            ("Name in this report", "<code>\(finding.id)</code>"),
        ])
    }

    private var inheritance: HTML {
        let stated = finding.classification.inheritance
        let how = stated.isEmpty ? "mode not stated" : stated.joined(separator: ", ")
        let variants = finding.inheritance.variants.map(\.name).filter { $0 != allele.name }
        let with: HTML =
            variants.isEmpty ? "" : " with <code>\(variants.map(PlainWords.bases).joined(separator: ", "))</code>"
        return "\(how); found: \(PlainWords.term(finding.inheritance.finding))\(with)"
    }

    private var call: HTML {
        guard let call = allele.call else { return "no genotype" }
        var parts: [HTML] = ["\(call.zygosity.rawValue), genotype <code>\(call.genotype)</code>"]
        if let quality = call.quality { parts.append("quality (GQ) \(quality)") }
        if let depth = call.depth { parts.append("\(depth) reads") }
        if let depths = call.depths, depths.count == 2 {
            let bar = ScaleFigures.balance(reference: depths[0], alternate: depths[1])
            parts.append("\(depths[1]) with the variant, \(depths[0]) with the reference \(bar)")
        }
        if let share = call.share {
            parts.append("\(PlainWords.percent(share)) of the mitochondrial DNA (heteroplasmy)")
        }
        parts.append(
            call.phase.map { "phased: set \($0.set), \($0.haplotype == 0 ? "first" : "second") chromosome" }
                ?? "not phased")
        parts.append(
            call.filters.isEmpty
                ? "passed all filters"
                : "<strong>rejected by the filter \(call.filters.joined(separator: ", "))</strong>")
        return parts.dropFirst().reduce(parts[0]) { $0 + "; " + $1 }
    }

    private static func effect(_ consequence: TranscriptConsequence) -> HTML {
        var words = consequence.terms.map { $0.replacing("_", with: " ") }.joined(separator: ", ")
        words += " (\(consequence.impact.lowercased()) impact)"
        if let exon = consequence.exon { words += ", exon \(exon.number) of \(exon.count)" }
        if let intron = consequence.intron { words += ", intron \(intron.number) of \(intron.count)" }
        switch consequence.isDecayed {
        case true?: words += "; its RNA is expected to be decayed"
        case false?: words += "; its RNA is expected to escape decay"
        case nil: break
        }
        let choice = consequence.isManeSelect ? ", MANE Select" : ""
        return "\(words); transcript <code>\(consequence.transcript)</code>\(choice)"
    }

    private var frequency: HTML {
        guard let first = allele.frequencies.first(where: { $0.population.isEmpty }) ?? allele.frequencies.first else {
            return "not in the sources that were asked"
        }
        var words = PlainWords.percent(first.frequency)
        if let oneIn = PlainWords.oneIn(first.frequency) { words += ", \(oneIn)" }
        if let count = first.alleleCount, let number = first.alleleNumber {
            words += " (\(PlainWords.grouped(count)) of \(PlainWords.grouped(number)) chromosomes)"
        }
        if let homozygotes = first.homozygotes { words += ", \(PlainWords.grouped(homozygotes)) with two copies" }
        let population = first.population.isEmpty ? "" : ", population \(first.population)"
        return "\(words)\(population); \(page.links([first.source]))"
    }

    private var clinVar: HTML {
        guard let record = allele.clinVar else { return "not known to it" }
        let stars = max(0, min(4, record.stars))
        let picture = String(repeating: "★", count: stars) + String(repeating: "☆", count: 4 - stars)
        let isNumber =
            !record.id.isEmpty && record.id.utf8.count < 12 && record.id.utf8.allSatisfy { (48...57).contains($0) }
        let id: HTML =
            isNumber
            ? "<a href=\"https://www.ncbi.nlm.nih.gov/clinvar/variation/\(record.id)/\" rel=\"noreferrer\">variation \(record.id)</a>"
            : "variation \(record.id)"
        let conditions: HTML = record.conditions.isEmpty ? "" : ", for \(record.conditions.joined(separator: "; "))"
        return """
            \(record.significance) <span role="img" aria-label="\(stars) of 4 stars">\(picture)</span> \
            (\(record.reviewStatus))\(conditions); \(id), as of \(page.links([record.source]))
            """
    }

    private var reads: HTML {
        guard let picture = finding.reads else { return "<h4>Reads</h4>\n<p>No reads are at hand.</p>\n" }
        return "<h4>Reads</h4>\n" + ReadsFigure(picture, position: allele.position).figure(of: allele.position)
    }
}
