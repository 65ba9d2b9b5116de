import Genomics

/// The kind of sequencing.
public enum SequencingTechnology: String, Sendable, Hashable, Codable, CaseIterable {
    /// Illumina and its like, in pairs.
    case shortPairs = "short-pairs"
    /// PacBio's consensus reads.
    case hifi
    /// Oxford Nanopore.
    case nanopore

    /// How minimap2 maps such reads.
    public var preset: ReadMapper.Preset {
        switch self {
        case .shortPairs: .shortReads
        case .hifi: .hifi
        case .nanopore: .nanopore
        }
    }

    /// Whether one molecule gives one read, as long as it is.
    public var isLong: Bool { self != .shortPairs }

    /// What `PL` of a read group calls it.
    public var platform: String {
        switch self {
        case .shortPairs: "ILLUMINA"
        case .hifi: "PACBIO"
        case .nanopore: "ONT"
        }
    }
}

/// How an instrument and its library preparation read DNA: what ``ReadSimulator`` imitates.
public struct SequencingProfile: Sendable, Hashable, Codable {
    /// The instrument.
    public var name: String
    /// The kind of sequencing.
    public var technology: SequencingTechnology
    /// What the figures were taken from, for whoever judges a model that was trained on such reads.
    public var origin = ""
    /// The bases of a short read; both mates have as many.
    public var readLength: Int
    /// The lengths of long reads; nil for short ones.
    public var lengths: Quantiles?
    /// The mean length of the sequenced fragments of short reads.
    public var insertMean: Double
    /// Their standard deviation.
    public var insertDeviation: Double
    /// The qualities and how far they can be trusted.
    public var qualities: QualityModel
    /// Multiplies the error probabilities of the qualities.
    public var errorScale = 1.0
    /// What bases are taken for.
    public var substitutions = SubstitutionTable.illumina
    /// Insertions and deletions that no repeat explains.
    public var indels = IndelErrors(insertionRate: 2.5e-6, deletionRate: 2.5e-6)
    /// Wrong lengths of repeats.
    public var repeats = RepeatErrors.polymerase
    /// Multiplies the rates of ``repeats``.
    public var slippageScale = 1.0
    /// The homopolymer from whose length on qualities fall within it.
    public var qualityFallsFromRun = 8
    /// The part of the fragments that copy another one.
    public var duplicateRate = 0.01
    /// The part of the fragments that join two places of the genome.
    public var chimeraRate = 0.003
    /// Places at which many reads go wrong in the same way.
    public var systematic = SystematicErrors(rate: 1.0 / 2_500, fractions: Quantiles([0.05, 0.35]))
    /// Ends of reads that are no part of the genome.
    public var clips = ClippedEnds(rate: 0, lengths: Quantiles([5, 30]))
    /// How far coverage swings along the genome, as a part of its mean.
    public var coverageSwing = 0.25
    /// How steeply coverage falls with the square of the distance from a GC content of 0.42.
    public var gcBias = 4.0
    /// What follows the fragment where it is shorter than the read: Illumina's TruSeq adapter.
    public var adapter = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCAC"
    /// The files that it was learned from; empty for a profile of the suite.
    public var learnedFrom: [Source] = []

    /// A file that a profile was learned from.
    public struct Source: Sendable, Hashable, Codable {
        /// Its name without folders.
        public var file: String
        /// SHA-256 of its bytes.
        public var sha256: String
        /// The aligned bases that were looked at.
        public var bases: Int

        /// Names a file.
        public init(file: String, sha256: String, bases: Int) {
            self.file = file
            self.sha256 = sha256
            self.bases = bases
        }
    }

    /// Makes a profile of short pairs; the rates may be changed afterwards.
    public init(
        name: String, readLength: Int, insertMean: Double, insertDeviation: Double, qualities: QualityModel
    ) {
        self.name = name
        technology = .shortPairs
        self.readLength = readLength
        self.insertMean = insertMean
        self.insertDeviation = insertDeviation
        self.qualities = qualities
    }

    /// Makes a profile of long reads; the rates may be changed afterwards.
    public init(name: String, technology: SequencingTechnology, lengths: Quantiles, qualities: QualityModel) {
        self.init(name: name, readLength: 0, insertMean: 0, insertDeviation: 0, qualities: qualities)
        self.technology = technology
        self.lengths = lengths
        qualityFallsFromRun = 4
        (duplicateRate, gcBias, coverageSwing) = (0, 0.5, 0.1)
    }

    /// The profile with other short reads: longer ones are as bad at their ends, and their fragments no shorter than 1.5 of them.
    public func reading(_ bases: Int) -> SequencingProfile {
        guard technology == .shortPairs else { return self }
        var profile = self
        if bases > readLength {
            profile.qualities.cyclesPerRow = max(1, qualities.cyclesPerRow * bases / readLength)
        }
        profile.readLength = bases
        profile.insertMean = max(insertMean, 1.5 * Double(bases))
        return profile
    }

    /// The bases of a fragment in all of its reads, in the mean.
    var basesPerFragment: Double { technology.isLong ? max(1, lengths?.mean ?? 0) : Double(2 * readLength) }

    /// What makes a profile of a file unusable; nil where nothing does.
    public var flaw: String? {
        if technology.isLong != (lengths != nil) { return "long reads, and only they, have `lengths`" }
        if let lengths, lengths.values[0] < 50 { return "`lengths` begins below 50 bases" }
        if !technology.isLong, !(20...1000).contains(readLength) { return "`readLength` is not 20 to 1000" }
        if !technology.isLong, !(insertMean >= 40), insertDeviation >= 0 { return "`insertMean` is below 40" }
        let rates = [
            duplicateRate, chimeraRate, systematic.rate, systematic.oneStrand, systematic.deletions, clips.rate,
            indels.insertionRate, indels.deletionRate, indels.furtherInserted, indels.furtherDeleted, coverageSwing,
        ]
        guard rates.allSatisfy({ (0...1).contains($0) }) else { return "a rate is not between 0 and 1" }
        guard clips.lengths.values[0] >= 0, systematic.fractions.values.allSatisfy({ (0...1).contains($0) }),
            errorScale >= 0, slippageScale >= 0, gcBias >= 0, insertDeviation >= 0
        else { return "a length, fraction or scale is out of its range" }
        return qualities.flaw ?? substitutions.flaw ?? repeats.flaw
    }
}
