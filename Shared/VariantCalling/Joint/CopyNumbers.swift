import Genomics

/// How many copies of a place each sample has, and from which parent they are.
struct CopyNumbers {
    private let sexes: [Pedigree.Sex]

    /// Sexes are those of the pedigree; a father is male and a mother female.
    init(samples: [String], pedigree: Pedigree?) {
        let fathers = Set(pedigree?.persons.values.compactMap(\.father) ?? [])
        let mothers = Set(pedigree?.persons.values.compactMap(\.mother) ?? [])
        sexes = samples.map { name in
            if let sex = pedigree?.persons[name]?.sex, sex != .unknown { return sex }
            return fathers.contains(name) ? .male : mothers.contains(name) ? .female : .unknown
        }
    }

    /// Whether a contig is inherited from both parents by Mendel's law, or by that of the sex chromosomes.
    func isInherited(_ contig: String) -> Bool { !MitochondrialContig.isNamed(contig) }

    /// The copies that a sample has by its sex; nil where they follow from its file.
    func ploidy(_ sample: Int, _ contig: Contig, _ position: Int) -> Int? {
        guard let chromosome = SexChromosome(contig.name) else {
            return isInherited(contig.name) ? 2 : nil
        }
        if SexChromosome.isPseudoautosomal(position, length: contig.length) { return 2 }
        return sexes[sample] == .unknown ? nil : chromosome.copies(isMale: sexes[sample] == .male)
    }

    /// Whether a sample has a copy of its father and one of its mother.
    func passes(_ sample: Int, _ contig: Contig, _ position: Int, ploidy: Int) -> (
        father: Bool, mother: Bool
    ) {
        guard let chromosome = SexChromosome(contig.name),
            !SexChromosome.isPseudoautosomal(position, length: contig.length)
        else { return (true, true) }
        switch (ploidy, chromosome) {
        case (2, _): return (true, true)
        case (1, .x): return (false, true)
        case (1, .y): return (true, false)
        default: return (false, false)
        }
    }
}
