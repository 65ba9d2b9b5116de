/// KING's robust kinship (Manichaikul and others 2010, equation 9) between two groups of people, from their haplotypes.
struct KinshipScreen {
    /// Rows: people; sites at which they have one copy, two, or none of ALT.
    private let one: BitMatrix
    private let two: BitMatrix
    private let none: BitMatrix

    /// - Parameter haplotypes: A row a haplotype, two after each other a person.
    init(haplotypes: BitMatrix) {
        var (one, two, none) = (
            BitMatrix(rows: haplotypes.rows / 2, columns: haplotypes.columns),
            BitMatrix(rows: haplotypes.rows / 2, columns: haplotypes.columns),
            BitMatrix(rows: haplotypes.rows / 2, columns: haplotypes.columns)
        )
        let width = haplotypes.width
        for person in 0..<one.rows {
            for word in 0..<width {
                let (a, b) = (
                    haplotypes.words[2 * person * width + word], haplotypes.words[(2 * person + 1) * width + word]
                )
                one.words[person * width + word] = a ^ b
                two.words[person * width + word] = a & b
                // Bits behind the last site are set here and nowhere else, so they meet nothing.
                none.words[person * width + word] = ~(a | b)
            }
        }
        (self.one, self.two, self.none) = (one, two, none)
    }

    /// For each person the largest kinship to any of the others, and how many pairs reach a limit.
    func screen(_ others: KinshipScreen, limit: Double, workers: Int) -> (largest: [Double], reaching: Int) {
        let own = (0..<one.rows).map { one.count($0) }
        let theirs = (0..<others.one.rows).map { others.one.count($0) }
        let width = one.width
        let found = Parallel.map(one.rows, workers: workers) { person -> (Double, Int) in
            var (largest, reaching) = (-Double.infinity, 0)
            for other in 0..<others.one.rows {
                var (both, opposite) = (0, 0)
                for word in 0..<width {
                    let (i, j) = (person * width + word, other * width + word)
                    both += (one.words[i] & others.one.words[j]).nonzeroBitCount
                    opposite +=
                        (two.words[i] & others.none.words[j]).nonzeroBitCount
                        + (none.words[i] & others.two.words[j]).nonzeroBitCount
                }
                let least = Double(min(own[person], theirs[other]))
                guard least > 0 else { continue }
                let kinship =
                    Double(both - 2 * opposite) / (2 * least) + 0.5
                    - Double(own[person] + theirs[other]) / (4 * least)
                largest = max(largest, kinship)
                if kinship >= limit { reaching += 1 }
            }
            return (largest, reaching)
        }
        return (found.map(\.0), found.reduce(0) { $0 + $1.1 })
    }
}
