import Genomics
import NeuralNetwork
import Tasks

/// What a model of sequences says of every base of a genome: its score of the window around it.
///
/// What neighbouring windows share is computed once (`WindowScan`); a base has the score that the model gives its window.
public struct SequenceScanner: Sendable {
    /// Which strands are read.
    public enum Strand: String, Sendable, CaseIterable {
        /// The strand that the reference holds.
        case forward
        /// Its reverse complement.
        case reverse
        /// The greater score of the two; of a model that reads both strands itself, its own mean.
        case both
    }

    /// The base of a window, counted from 0 in the direction of reading, at which its score stands.
    public let anchor: Int
    /// Bases of a window.
    public let length: Int

    private let model: SequenceModel
    private let scan: WindowScan
    private let output: Int
    private let strand: Strand
    /// Bases that are scored together.
    var piece = 1 << 16

    /// Takes a model, and the class whose probability is meant: of two the second where none is named.
    ///
    /// Throws `TaskError` where there is no such class, where more than two are said and none is named, where the window has no such
    /// base, and where one strand of a model is asked for that reads both.
    public init(_ model: SequenceModel, class name: String? = nil, strand: Strand = .both, anchor: Int? = nil) throws {
        try model.checkBasesAlone()
        let anchor = anchor ?? model.length / 2
        guard (0..<model.length).contains(anchor) else {
            throw TaskError("there is no base \(anchor) in the model's windows of \(model.length), counted from 0")
        }
        guard strand == .both || !model.readsBothStrands else {
            throw TaskError("the model reads both strands and says their mean, so there is no score of one of them")
        }
        output = try model.outcome.place(of: name)
        scan = try WindowScan(model.network)
        self.model = model
        self.strand = strand
        self.anchor = anchor
        length = model.length
    }

    /// The scores of all bases of some contigs' regions, written as a track in the order of the reference.
    ///
    /// Bases whose window would leave the contig have none, nor those in whose window more than half is `N`.
    ///
    /// - Parameters:
    ///   - genome: The reference.
    ///   - regions: Where; everywhere if nil.
    ///   - track: Receives the scores.
    ///   - workers: Threads.
    ///   - progress: Called with the number of bases of each piece that is done.
    /// - Returns: The number of bases that have a score.
    public func scan(
        _ genome: ReferenceGenome, regions: BED? = nil, into track: TrackOutput, workers: Int,
        progress: (Int) -> Void = { _ in }
    ) throws -> Int {
        var scored = 0
        for (index, contig) in genome.contigs.enumerated() {
            let ranges = regions.map { $0.ranges[contig.name] ?? [] } ?? [0..<contig.length]
            for range in ranges {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
                    let bases = start..<min(range.upperBound, start + piece)
                    let values = try scores(genome, contig: index, bases, workers: workers)
                    try track.write(values, contig: index, start: start)
                    scored += values.count { $0.isFinite }
                    progress(bases.count)
                }
            }
        }
        return scored
    }

    /// A score a base, not a number where there is none.
    private func scores(
        _ genome: ReferenceGenome, contig: Int, _ bases: Range<Int>, workers: Int
    ) throws -> [Float] {
        // On the reverse strand a window's bases are counted from its other end; a model of both strands reads one window twice.
        let (before, after) = (anchor, length - 1 - anchor)
        var result = [Float](repeating: .nan, count: bases.count)
        func add(reverse: Bool, _ join: (Float, Float) -> Float) throws {
            let (left, right) = reverse && !model.readsBothStrands ? (after, before) : (before, after)
            let whole = bases.clamped(to: left..<max(left, genome.contigs[contig].length - right))
            guard !whole.isEmpty else { return }
            let span = (whole.lowerBound - left)..<(whole.upperBound + right)
            var codes = try genome.bases(contig: contig, span).map { BaseCode.nibble(ofASCII: $0) }
            let isKnown = Self.known(codes, length: length)
            if reverse { codes = codes.reversed().map(BaseCode.complementCode) }
            let values = try model.scores(windowsOf: codes, scan: scan, output: output, workers: workers)
            for window in 0..<whole.count where isKnown[window] {
                let place = whole.lowerBound - bases.lowerBound + window
                let value = values[reverse ? whole.count - 1 - window : window]
                result[place] = result[place].isNaN ? value : join(result[place], value)
            }
        }
        if strand != .reverse { try add(reverse: false, max) }
        if model.readsBothStrands {
            try add(reverse: true) { 0.5 * ($0 + $1) }
        } else if strand != .forward {
            try add(reverse: true, max)
        }
        return result
    }

    /// Of each window whether at least half of its bases are known.
    private static func known(_ codes: [UInt8], length: Int) -> [Bool] {
        var unknown = codes.prefix(length).count { $0 == 15 }
        var known = [2 * unknown <= length]
        for end in stride(from: length, to: codes.count, by: 1) {
            unknown += (codes[end] == 15 ? 1 : 0) - (codes[end - length] == 15 ? 1 : 0)
            known.append(2 * unknown <= length)
        }
        return known
    }
}

extension SequenceModel {
    /// One output's score of each window of a sequence of base codes, of one strand.
    func scores(windowsOf codes: [UInt8], scan: WindowScan, output: Int, workers: Int) throws -> [Float] {
        let scores = try outcome.scores(scan.outputs(codes, workers: workers), calibration: calibration)
        return stride(from: output, to: scores.count, by: outcome.count).map { scores[$0] }
    }
}
