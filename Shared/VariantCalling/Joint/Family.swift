import Genomics

/// Two parents and their children among the samples, and what passes from the one to the others at a site.
struct Family: Hashable {
    /// The father's place among the samples; nil where he is not one of them.
    var father: Int?
    /// The mother's place among the samples; nil where she is not one of them.
    var mother: Int?
    /// The children's places among the samples.
    var children: [Int]

    /// The families of a cohort, those of forebears first; a child of whom neither parent is known belongs to none.
    static func all(in pedigree: Pedigree, samples: [String]) -> [Family] {
        let places = Dictionary(uniqueKeysWithValues: samples.enumerated().map { ($1, $0) })
        struct Parents: Hashable {
            var father: String?
            var mother: String?
        }
        var children: [Parents: [Int]] = [:]
        for (place, name) in samples.enumerated() {
            guard let person = pedigree.persons[name] else { continue }
            let known = [person.father, person.mother].contains { $0.flatMap { places[$0] } != nil }
            if known {
                children[Parents(father: person.father, mother: person.mother), default: []].append(place)
            }
        }
        return children.map { parents, children in
            Family(
                father: parents.father.flatMap { places[$0] },
                mother: parents.mother.flatMap { places[$0] },
                children: children)
        }.sorted { a, b in
            func generation(_ family: Family) -> Int {
                family.children.compactMap { pedigree.generation(of: samples[$0]) }.max() ?? 0
            }
            let (first, second) = (generation(a), generation(b))
            return first == second ? a.children[0] < b.children[0] : first < second
        }
    }
}

/// The chance that an allele passes from a parent to a child.
struct Transmission {
    /// How often a base is exchanged anew in a gamete.
    ///
    /// Kong et al. 2012, Nature 488:471.
    static let substitutionRate = 1.2e-8
    /// How often a site has a new insertion or deletion in a gamete.
    ///
    /// Besenbacher et al. 2015, Nature Communications 6:5969.
    static let indelRate = 1.26e-9

    /// The chance of each allele, by the parent's genotype, in a gamete without a new allele.
    private let inherited: [[Double]]
    /// The same with new alleles.
    private let all: [[Double]]

    /// The gametes of a parent of so many copies; `rates` holds how often each allele arises anew.
    init(ploidy: Int, rates: [Double]) {
        var inherited: [[Double]] = []
        Genotypes.each(rates.count, ploidy: ploidy) { _, low, high in
            var chances = rates.map { _ in 0.0 }
            chances[low] += 0.5
            chances[high] += 0.5
            inherited.append(chances)
        }
        all = inherited.map { chances in
            let new = zip(chances, rates).map { $0 == 0 ? $1 : 0 }
            let old = 1 - new.reduce(0, +)
            return zip(chances, new).map { $0 * old + $1 }
        }
        self.inherited = inherited
    }

    /// The gametes of a parent of whom nothing is known, of whom all that matters is the population.
    init(frequencies: [Double]) {
        inherited = [frequencies]
        all = [frequencies]
    }

    /// The number of the parent's genotypes.
    var genotypes: Int { all.count }

    /// The chance of a gamete with an allele; without new ones where `isInherited`.
    func chance(of allele: Int, from genotype: Int, isInherited: Bool = false) -> Double {
        (isInherited ? inherited : all)[genotype][allele]
    }
}
