import Genomics

/// What the calling networks read of a candidate: its picture (``PileupEncoder``), and behind it its reads (`ReadStack`).
public struct CandidateEncoder {
    /// The floats of a candidate.
    public static let valuesPerCandidate = PileupEncoder.valuesPerCandidate + ReadStack.valuesPerCandidate

    private let window: PileupWindow
    private let options: PileupOptions

    init(window: PileupWindow, options: PileupOptions) {
        self.window = window
        self.options = options
    }

    /// Fills `output`, which holds ``valuesPerCandidate`` floats.
    func encode(_ allele: WeighedAllele, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count == Self.valuesPerCandidate, "a candidate has the values of its picture and its reads")
        let pictures = PileupEncoder.valuesPerCandidate
        PileupEncoder(window: window, options: options).encode(
            allele, into: UnsafeMutableBufferPointer(rebasing: output[..<pictures]))
        ReadStack(window: window).encode(
            allele.evidence, at: allele.site, into: UnsafeMutableBufferPointer(rebasing: output[pictures...]))
    }
}
