/// Which of many sequences hold a word: all of them are compared with another one at the cost of the words that they share.
struct ResidueWordIndex: Sendable {
    /// One shape of words.
    private struct Shape: Sendable {
        /// The words that any sequence has, ascending.
        var words: [UInt32] = []
        /// Where the places of each word begin, and the end of the last one's.
        var offsets: [Int] = [0]
        var places: [UInt32] = []
        var roots: [Double] = []
        /// The length of each sequence's vector.
        var norms: [Double] = []
    }

    private let shapes: [Shape]
    private let count: Int

    init(_ sequences: [ResidueWords]) {
        count = sequences.count
        shapes = (0..<ResidueWords.count).map { shape in
            var own = Shape()
            own.norms = sequences.map { $0.norms[shape] }
            var all: [(word: UInt32, place: UInt32, root: Double)] = []
            for (place, sequence) in sequences.enumerated() {
                for (word, root) in zip(sequence.words[shape], sequence.roots[shape]) {
                    all.append((word, UInt32(place), root))
                }
            }
            all.sort { ($0.word, $0.place) < ($1.word, $1.place) }
            for entry in all {
                if own.words.last != entry.word {
                    own.words.append(entry.word)
                    own.offsets.append(own.offsets[own.offsets.count - 1])
                }
                own.places.append(entry.place)
                own.roots.append(entry.root)
                own.offsets[own.offsets.count - 1] += 1
            }
            return own
        }
    }

    /// The square root of the mean cosine over the shapes, with each of the sequences; 0 where one is too short for words.
    func similarities(to other: ResidueWords) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        for (number, shape) in shapes.enumerated() {
            var shared = [Double](repeating: 0, count: count)
            for (word, root) in zip(other.words[number], other.roots[number]) {
                // The first word that is not below it.
                var (low, high) = (0, shape.words.count)
                while low < high {
                    let middle = (low + high) / 2
                    if shape.words[middle] < word { low = middle + 1 } else { high = middle }
                }
                guard low < shape.words.count, shape.words[low] == word else { continue }
                for entry in shape.offsets[low]..<shape.offsets[low + 1] {
                    shared[Int(shape.places[entry])] += root * shape.roots[entry]
                }
            }
            for place in 0..<count {
                let size = other.norms[number] * shape.norms[place]
                if size > 0 { sums[place] += shared[place] / size }
            }
        }
        return sums.map { ($0 / Double(ResidueWords.count)).squareRoot() }
    }
}
