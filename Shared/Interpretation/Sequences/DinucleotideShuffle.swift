import NeuralNetwork

/// Shuffles of a sequence that keep the number of every pair of neighbours (Altschul and Erickson, 1985).
///
/// Padding stays where it is, and what stands between is shuffled for itself; ambiguity codes are letters as others are.
public struct DinucleotideShuffle: Sendable {
    private let seed: UInt64

    /// Shuffles that follow from a seed.
    public init(seed: UInt64) { self.seed = seed }

    /// The shuffle of a number: the same for the same sequence, seed and number.
    public func callAsFunction(_ codes: [UInt8], number: Int) -> [UInt8] {
        var random = SplitMix64(keys: seed, UInt64(number))
        var shuffled = codes
        var first = 0
        while first < codes.count {
            guard codes[first] != 0 else {
                first += 1
                continue
            }
            var end = first
            while end < codes.count, codes[end] != 0 { end += 1 }
            Self.shuffle(&shuffled[first..<end], using: &random)
            first = end
        }
        return shuffled
    }

    /// Draws one of the ways that take each step from letter to letter as often as the sequence does, all as probable.
    private static func shuffle(_ codes: inout ArraySlice<UInt8>, using random: inout SplitMix64) {
        guard codes.count > 3, let first = codes.first, let last = codes.last else { return }
        var followers = [[UInt8]](repeating: [], count: 256)
        for index in codes.indices.dropLast() { followers[Int(codes[index])].append(codes[index + 1]) }
        let letters = (0..<256).filter { !followers[$0].isEmpty && $0 != Int(last) }
        // The last step from each letter, such that they all lead to the end.
        var lastStep = [Int](repeating: 0, count: 256)
        repeat {
            for letter in letters { lastStep[letter] = random.index(below: followers[letter].count) }
        } while !letters.allSatisfy({ leads($0, to: Int(last), lastStep, followers, most: letters.count) })
        for letter in 0..<256 where !followers[letter].isEmpty {
            var steps = followers[letter]
            var final: UInt8?
            if letter != Int(last) { final = steps.remove(at: lastStep[letter]) }
            let order = random.permutation(steps.count)
            followers[letter] = order.map { steps[$0] } + (final.map { [$0] } ?? [])
        }
        var next = [Int](repeating: 0, count: 256)
        var letter = first
        for index in codes.indices {
            codes[index] = letter
            guard index + 1 < codes.endIndex else { break }
            let step = next[Int(letter)]
            next[Int(letter)] += 1
            letter = followers[Int(letter)][step]
        }
    }

    private static func leads(
        _ letter: Int, to last: Int, _ lastStep: [Int], _ followers: [[UInt8]], most: Int
    ) -> Bool {
        var letter = letter
        for _ in 0...most {
            if letter == last { return true }
            letter = Int(followers[letter][lastStep[letter]])
        }
        return letter == last
    }
}
