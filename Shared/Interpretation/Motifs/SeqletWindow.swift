/// The contributions of a seqlet by letter, with as much of its surroundings as shifts reach, on both strands.
struct SeqletWindow {
    /// How a window lies to a profile.
    struct Alignment {
        var similarity: Float
        /// Positions by which the window is moved along the forward strand of its sequence.
        var shift: Int
        var isReverse: Bool
    }

    /// `(width + 2 · margin) × 4`; the opposite strand's are these from the end to the beginning.
    private let forward, reverse: [Float]
    /// The length of the vector at each shift, of each strand.
    private let forwardNorms, reverseNorms: [Float]
    private let margin: Int
    private let width: Int

    /// A stretch of a sequence; beyond its ends nothing contributes.
    init(_ sequence: SequenceAttribution, _ range: Range<Int>, shift: Int) {
        var values: [Float] = []
        for position in range.lowerBound - shift..<range.upperBound + shift {
            guard sequence.codes.indices.contains(position) else {
                values += [0, 0, 0, 0]
                continue
            }
            let code = sequence.codes[position]
            let share = code == 0 ? 0 : sequence.contributions[position] / Float(code.nonzeroBitCount)
            for letter in 0..<4 { values.append(code >> UInt8(letter) & 1 == 1 ? share : 0) }
        }
        self.init(values: values, width: range.count, margin: shift)
    }

    /// A profile, with nothing around it.
    init(_ profile: [Float], shift: Int) {
        let edge = [Float](repeating: 0, count: 4 * shift)
        self.init(values: edge + profile + edge, width: profile.count / 4, margin: shift)
    }

    private init(values: [Float], width: Int, margin: Int) {
        (self.width, self.margin) = (width, margin)
        forward = values
        reverse = values.reversed()
        forwardNorms = Self.norms(forward, width: width, margin: margin)
        reverseNorms = Self.norms(reverse, width: width, margin: margin)
    }

    private static func norms(_ values: [Float], width: Int, margin: Int) -> [Float] {
        (0...2 * margin).map { start in
            values[4 * start..<4 * (start + width)].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
    }

    /// The window, moved by `shift` along the forward strand; of the opposite strand the mirrored one.
    func values(shift: Int, isReverse: Bool) -> [Float] {
        let start = 4 * (margin + (isReverse ? -shift : shift))
        return Array((isReverse ? reverse : forward)[start..<start + 4 * width])
    }

    /// The shift and strand at which the window is most like a profile.
    func align(to profile: [Float], shift: Int) -> Alignment {
        let norm = profile.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var best = Alignment(similarity: -1, shift: 0, isReverse: false)
        guard norm > 0 else { return best }
        profile.withUnsafeBufferPointer { profile in
            for isReverse in [false, true] {
                (isReverse ? reverse : forward).withUnsafeBufferPointer { values in
                    for move in -shift...shift {
                        let start = margin + (isReverse ? -move : move)
                        let length = (isReverse ? reverseNorms : forwardNorms)[start]
                        guard length > 0 else { continue }
                        // Eight sums side by side, as wide as vectors are.
                        var sums = SIMD8<Float>()
                        var i = 0
                        while i + 8 <= profile.count {
                            let (a, b) = (Self.eight(profile, i), Self.eight(values, 4 * start + i))
                            sums += a * b
                            i += 8
                        }
                        var product = sums.sum()
                        while i < profile.count {
                            product += profile[i] * values[4 * start + i]
                            i += 1
                        }
                        let similarity = product / (norm * length)
                        if similarity > best.similarity {
                            best = Alignment(similarity: similarity, shift: move, isReverse: isReverse)
                        }
                    }
                }
            }
        }
        return best
    }

    @inline(__always)
    private static func eight(_ values: UnsafeBufferPointer<Float>, _ first: Int) -> SIMD8<Float> {
        UnsafeRawBufferPointer(values).loadUnaligned(fromByteOffset: 4 * first, as: SIMD8<Float>.self)
    }
}
