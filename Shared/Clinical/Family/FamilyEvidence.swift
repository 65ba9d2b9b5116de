/// What the family says of an allele.
public struct FamilyEvidence: Sendable, Hashable, Codable {
    /// A parent's call of the allele.
    public struct Parent: Sendable, Hashable, Codable {
        /// Copies of the allele; nil where the call is missing or too weak to tell.
        public var copies: Int?
        /// Whether the parent has the disease; nil where nobody says.
        public var isAffected: Bool?

        /// A call.
        public init(copies: Int?, isAffected: Bool? = nil) { (self.copies, self.isAffected) = (copies, isAffected) }
    }

    /// How the allele runs with the disease in a family.
    public struct Segregation: Sendable, Hashable, Codable {
        /// Meioses in which the allele went to an affected relative, the person's own not counted.
        public var informativeMeioses: Int
        /// Affected relatives without the allele.
        public var affectedWithout: Int
        /// Affected relatives with it.
        public var affectedWith: Int
        /// Relatives with it who do not have the disease.
        public var unaffectedWith: Int

        /// Counts.
        public init(
            informativeMeioses: Int, affectedWithout: Int, affectedWith: Int = 0, unaffectedWith: Int = 0
        ) {
            (self.informativeMeioses, self.affectedWithout) = (informativeMeioses, affectedWithout)
            (self.affectedWith, self.unaffectedWith) = (affectedWith, unaffectedWith)
        }
    }

    /// Another allele of the gene in the same person.
    public struct Companion: Sendable, Hashable, Codable {
        /// Whether it lies on the other chromosome, on the same, or nobody knows.
        public enum Placement: String, Sendable, Hashable, Codable {
            // The words are the documentation.
            case trans, cis, unknown
        }

        /// What messages call it.
        public var name: String
        /// Its class, without this allele's help.
        public var byPoints: VariantClass
        /// Where it lies.
        public var placement: Placement

        /// An allele.
        public init(name: String, byPoints: VariantClass, placement: Placement) {
            (self.name, self.byPoints, self.placement) = (name, byPoints, placement)
        }
    }

    /// From which parents the person has a chromosome of the kind.
    public enum Lineage: String, Sendable, Hashable, Codable {
        /// An autosome, and a female's X.
        case both
        /// A male's only X.
        case mother
        /// Y.
        case father
        /// Mitochondrial DNA, whose alleles a tissue has to a share.
        case mitochondrial
    }

    /// The mother's call; nil where she was not looked at.
    public var mother: Parent?
    /// The father's call; nil where he was not looked at.
    public var father: Parent?
    /// Whether the calls of all three show that they are parents and child.
    public var isParentageConfirmed: Bool
    /// From whom the allele can be.
    public var lineage: Lineage
    /// Whether the person has the disease; nil where nobody says, and then it is taken to be so.
    public var isAffected: Bool?
    /// How one copy of the allele runs with the disease; nil where no affected relative was looked at.
    public var segregation: Segregation?
    /// How the allele runs with a disease that takes two of them; nil where no affected full sibling was looked at.
    public var pairSegregation: Segregation?
    /// The other alleles of the gene in this person; nil where they were not looked at.
    public var companions: [Companion]?

    /// What is known of the family.
    public init(
        mother: Parent? = nil, father: Parent? = nil, isParentageConfirmed: Bool = false, lineage: Lineage = .both,
        isAffected: Bool? = nil, segregation: Segregation? = nil, pairSegregation: Segregation? = nil,
        companions: [Companion]? = nil
    ) {
        self.mother = mother
        self.father = father
        self.isParentageConfirmed = isParentageConfirmed
        self.lineage = lineage
        self.isAffected = isAffected
        self.segregation = segregation
        self.pairSegregation = pairSegregation
        self.companions = companions
    }
}
