import Genomics
import NeuralNetwork
import Simulation

/// How often the alleles that both networks together call were right, by kind of reads and by quality, on examples that chose nothing.
public struct HeldOutReliability {
    /// By ``CallReliability/Kind``, in the bands of ``CallReliability/bounds``: of the alleles whose most probable number of copies is not
    /// 0, the probability of that number, and how often it was right.
    let diagrams: [String: ReliabilityDiagram]

    /// Takes the calibrated probabilities of each network, `[labels.count][classes]`, the true classes, and the reads' kinds.
    init(first: [Float], second: [Float], labels: [Int], kinds: [CallReliability.Kind?]) {
        let classes = CallingModel.labels.count
        precondition(first.count == labels.count * classes && second.count == first.count)
        var probabilities = first
        for index in CallingModel.open(first, settled: Float(CallingModel.usualCertainty)) {
            for label in index * classes..<(index + 1) * classes { probabilities[label] = second[label] }
        }
        let said = ClassProbabilities(probabilities: probabilities, labels: labels, classes: classes)
        let bounds = CallReliability.bounds.map { 1 - Float(PortableMath.exp(-Double($0) / 10 * PortableMath.log(10))) }
        var diagrams: [String: ReliabilityDiagram] = [:]
        for kind in CallReliability.Kind.allCases {
            let own = labels.indices.filter { kinds[$0] == kind && said.calls[$0] > 0 }
            if own.isEmpty { continue }
            diagrams[kind.rawValue] = ReliabilityDiagram(
                confidences: own.map { said.probabilities[$0 * classes + said.calls[$0]] },
                hits: own.map { said.calls[$0] == labels[$0] }, bounds: bounds)
        }
        self.diagrams = diagrams
    }

    /// The kind of what a shard says that it was read by, such as `short-pairs 12x`; nil where it is none that is known.
    static func kind(_ sequencing: String) -> CallReliability.Kind? {
        let words = sequencing.split(separator: " ")
        guard words.count == 2, words[1].hasSuffix("x"), let depth = Int(words[1].dropLast()) else { return nil }
        switch SequencingTechnology(rawValue: String(words[0])) {
        case .shortPairs: return depth < 15 ? .shallowShort : .short
        case .hifi: return .accurateLong
        case .nanopore: return .noisyLong
        case nil: return nil
        }
    }

    /// What a package says of a kind: alleles and wrong ones of each band; nil where it says nothing.
    public static func counts(
        _ lineage: Lineage, of kind: CallReliability.Kind?
    ) -> [(alleles: Int, wrong: Int)]? {
        counts(lineage.reliability ?? [:], of: kind)
    }

    /// The same of a lineage's diagrams.
    public static func counts(
        _ diagrams: [String: ReliabilityDiagram], of kind: CallReliability.Kind?
    ) -> [(alleles: Int, wrong: Int)]? {
        guard let kind, let bins = diagrams[kind.rawValue]?.bins, bins.count == CallReliability.bounds.count else {
            return nil
        }
        return bins.map { bin in
            let count = max(0, min(bin.count, 1e9))
            return (Int(count), Int((count * (1 - max(0, min(1, bin.accuracy)))).rounded()))
        }
    }
}
