extension ClinicalReport {
    /// The relatives whom a pedigree names: who was looked at, and what that rests on.
    public struct Family: Sendable, Hashable, Codable {
        /// The relatives, in the order of the pedigree.
        public var relatives: [Relative]
        /// Whether the pedigree says that the person has the disease; nil where it does not say.
        public var isAffected: Bool?
        /// What could not be known, a sentence each.
        public var gaps: [String]

        /// A family.
        public init(relatives: [Relative], isAffected: Bool? = nil, gaps: [String] = []) {
            (self.relatives, self.isAffected, self.gaps) = (relatives, isAffected, gaps)
        }
    }

    /// One of the family.
    public struct Relative: Sendable, Hashable, Codable {
        /// The sample's name.
        public var name: String
        /// What the relative is to the person: `mother`, `brother`, else `relative`.
        public var relation: String
        /// As the pedigree states it.
        public var sex: PhenotypeCase.Sex
        /// Whether the pedigree says that the relative has the disease; nil where it does not say.
        public var isAffected: Bool?
        /// Whether the relative's calls were looked at.
        public var isCalled: Bool
        /// Of a parent, whether the calls confirm that; nil where too few places tell, and of others.
        public var isConfirmed: Bool?

        /// A relative.
        public init(
            name: String, relation: String, sex: PhenotypeCase.Sex = .unknown, isAffected: Bool? = nil,
            isCalled: Bool, isConfirmed: Bool? = nil
        ) {
            (self.name, self.relation, self.sex) = (name, relation, sex)
            (self.isAffected, self.isCalled, self.isConfirmed) = (isAffected, isCalled, isConfirmed)
        }
    }
}

extension ClinicalReport.Family {
    /// The family as its calls were looked at.
    init(_ family: CalledFamily) {
        let called = Set(family.members.map(\.name))
        relatives = family.kindred.relatives.map { member in
            ClinicalReport.Relative(
                name: member.name, relation: family.kindred.word(for: member.name), sex: member.sex,
                isAffected: member.isAffected, isCalled: called.contains(member.name),
                isConfirmed: member.relation == .father
                    ? family.confirmed.father : member.relation == .mother ? family.confirmed.mother : nil)
        }
        isAffected = family.kindred.own.isAffected
        gaps = []
        let unseen = family.unseen.map { "\($0.name) (\(family.kindred.word(for: $0.name)))" }
        if !unseen.isEmpty {
            gaps.append(
                "The calls have no sample of \(unseen.joined(separator: ", ")): nothing is known of their alleles.")
        }
        let assumed = relatives.filter {
            $0.isCalled && ["father", "mother"].contains($0.relation) && $0.isConfirmed == nil
        }
        if !assumed.isEmpty {
            gaps.append(
                "The calls are too few to confirm that \(assumed.map(\.name).joined(separator: " and ")) "
                    + (assumed.count == 1 ? "is a parent; that is assumed." : "are parents; that is assumed."))
        }
        let open = family.members.filter { $0.isAffected == nil }.map(\.name)
        if !open.isEmpty {
            gaps.append(
                "The pedigree does not say whether \(open.joined(separator: ", ")) "
                    + "\(open.count == 1 ? "has" : "have") the disease; how an allele runs with it leaves them out.")
        }
        switch isAffected {
        case true?: break
        case false?:
            gaps.append(
                "The pedigree says that the person does not have the disease: the family's criteria are not met by it.")
        case nil: gaps.append("The pedigree does not say whether the person has the disease; it is taken to be so.")
        }
    }
}
