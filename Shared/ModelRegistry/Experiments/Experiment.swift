import Foundation
import NeuralNetwork

/// A trial of a second version, the challenger, beside the version in production, the champion.
public struct Experiment: Sendable, Codable, Hashable {
    /// Who scores what leaves.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        /// The champion scores everything; the challenger scores it too, in silence.
        case shadow
        /// The challenger scores a share of the runs; the champion scores them too, in silence.
        case canary
    }

    /// Where an experiment is.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// It gathers pairs.
        case open
        /// Its verdict is given.
        case concluded
        /// It was ended before its verdict.
        case stopped
        /// The challenger cannot score here.
        case refused
    }

    /// What the traffic is compared with.
    public struct Baseline: Sendable, Codable, Hashable {
        /// Where a baseline comes from.
        public enum Source: String, Sendable, Codable {
            /// The challenger's training data.
            case training
            /// The pairs before the first look: the later ones are compared with them.
            case traffic
        }

        /// Where it comes from.
        public var source: Source
        /// How its inputs are distributed.
        public var inputs: InputStatistics
        /// Those of each kind of data by itself, where there are several: traffic is compared with the mixture that comes nearest.
        public var kinds: [InputStatistics]?

        /// Makes a baseline.
        public init(source: Source, inputs: InputStatistics, kinds: [InputStatistics]? = nil) {
            self.source = source
            self.inputs = inputs
            self.kinds = kinds
        }
    }

    /// Its number.
    public var id: Int
    /// The model.
    public var name: String
    /// The version that was in production when it began.
    public var champion: Int
    /// The version that is tried.
    public var challenger: Int
    /// Who scores what leaves.
    public var mode: Mode
    /// The share of the runs that the challenger scores; 0 of a shadow.
    public var share: Double
    /// What both versions say, as it is compared.
    public var answers: Answers
    /// What the challenger must show.
    public var thresholds: Thresholds
    /// Whether the verdict to promote is carried out.
    public var automatic: Bool
    /// Where it is.
    public var state: State
    /// Who began it.
    public var actor: String
    /// Why.
    public var reason: String
    /// When it began.
    public var startedAt: Date
    /// When it ended.
    public var endedAt: Date?
    /// Who ended it.
    public var endedBy: String?
    /// What came of it, in a sentence.
    public var outcome: String?

    /// How long all processes have to hear of an experiment: runs that were opened before stay with the champion.
    public static let notice: TimeInterval = 5

    /// Whether the challenger takes part in scoring a run that was opened at this time.
    ///
    /// A canary decides for the run as a whole: a report of which one part comes from
    /// each version could be traced to neither. The decision depends on experiment and run alone, so that every process, and
    /// every delivery of a record, decides alike; another experiment chooses other runs.
    public func includes(run: UUID, openedAt: Date) -> Bool {
        switch mode {
        case .shadow: true
        case .canary: openedAt >= startedAt + Self.notice && Self.place(of: run, in: id) < share
        }
    }

    /// A number in [0, 1) for each run and experiment.
    private static func place(of run: UUID, in experiment: Int) -> Double {
        let (high, low) = withUnsafeBytes(of: run.uuid) {
            (
                $0.loadUnaligned(as: UInt64.self).bigEndian,
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
            )
        }
        var random = SplitMix64(keys: UInt64(experiment), high, low)
        return Double(random.next() >> 11) * 0x1p-53
    }
}

/// What a challenger must show before it is promoted.
public struct Thresholds: Sendable, Codable, Hashable {
    /// The pairs of the last look.
    public var examples = 10_000
    /// The least share of the answers that must be alike.
    ///
    /// A challenger that differs more may be better, but only a truth can tell: evaluate it on a labelled set.
    public var agreement = 0.95
    /// How much more or less often a class may be called, as a share of all calls; a smaller shift is harmless however
    /// certain it is.
    public var shift = 0.01
    /// By how much the challenger's calibration error may exceed the champion's, each measured on the other's calls.
    public var miscalibration = 0.02
    /// The stability index above which a feature has drifted.
    public var drift = 0.2
    /// The share of the features that may drift.
    ///
    /// Traffic is never the training data: qualities of real instruments move a few features, another technology most of them.
    public var driftedShare = 0.5
    /// The probability of ending the trial of an equal version for harm that it does not do, over all looks together.
    public var significance = 0.05

    /// The usual ones.
    public init() {}

    /// Looks are taken when a quarter, a half, three quarters and all of the pairs are there.
    static let looks = 4

    /// Whether a look is due at `pairs` when the last one was at `last`.
    func isLookDue(at pairs: Int, last: Int) -> Bool {
        last < examples && Self.looks * min(pairs, examples) / examples > Self.looks * last / examples
    }
}
