extension GeneCaller {
    /// Says which phenotypes the calls leave open, and which the positions without data do.
    ///
    /// Positions of the alleles that every test should see count (``GeneExemption/amp1Alleles``); of a gene without such a list those of all alleles
    /// that are known to work unlike the usual one. What other positions leave open is named in ``GeneResult/notExcluded``.
    func addPhenotypes(_ matcher: DiplotypeMatcher, _ result: inout GeneResult) {
        result.phenotypes = Self.unique(result.diplotypes.map(\.phenotype))
        let shown = Set(result.diplotypes.flatMap { $0.alleles.flatMap { $0 } })
        let open = openAlleles(matcher).filter { !shown.contains(definition.coreName(definition.alleles[$0].name)) }
        result.notExcluded = open.map { index in
            GeneResult.OpenAllele(
                name: definition.coreName(definition.alleles[index].name), positions: unseen(index, matcher))
        }
        let listed = Set(definition.exemption.amp1Alleles)
        let counting = open.map { definition.coreName(definition.alleles[$0].name) }.filter { name in
            (listed.isEmpty ? table?.isAltered(name) ?? false : listed.contains(name))
        }
        guard !counting.isEmpty, !result.phenotypes.isEmpty else { return }
        let before = result.phenotypes.count
        result.phenotypes = Self.unique(result.phenotypes + alternatives(counting, matcher, result))
        if result.phenotypes.count > before {
            result.phenotypesDependOnMissingPositions = true
            result.remarks.append(
                "the phenotype depends on positions without data, which define \(counting.joined(separator: ", "))")
        }
    }

    /// The phenotypes that the pairs would have in which such alleles take part.
    private func alternatives(_ names: [String], _ matcher: DiplotypeMatcher, _ result: GeneResult) -> [Phenotype?] {
        if definition.method == .lowestFunction {
            return result.diplotypes.flatMap { diplotype in
                names.flatMap { name in
                    diplotype.deciding.indices.flatMap { copy -> [Phenotype?] in
                        var one = diplotype.alleles
                        one[copy].append(name)
                        let both = diplotype.alleles.map { $0 + [name] }
                        return [one, both].map { self.diplotype($0, score: nil).phenotype }
                    }
                }
            }
        }
        let called = Set(result.diplotypes.flatMap { $0.alleles.flatMap { $0 } })
        return matcher.candidates(includesUnseen: true).compactMap { candidate in
            let alleles = matcher.names(candidate).map(definition.coreName)
            guard alleles.allSatisfy({ called.contains($0) || names.contains($0) }) else { return nil }
            return diplotype(alleles.map { [$0] }, score: nil).phenotype
        }
    }

    /// The alleles that may be there for want of data.
    private func openAlleles(_ matcher: DiplotypeMatcher) -> [Int] {
        guard matcher.seen.contains(false) else { return [] }
        if definition.method == .lowestFunction {
            return definition.alleles.indices.filter { index in
                let allele = definition.alleles[index]
                return !allele.isReference && !zip(allele.defined, matcher.seen).contains { $0 && $1 }
            }
        }
        let possible = Set(matcher.candidates(includesUnseen: true).flatMap { [$0.first, $0.second] })
        return possible.sorted().filter { index in
            !definition.alleles[index].isReference && !unseen(index, matcher).isEmpty && differs(index, matcher)
        }
    }

    /// Whether an allele differs from the reference at a locus without data.
    private func differs(_ index: Int, _ matcher: DiplotypeMatcher) -> Bool {
        let reference = definition.alleles[definition.reference]
        return definition.loci.indices.contains { locus in
            !matcher.seen[locus] && definition.alleles[index].masks[locus] & reference.masks[locus] == 0
        }
    }

    /// The loci of an allele's definition without data.
    private func unseen(_ index: Int, _ matcher: DiplotypeMatcher) -> [String] {
        definition.loci.indices.filter { definition.alleles[index].defined[$0] && !matcher.seen[$0] }.map {
            definition.loci[$0].place
        }
    }

    private static func unique(_ phenotypes: [Phenotype?]) -> [Phenotype] {
        var found: [Phenotype] = []
        for case let phenotype? in phenotypes where !found.contains(phenotype) { found.append(phenotype) }
        return found
    }
}
