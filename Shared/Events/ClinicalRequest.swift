/// What a run's calls are to be interpreted for, and with which knowledge.
public struct ClinicalRequest: Codable, Sendable, Hashable {
    /// A file that others publish, as the report processes see it.
    public struct KnowledgeFile: Codable, Sendable, Hashable {
        /// What it is for: a word of `KnowledgeFile.Role`.
        public var role: String
        /// The name, as reports call it.
        public var name: String
        /// The version; empty where it has none.
        public var version: String
        /// Where it lies.
        public var path: String
        /// SHA-256 of the file, in lower-case hexadecimal: another file is refused.
        public var digest: String
        /// On what terms it may be used; nil where nobody said.
        public var licence: String?

        /// Names a file.
        public init(
            role: String, name: String, version: String, path: String, digest: String, licence: String? = nil
        ) {
            self.role = role
            self.name = name
            self.version = version
            self.path = path
            self.digest = digest
            self.licence = licence
        }
    }

    /// The knowledge of the run: fixed when it is asked for.
    public var knowledge: [KnowledgeFile]
    /// A GA4GH phenopacket, version 2; nil without a case.
    public var casePacket: IngestRequest.SitesFile?
    /// Who is whose child, a file of six columns; nil where the case says it, or nobody does.
    public var pedigree: IngestRequest.SitesFile?
    /// The laboratory that answers for the report; nil where nobody does.
    public var laboratory: IngestRequest.SitesFile?
    /// The genes that are asked about, by symbol; `*` for all of them.
    public var genes: [String]
    /// Whether the person consents to medically actionable findings that nobody asked for.
    public var consentsToSecondary: Bool
    /// Whether alleles of pharmacogenes are named.
    public var drugs: Bool

    /// Asks.
    public init(
        knowledge: [KnowledgeFile], casePacket: IngestRequest.SitesFile? = nil,
        laboratory: IngestRequest.SitesFile? = nil, genes: [String] = [], consentsToSecondary: Bool = false,
        drugs: Bool = false, pedigree: IngestRequest.SitesFile? = nil
    ) {
        self.pedigree = pedigree
        self.knowledge = knowledge
        self.casePacket = casePacket
        self.laboratory = laboratory
        self.genes = genes
        self.consentsToSecondary = consentsToSecondary
        self.drugs = drugs
    }

    /// All files with their digests, for checks.
    public var files: [IngestRequest.SitesFile] {
        knowledge.map { IngestRequest.SitesFile(path: $0.path, digest: $0.digest) }
            + [casePacket, laboratory, pedigree].compactMap(\.self)
    }
}
