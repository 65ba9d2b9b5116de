import Hashing

@testable import Clinical

extension ExampleMaker {
    /// A finding of a gene's variant, with a random call, evidence and reads.
    mutating func finding(_ id: String, _ gene: ExampleGene) -> Finding {
        let allele = allele(gene)
        let criteria = criteria(gene)
        let kind = gene.contig == "chrM" ? "m" : "g"
        return Finding(
            id: id, allele: allele, gene: gene.symbol,
            genomicName: "\(gene.accession):\(kind).\(gene.position)\(gene.reference)>\(gene.alternate)",
            vrs: happens(0.7) ? "ga4gh:VA.\(gene.symbol)-\(gene.position)" : nil, classification: criteria,
            score: gene.impact == "MODERATE" ? score() : nil,
            inheritance: fit([(allele, criteria)], gene),
            disease: ClinicalReport.Term(id: gene.disease.id, name: gene.disease.name),
            ambiguities: happens(0.5) ? ["The reads do not tell how many copies there are."] : [],
            reads: happens(0.8) ? reads(gene) : nil)
    }

    /// Both alleles of a recessive disease.
    mutating func pair(isPhased: Bool) -> [Finding] {
        var pair = [finding("finding.1", .cftr), finding("finding.2", .cftrSecond)]
        for place in 0...1 {
            pair[place].allele.call?.zygosity = .heterozygous
            pair[place].allele.call?.genotype = isPhased ? ["1|0", "0|1"][place] : "0/1"
            pair[place].allele.call?.phase = isPhased ? GeneVariant.Phase(set: "chr7:117559590", haplotype: place) : nil
        }
        let both = fit(pair.map { ($0.allele, $0.classification) }, .cftr)
        for place in 0...1 {
            pair[place].inheritance = both
            pair[place].ambiguities = isPhased ? [] : ["Both variants may lie on one chromosome."]
        }
        return pair
    }

    private func fit(_ alleles: [(AnnotatedAllele, Classification)], _ gene: ExampleGene) -> InheritanceFit {
        let classes: [VariantClass: GeneVariant.Class] = [
            .pathogenic: .pathogenic, .likelyPathogenic: .likelyPathogenic, .uncertain: .uncertain,
            .likelyBenign: .likelyBenign, .benign: .benign,
        ]
        return InheritanceFit(
            alleles.map { allele, classification in
                GeneVariant(
                    name: allele.name, class: classes[classification.byPoints] ?? .uncertain,
                    zygosity: allele.call?.zygosity ?? .heterozygous, phase: allele.call?.phase,
                    isOnX: gene.contig == "chrX")
            }, inheritance: [gene.inheritance], sex: .unknown)
    }

    private mutating func allele(_ gene: ExampleGene) -> AnnotatedAllele {
        let consequence = TranscriptConsequence(
            gene: gene.symbol, transcript: gene.transcript, terms: [gene.term], impact: gene.impact,
            codingName: "\(gene.transcript):\(gene.coding)", proteinName: gene.protein,
            exon: gene.exon.map { TranscriptConsequence.Ordinal($0.number, of: $0.count) }, residue: gene.residue,
            aminoAcids: gene.aminoAcids, isDecayed: gene.impact == "HIGH" ? true : nil, isManeSelect: true)
        let other = TranscriptConsequence(
            gene: gene.symbol, transcript: "ENST0000000000\(random.index(below: 10)).2", terms: ["intron_variant"],
            impact: "MODIFIER")
        var allele = AnnotatedAllele(
            contig: gene.contig, position: gene.position, reference: gene.reference, alternate: gene.alternate,
            consequences: [consequence, other])
        let depth = 8 + random.index(below: 60)
        let isMitochondrial = gene.contig == "chrM"
        if happens(0.95) {
            let zygosity: GeneVariant.Zygosity =
                isMitochondrial ? .heterozygous : pick([.heterozygous, .heterozygous, .homozygous])
            allele.call = AnnotatedAllele.Call(
                genotype: zygosity == .homozygous ? "1/1" : "0/1", zygosity: zygosity,
                quality: happens(0.9) ? random.index(below: 99) : nil, depth: happens(0.9) ? depth : nil,
                depths: happens(0.9) ? [depth / 2, depth - depth / 2] : nil, share: isMitochondrial ? 0.314 : nil,
                filters: happens(0.1) ? ["LowGQ"] : [])
        }
        if happens(0.8) {
            let number = 152_000 + random.index(below: 1000)
            allele.frequencies = [
                PopulationFrequency(
                    source: "gnomad@4.1", alleleCount: 3, alleleNumber: number, frequency: 3 / Double(number),
                    homozygotes: 0),
                PopulationFrequency(source: "gnomad@4.1", population: "nfe", frequency: 0.00003),
            ]
        }
        allele.clinVar = gene.clinVar.map { id in
            ClinVarRecord(
                source: "clinvar@2026-11", id: id, significance: "Pathogenic/Likely pathogenic",
                reviewStatus: "criteria provided, multiple submitters, no conflicts", stars: random.index(below: 5),
                conditions: [gene.disease.name])
        }
        return allele
    }

    private mutating func criteria(_ gene: ExampleGene) -> Classification {
        let met = (try? MetCriterion.list(gene.met)) ?? []
        let assessments = Criterion.allCases.map { criterion -> CriterionAssessment in
            if let item = met.first(where: { $0.criterion == criterion }) {
                return .met(
                    item, "The evidence for \(criterion.rawValue) holds: 3 of 4 demands.", sources: ["clinvar@2026-11"])
            }
            if happens(0.5) {
                return .notMet(criterion, "Looked at, and it does not hold.", sources: ["gnomad@4.1", "calls"])
            }
            return .notEvaluable(criterion, "The parents were not looked at.")
        }
        return Classification(
            assessments, gene: gene.symbol, inheritance: ["Autosomal dominant"],
            panel: happens(0.3) ? "ClinGen example panel" : nil)
    }

    private mutating func score() -> PathogenicityScore {
        PathogenicityScore(
            model: "pathogenicity@1", probability: 0.93, likelihoodRatio: 9.4, interval: [5.1, 18.2],
            criterion: MetCriterion(.pp3, .moderate),
            reasons: [
                PathogenicityScore.Reason(feature: "the residue is the same in 98 of 100 species", contribution: 1.41),
                PathogenicityScore.Reason(feature: "the gene has many missense variants", contribution: -0.62),
            ])
    }

    /// Some forty reads of a hundred bases around a variant.
    mutating func reads(_ gene: ExampleGene) -> ReadPicture {
        let (flank, bases) = (30, Array("ACGT"))
        let left = String((0..<flank).map { _ in pick(bases) }), right = String((0..<flank).map { _ in pick(bases) })
        let reference = left + gene.reference + right
        let places = reference.count
        var rows: [ReadPicture.Row] = []
        for number in 0..<40 {
            let isSupporting = number < 20
            let offset = happens(0.6) ? 0 : random.index(below: flank - 2)
            let end = happens(0.6) ? places : places - random.index(below: flank - 2)
            var letters = (offset..<end).map { _ -> Character in happens(0.005) ? pick(bases) : "." }
            if isSupporting {
                let place = flank - offset
                if gene.alternate.count > gene.reference.count {
                    letters[place] = Character(gene.reference.prefix(1).lowercased())
                } else if gene.alternate.count < gene.reference.count {
                    for deleted in 1..<gene.reference.count { letters[place + deleted] = "-" }
                } else {
                    letters[place] = Character(gene.alternate)
                }
            }
            rows.append(
                ReadPicture.Row(
                    offset: offset, bases: String(letters), isReverse: happens(0.5), isSupporting: isSupporting,
                    mappingQuality: happens(0.1) ? 7 : 60))
        }
        return ReadPicture(
            contig: gene.contig, start: gene.position - 1 - flank, reference: reference, rows: rows, depth: 44,
            supporting: 23)
    }
}
