import Genomics

/// A person's relatives whose calls are in the person's own file of calls, and what these say of an allele.
public struct CalledFamily: Sendable {
    /// The family.
    public let kindred: Kindred
    /// The relatives among the file's samples, in the order in which their copies of an allele come.
    public let members: [FamilyMember]
    /// The relatives whom the pedigree names and the file does not have.
    public let unseen: [FamilyMember]
    /// Whether the calls confirm father and mother; nil of a parent who is not in the file, and where too few places tell.
    let confirmed: (father: Bool?, mother: Bool?)
    /// The lengths of contigs, by which X and Y pair.
    private let lengths: [String: Int]

    /// Looks for the relatives in a file of calls, and whether the parents are parents by what they have.
    ///
    /// `sample` is the person's own; `calls` may be another file of the same calls. Throws where the calls deny a parent: what is built on that
    /// would be wrong, and it is for people to decide who is told.
    public init(_ kindred: Kindred, sample: String, calls path: String) throws(GenomicsError) {
        let file = try VCFReader(path: path)
        let samples = Set(file.samples)
        self.kindred = kindred
        members = kindred.relatives.filter { samples.contains($0.name) && $0.name != sample }
        unseen = kindred.relatives.filter { !samples.contains($0.name) }
        lengths = Dictionary(file.contigs.map { ($0.name, $0.length) }) { first, _ in first }
        guard !kindred.relatives.contains(where: { $0.name == sample }) else {
            throw GenomicsError(
                .sampleMismatch,
                "the calls that are asked about are of \(sample), and the pedigree is looked at for \(kindred.proband), of whom \(sample) is a relative",
                file: path, field: "#CHROM")
        }
        var verdicts: [RelativeCall.Relation: Bool?] = [:]
        let parents = members.filter { $0.relation != .other }
        if !parents.isEmpty {
            let check = try ParentageCheck(path: path, child: sample, parents: parents.map(\.name))
            for (place, parent) in parents.enumerated() {
                guard check.verdicts[place] != false else {
                    throw GenomicsError(
                        .sampleMismatch,
                        "of \(check.sites[place]) places where \(sample) has two copies of an allele, \(parent.name) lacks it at "
                            + "\(check.contradictions[place]): \(parent.name) is no parent; correct the pedigree, or leave it out",
                        file: path, field: "#CHROM")
                }
                verdicts[parent.relation] = check.verdicts[place]
            }
        }
        confirmed = (verdicts[.father] ?? nil, verdicts[.mother] ?? nil)
    }

    /// An allele of a person, with the copies that the relatives have of it.
    public struct Call: Sendable {
        var allele: AnnotatedAllele
        /// In the order of ``CalledFamily/members``; nil where the call is missing, or too weak to tell.
        var copies: [Int?]

        /// A call.
        public init(_ allele: AnnotatedAllele, copies: [Int?]) { (self.allele, self.copies) = (allele, copies) }
    }

    /// Whether both parents' calls are in the file.
    var hasBothParents: Bool { members.count { $0.relation != .other } == 2 }

    /// The relatives' calls of an allele that are known.
    func calls(_ copies: [Int?]) -> [RelativeCall] {
        zip(members, copies).compactMap { member, copies in
            copies.map {
                RelativeCall(
                    name: member.name, relation: member.relation, sex: member.sex, isAffected: member.isAffected,
                    copies: $0)
            }
        }
    }

    /// What the family says of an allele; `partner` is the gene's allele beside which a recessive disease would have it, where there is one.
    func evidence(_ call: Call, beside partner: Call? = nil) -> FamilyEvidence {
        let lineage = lineage(of: call.allele)
        let known = counts(call.copies)
        let isConfirmed: Bool =
            switch lineage {
            case .both: confirmed.father == true && confirmed.mother == true
            case .mother, .mitochondrial: confirmed.mother == true
            case .father: confirmed.father == true
            }
        var evidence = FamilyEvidence(
            mother: parent(.mother, call.copies), father: parent(.father, call.copies),
            isParentageConfirmed: isConfirmed, lineage: lineage, isAffected: kindred.own.isAffected)
        guard kindred.own.isAffected != false, lineage != .mitochondrial else { return evidence }
        if lineage != .father {
            evidence.segregation = kindred.segregation(copies: known, by: isOnX(call.allele) ? .onX : .autosomal)
        }
        switch call.allele.call?.zygosity {
        case .homozygous: evidence.pairSegregation = kindred.segregation(copies: known, beside: nil)
        case .heterozygous:
            if let partner {
                evidence.pairSegregation = kindred.segregation(copies: known, beside: counts(partner.copies))
            }
        default: break
        }
        return evidence
    }

    /// Where an allele of a gene lies beside another one, by the parents who have them; unknown where that does not tell.
    ///
    /// No crossing over within a gene is reckoned with.
    func placement(_ one: Call, _ other: Call) -> FamilyEvidence.Companion.Placement {
        guard lineage(of: one.allele) == .both, lineage(of: other.allele) == .both,
            let a = origin(one.copies), let b = origin(other.copies)
        else { return .unknown }
        return a == b ? .cis : .trans
    }

    /// The one parent who has an allele while the other does not.
    private func origin(_ copies: [Int?]) -> RelativeCall.Relation? {
        guard let father = parent(.father, copies)?.copies, let mother = parent(.mother, copies)?.copies else {
            return nil
        }
        return father > 0 && mother == 0 ? .father : mother > 0 && father == 0 ? .mother : nil
    }

    private func parent(_ relation: RelativeCall.Relation, _ copies: [Int?]) -> FamilyEvidence.Parent? {
        guard let place = members.firstIndex(where: { $0.relation == relation }), copies.indices.contains(place) else {
            return nil
        }
        return FamilyEvidence.Parent(copies: copies[place], isAffected: members[place].isAffected)
    }

    private func counts(_ copies: [Int?]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (member, copies) in zip(members, copies) { counts[member.name] = copies }
        return counts
    }

    private func isOnX(_ allele: AnnotatedAllele) -> Bool {
        SexChromosome(allele.contig) == .x && !isPaired(allele)
    }

    private func isPaired(_ allele: AnnotatedAllele) -> Bool {
        SexChromosome.isPseudoautosomal(allele.position - 1, length: lengths[allele.contig] ?? 0)
    }

    private func lineage(of allele: AnnotatedAllele) -> FamilyEvidence.Lineage {
        if MitochondrialContig.isNamed(allele.contig) { return .mitochondrial }
        guard let kind = SexChromosome(allele.contig), !isPaired(allele) else { return .both }
        if kind == .y { return .father }
        return allele.call?.zygosity == .hemizygous || kindred.own.sex == .male ? .mother : .both
    }
}
