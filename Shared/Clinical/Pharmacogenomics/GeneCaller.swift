import Genomics

/// Makes a gene's result of the evidence, or of another program's calls.
struct GeneCaller {
    let definition: GeneDefinition
    let table: PhenotypeTable?
    let evidence: [LocusEvidence]

    func result() -> GeneResult {
        var result = GeneResult(
            gene: definition.gene, origin: .none, diplotypes: [], otherDiplotypes: [], phenotypes: [],
            phenotypesDependOnMissingPositions: false, notExcluded: [], toBePhased: [], positions: positions,
            remarks: [],
            definitionVersion: definition.version)
        if definition.method == .outside {
            result.remarks = [
                "copies, deletions and hybrids of \(definition.gene) decide, which small variants do not show; give --outside-calls"
            ]
            return result
        }
        let matcher = DiplotypeMatcher(definition, evidence)
        if let reason = refusal(matcher) {
            result.remarks = [reason]
            return result
        }
        let isListed = definition.method == .lowestFunction && !matcher.isHaploid
        let found = isListed ? listed(&result) : paired(matcher, &result)
        guard let best = found.first?.rank else { return result }
        result.origin = .variants
        result.diplotypes = Self.unique(found.filter { $0.rank == best }.map(\.diplotype))
        result.otherDiplotypes = Self.unique(found.filter { $0.rank != best }.map(\.diplotype)).filter { other in
            !result.diplotypes.contains { $0.name == other.name }
        }
        if !matcher.unordered.isEmpty, result.diplotypes.count + result.otherDiplotypes.count > 1 {
            result.toBePhased = matcher.unordered.map { definition.loci[$0].name }
        }
        prefer(&result)
        addPhenotypes(matcher, &result)
        return result
    }

    private var positions: [GeneResult.PositionEvidence] {
        zip(definition.loci, evidence).map { locus, evidence in
            switch evidence {
            case .call(let call): GeneResult.PositionEvidence(locus: locus, call: call, reason: nil)
            case .missing(let reason): GeneResult.PositionEvidence(locus: locus, call: nil, reason: reason)
            }
        }
    }

    private typealias Ranked = (rank: [Int], diplotype: GeneResult.Diplotype)

    /// Why nothing can be called.
    private func refusal(_ matcher: DiplotypeMatcher) -> String? {
        if !matcher.seen.contains(true) {
            return
                "no call: none of the \(definition.loci.count) positions has data, and a position without data is not taken for the reference"
        }
        let required = Set(definition.exemption.requiredPositions)
        let lacking = zip(definition.loci, matcher.seen).filter { !$1 && required.contains($0.position) }.map(\.0.name)
        if !lacking.isEmpty { return "no call: \(lacking.joined(separator: ", ")) must be seen" }
        if matcher.mixesPloidy {
            return "no call: some genotypes have one copy and others two, and not as on one X chromosome"
        }
        let unknown = zip(definition.loci, evidence).compactMap { locus, evidence -> String? in
            guard let call = evidence.call, call.alleles.contains(nil) else { return nil }
            return "\(locus.name) (\(call.text))"
        }
        return unknown.isEmpty ? nil : "no call: no named allele has what is at \(unknown.joined(separator: ", "))"
    }

    private func paired(_ matcher: DiplotypeMatcher, _ result: inout GeneResult) -> [Ranked] {
        let candidates = matcher.candidates()
        if candidates.isEmpty {
            result.remarks = ["no call: no pair of named alleles fits"]
            let copies = ChromosomeMatcher(definition, evidence)
            if let pair = copies.pairs()?.first {
                result.remarks[0] += "; the copies may carry \(pair.0.name) and \(pair.1.name)"
            }
        }
        return candidates.map { candidate in
            let names = matcher.names(candidate).map(definition.coreName)
            return ([-candidate.score], diplotype(names.map { [$0] }, score: candidate.score))
        }
    }

    private func listed(_ result: inout GeneResult) -> [Ranked] {
        let matcher = ChromosomeMatcher(definition, evidence)
        guard let pairs = matcher.pairs() else {
            result.remarks = ["no call: too many heterozygous positions whose order is not known"]
            return []
        }
        guard let first = pairs.first else { return [] }
        if first.0.isWithoutProxy || first.1.isWithoutProxy { result.remarks.append(ChromosomeMatcher.proxyRemark) }
        return pairs.map { pair in
            (ChromosomeMatcher.weight(pair), diplotype([pair.0.components, pair.1.components], score: nil))
        }
    }

    /// Takes the diplotype that is more frequent where the exemptions name one among all that unphased calls leave open.
    private func prefer(_ result: inout GeneResult) {
        let all = result.diplotypes + result.otherDiplotypes
        guard all.count > 1, !result.toBePhased.isEmpty else { return }
        let names = Set(all.map(\.name))
        guard let rule = definition.exemption.unphasedDiplotypePriorities.first(where: { Set($0.list) == names }),
            let pick = all.first(where: { $0.name == rule.pick })
        else { return }
        result.otherDiplotypes = all.filter { $0 != pick }
        result.diplotypes = [pick]
        result.remarks.append(
            "unphased calls do not tell \(rule.list.joined(separator: ", ")) apart; \(rule.pick) is the more frequent")
    }

    func diplotype(_ alleles: [[String]], score: Int?) -> GeneResult.Diplotype {
        let copies = alleles.map { $0.count == 1 ? $0[0] : "[\($0.joined(separator: " + "))]" }
        let deciding = alleles.map { components in
            components.min { (table?.rank(of: $0) ?? 0) < (table?.rank(of: $1) ?? 0) } ?? ""
        }
        return GeneResult.Diplotype(
            name: AlleleName.diplotype(copies), alleles: alleles,
            functions: deciding.map { table?.function(of: $0) ?? "unknown" },
            phenotype: table?.phenotype(of: deciding), score: score, deciding: deciding)
    }

    private static func unique(_ diplotypes: [GeneResult.Diplotype]) -> [GeneResult.Diplotype] {
        var names: Set<String> = []
        return diplotypes.filter { names.insert($0.name).inserted }
    }
}
