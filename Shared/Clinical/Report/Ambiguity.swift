/// What is open about a finding, a sentence each.
enum Ambiguity {
    static func sentences(
        _ candidate: FindingSelection.Candidate, _ fit: InheritanceFit, family: CalledFamily? = nil
    ) -> [String] {
        call(candidate.allele) + phase(fit, family) + self.family(candidate, family) + classes(candidate.classification)
            + word(candidate)
    }

    private static func call(_ allele: AnnotatedAllele) -> [String] {
        guard let call = allele.call else { return ["No genotype is known: whether the person has it was not told."] }
        var sentences: [String] = []
        if let quality = call.quality, quality < 20 {
            sentences.append(
                "The call is doubtful (GQ \(quality): one in \(Self.odds(quality)) of such calls is to be expected wrong); "
                    + "confirm it by another method.")
        }
        if let depth = call.depth, depth < 10 {
            sentences.append("Only \(depth) reads cover it; confirm it by another method.")
        }
        if let depths = call.depths, depths.count == 2, call.zygosity == .heterozygous, call.share == nil {
            let all = depths[0] + depths[1]
            if all >= 10, depths[1] * 4 < all || depths[1] * 4 > all * 3 {
                sentences.append(
                    "\(depths[1]) of \(all) reads show it, which is unusual for a heterozygous allele: a mosaic, a "
                        + "copied stretch or an error may be behind it.")
            }
        }
        if let share = call.share, share < 0.95 {
            sentences.append(
                "A share of \(percent(share)) of the mitochondrial DNA of this tissue has it; other tissues may have "
                    + "another share.")
        }
        return sentences
    }

    /// What the relatives' calls leave open.
    private static func family(_ candidate: FindingSelection.Candidate, _ family: CalledFamily?) -> [String] {
        guard let family else { return [] }
        var sentences: [String] = []
        let untold = zip(family.members, candidate.copies).filter { $1 == nil }.map(\.0.name)
        if !untold.isEmpty {
            sentences.append("Whether \(untold.joined(separator: ", ")) has it cannot be told from the calls.")
        }
        let classification = candidate.classification
        if classification.isMet(.pm6) {
            sentences.append("That it is new rests on parentage which the calls are too few to confirm.")
        }
        return sentences
    }

    private static func phase(_ fit: InheritanceFit, _ family: CalledFamily?) -> [String] {
        switch fit.finding {
        case .possiblyCompoundHeterozygous where family?.hasBothParents == true:
            [
                "It is not known whether the two alleles of the gene lie on different chromosomes: the parents' calls do not tell; "
                    + "use long reads."
            ]
        case .possiblyCompoundHeterozygous:
            [
                "It is not known whether the two alleles of the gene lie on different chromosomes: test the parents, or use "
                    + "long reads."
            ]
        case .carrier: ["One allele alone does not cause a recessive disease; a second one may have been missed."]
        default: []
        }
    }

    private static func classes(_ classification: Classification) -> [String] {
        guard classification.byPoints != classification.byRules else { return [] }
        return [
            "By points (Tavtigian 2020) it is \(classification.byPoints.rawValue.lowercased()), by the rules of 2015 "
                + "\(classification.byRules.rawValue.lowercased())."
        ]
    }

    /// Where ClinVar's class is another than this report's.
    private static func word(_ candidate: FindingSelection.Candidate) -> [String] {
        guard let record = candidate.allele.clinVar else { return [] }
        let word = record.significance.lowercased().replacing("_", with: " ")
        let own = candidate.classification.byPoints
        if word.contains("conflict") {
            return ["ClinVar's submitters do not agree about it (\(record.significance), \(record.stars) stars)."]
        }
        let isPathogenic = word.contains("pathogenic")
        let isBenign = word.contains("benign")
        let differs =
            isBenign && (own == .pathogenic || own == .likelyPathogenic) || isPathogenic && own == .uncertain
            || word.contains("uncertain") && own != .uncertain
        guard differs else { return [] }
        return [
            "ClinVar calls it \(word) (\(record.stars) stars, \(record.source)); the criteria of this report come to "
                + "\(own.rawValue.lowercased())."
        ]
    }

    static func percent(_ share: Double) -> String {
        let tenths = (share * 1_000).rounded() / 10
        return "\(tenths) %"
    }

    /// In how many calls of a GQ one is to be expected wrong.
    private static func odds(_ quality: Int) -> Int {
        var (odds, rest) = (1.0, quality)
        while rest >= 10 { (odds, rest) = (odds * 10, rest - 10) }
        let steps = [1, 1.26, 1.58, 2, 2.51, 3.16, 3.98, 5.01, 6.31, 7.94]
        return max(1, Int((odds * steps[max(0, min(9, rest))]).rounded()))
    }
}
