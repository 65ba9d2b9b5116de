import Genomics

extension Report {
    /// Quality control: what the reads and the calls are like.
    ///
    /// Whole histograms are in the artifacts `SAMPLE.stats` and `SAMPLE.flagstat`, in samtools' formats.
    public struct Quality: Codable, Sendable, Hashable {
        /// Records and bases.
        public var reads: Reads
        /// Sizes of the fragments; nil without pairs on one contig.
        public var insertSize: InsertSize?
        /// Depths over the target.
        public var depth: Depth
        /// The mean base quality; nil where no base has one.
        public var meanBaseQuality: Double?
        /// The mean quality of each cycle of first segments.
        public var firstQualityByCycle: [Double]
        /// The mean quality of each cycle of last segments.
        public var lastQualityByCycle: [Double]
        /// The share of G and C among the bases of first and last segments; nil without a base.
        public var gc: Double?
        /// Differences from the reference (`NM`) for each aligned base; nil where no record says how many it has.
        public var mismatchRate: Double?
        /// Transitions over transversions of the passed SNVs; nil without a transversion.
        public var transitionsToTransversions: Double?
        /// Heterozygous over homozygous passed sites; nil without a homozygous one.
        public var heterozygousToHomozygous: Double?
        /// What speaks for another person's reads.
        public var contamination: Contamination
        /// The sex chromosomes as the depths show them.
        public var sex: SexByCoverage
        /// When each stage was at work.
        public var stages: [StageTime]

        /// Makes a summary.
        public init(
            reads: Reads, insertSize: InsertSize?, depth: Depth, meanBaseQuality: Double?,
            firstQualityByCycle: [Double], lastQualityByCycle: [Double], gc: Double?, mismatchRate: Double?,
            transitionsToTransversions: Double?, heterozygousToHomozygous: Double?, contamination: Contamination,
            sex: SexByCoverage, stages: [StageTime]
        ) {
            self.reads = reads
            self.insertSize = insertSize
            self.depth = depth
            self.meanBaseQuality = meanBaseQuality
            self.firstQualityByCycle = firstQualityByCycle
            self.lastQualityByCycle = lastQualityByCycle
            self.gc = gc
            self.mismatchRate = mismatchRate
            self.transitionsToTransversions = transitionsToTransversions
            self.heterozygousToHomozygous = heterozygousToHomozygous
            self.contamination = contamination
            self.sex = sex
            self.stages = stages
        }

        /// Records by their flags, failed ones included, and bases.
        public struct Reads: Codable, Sendable, Hashable {
            /// Reads: records that are neither secondary nor supplementary.
            public var reads: Int
            /// Reads that are mapped.
            public var mapped: Int
            /// Reads that have mates.
            public var paired: Int
            /// Reads of pairs that are mapped as expected.
            public var properlyPaired: Int
            /// Reads that are duplicates.
            public var duplicates: Int
            /// Reads that failed the platform's checks.
            public var qualityFailed: Int
            /// Secondary alignments.
            public var secondary: Int
            /// Supplementary alignments.
            public var supplementary: Int
            /// Bases of the reads, clipped ones included.
            public var bases: Int
            /// Bases that are aligned or inserted, those of supplementary alignments included.
            public var basesAligned: Int

            /// Makes counts.
            public init(
                reads: Int, mapped: Int, paired: Int, properlyPaired: Int, duplicates: Int, qualityFailed: Int,
                secondary: Int, supplementary: Int, bases: Int, basesAligned: Int
            ) {
                self.reads = reads
                self.mapped = mapped
                self.paired = paired
                self.properlyPaired = properlyPaired
                self.duplicates = duplicates
                self.qualityFailed = qualityFailed
                self.secondary = secondary
                self.supplementary = supplementary
                self.bases = bases
                self.basesAligned = basesAligned
            }
        }

        /// Sizes of the fragments, of the smallest 99 % of the pairs.
        public struct InsertSize: Codable, Sendable, Hashable {
            /// The mean.
            public var mean: Double
            /// The standard deviation.
            public var standardDeviation: Double
            /// Pairs whose mates face each other.
            public var inward: Int
            /// Pairs whose mates face away from each other.
            public var outward: Int
            /// Pairs on one strand.
            public var other: Int

            /// Makes a summary.
            public init(mean: Double, standardDeviation: Double, inward: Int, outward: Int, other: Int) {
                self.mean = mean
                self.standardDeviation = standardDeviation
                self.inward = inward
                self.outward = outward
                self.other = other
            }
        }

        /// Depths over the target by alignments that are neither secondary, nor duplicates, nor failed.
        public struct Depth: Codable, Sendable, Hashable {
            /// The bases of the target that the reference knows.
            public var targetBases: Int
            /// The mean over them, uncovered ones included; nil of an empty target.
            public var mean: Double?
            /// How many of them have at least so many alignments, by the number as text.
            public var basesAtLeast: [String: Int]

            /// The depths of ``basesAtLeast``.
            public static let steps = [1, 5, 10, 20, 30, 50, 100, 200, 500]

            /// Makes a summary.
            public init(targetBases: Int, mean: Double?, basesAtLeast: [String: Int]) {
                self.targetBases = targetBases
                self.mean = mean
                self.basesAtLeast = basesAtLeast
            }
        }

        /// Reads of the reference at sites where the sample is homozygous for another base (`ForeignAlleles`).
        public struct Contamination: Codable, Sendable, Hashable {
            /// The estimated share of another person's DNA, 0 to 1; nil where there are too few sites.
            public var estimate: Double?
            /// The sites.
            public var sites: Int
            /// Their reads that show the sample's base, the reference's and a third one.
            public var alternateReads: Int
            /// Reads of the reference's base.
            public var referenceReads: Int
            /// Reads of a third base.
            public var otherReads: Int

            /// Makes an estimate of what was counted.
            public init(_ alleles: ForeignAlleles) {
                estimate = alleles.contamination.map { ($0 * 10_000).rounded() / 10_000 }
                sites = alleles.sites
                alternateReads = alleles.alternate
                referenceReads = alleles.reference
                otherReads = alleles.other
            }
        }

        /// When a stage of the run was at work, in seconds after the run was opened.
        public struct StageTime: Codable, Sendable, Hashable {
            /// The stage.
            public var stage: String
            /// Its units of work; nil of ingest, which has none.
            public var units: Int?
            /// When its first unit was done; of ingest, 0.
            public var first: Double
            /// When its last unit was done; of ingest, when the run was sealed.
            public var last: Double

            /// Makes a time.
            public init(stage: String, units: Int?, first: Double, last: Double) {
                self.stage = stage
                self.units = units
                self.first = first
                self.last = last
            }
        }
    }
}
