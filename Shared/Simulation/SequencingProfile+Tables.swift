import Genomics

extension SubstitutionTable {
    /// What a base is taken for in HiSeq X reads: of NA12891 and NA12892, and of NA12878 on chr22, in the mean.
    public static let hiSeqX = SubstitutionTable([
        "A": .init(to: [0, 0.41, 0.4, 0.19]), "C": .init(to: [0.37, 0, 0.39, 0.24]),
        "G": .init(to: [0.25, 0.17, 0, 0.58]), "T": .init(to: [0.2, 0.19, 0.61, 0]),
    ])

    /// What a base is taken for in the HiSeq 2000 reads of NA12878.
    public static let illumina = SubstitutionTable([
        "A": .init(to: [0, 0.34, 0.29, 0.37]), "C": .init(to: [0.48, 0, 0.18, 0.34]),
        "G": .init(to: [0.34, 0.16, 0, 0.50]), "T": .init(to: [0.36, 0.28, 0.36, 0]),
    ])

    /// Transitions twice as often as each of the transversions, as consensus reads have them.
    public static let transitions = SubstitutionTable([
        "A": .init(to: [0, 1, 2, 1]), "C": .init(to: [1, 0, 1, 2]), "G": .init(to: [2, 1, 0, 1]),
        "T": .init(to: [1, 2, 1, 0]),
    ])
}

extension RepeatErrors {
    /// The polymerase's slippage in short reads: about twice as often with each base of a homopolymer, from 4 in a million at
    /// one base to some percent beyond twelve.
    public static let polymerase = RepeatErrors.geometric(run: (4e-6, 1.97), longer: (2e-6, 2.2))
}
