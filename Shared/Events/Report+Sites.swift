import Genomics

extension Report {
    /// What became of the alleles that a run was to answer: each is called, or it is said why not.
    ///
    /// The VCF has a record of every one, with its answer as INFO `WHY`.
    public struct Sites: Codable, Sendable, Hashable {
        /// The name of the file that names them.
        public var file: String
        /// SHA-256 of the file.
        public var digest: String
        /// How many alleles there are, each counted once however often it is named.
        public var alleles: Int
        /// How many have which answer, a word of `SiteReason`.
        public var byAnswer: [String: Int]
        /// The alleles in the order of the reference: the first ``limit`` of them, as long as they have at most ``lettersLimit`` letters.
        public var listed: [Site]

        /// How many alleles a report lists.
        public static let limit = 1000
        /// How many letters REF and ALT of these have together, so that a report remains a record of a topic.
        public static let lettersLimit = 100_000

        /// Begins with no allele of a file.
        public init(file: String, digest: String) {
            self.file = file
            self.digest = digest
            (alleles, byAnswer, listed) = (0, [:], [])
        }

        /// Adds the next allele.
        public mutating func add(_ site: Site) {
            alleles += 1
            byAnswer[site.answer.rawValue, default: 0] += 1
            guard listed.count < Self.limit, listed.count == alleles - 1 else { return }
            let letters = (listed + [site]).reduce(0) { $0 + $1.reference.utf8.count + $1.alternate.utf8.count }
            if letters <= Self.lettersLimit { listed.append(site) }
        }
    }

    /// An allele that was to be answered.
    public struct Site: Codable, Sendable, Hashable {
        /// The contig.
        public var contig: String
        /// POS, counted from 1: minimal and left-aligned.
        public var position: Int
        /// REF.
        public var reference: String
        /// ALT.
        public var alternate: String
        /// Called, or why not.
        public var answer: SiteReason
        /// GT of the call, without its phase, or of the reference; nil without a genotype.
        public var genotype: String?
        /// GQ.
        public var quality: Int?
        /// The filters that reject the call; nil where none does.
        public var filters: [String]?
        /// Fragments that cover it.
        public var depth: Int
        /// Fragments that show the reference.
        public var referenceDepth: Int
        /// Fragments that show the allele.
        public var alternateDepth: Int

        /// Answers for an allele with the reads for and against it.
        public init(
            _ site: Candidate, answer: SiteReason, genotype: String?, quality: Int?, filters: [String]? = nil
        ) {
            contig = site.contig
            position = site.position
            reference = site.reference
            alternate = site.alternate
            self.answer = answer
            self.genotype = genotype
            self.quality = quality
            self.filters = filters
            depth = site.depth
            referenceDepth = site.referenceDepth
            alternateDepth = site.alternateDepth
        }
    }
}
