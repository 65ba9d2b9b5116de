import Foundation

extension Kindred {
    /// How an allele reaches children.
    enum Transmission: Sendable, Hashable {
        /// Either parent gives it to one child in two.
        case autosomal
        /// A mother gives it to one child in two, a father to all daughters and to no son.
        case onX
    }

    /// So many persons of whom it is not known whether they have the allele can be summed over: 2²⁰ terms a founder.
    private static let mostUnknown = 20

    /// The probability that all affected relatives who were looked at have a rare allele of the proband's by chance, as it would be if the
    /// allele had nothing to do with the disease.
    ///
    /// Jarvik and Browning 2016, American Journal of Human Genetics 98:1077: N, of which (1/2)^m for m informative meioses is the case of a
    /// simple pedigree. The allele came into the family once, by any of the proband's founders with equal probability. Only the affected
    /// count: where nothing is known of penetrance, the alleles of others cancel in the likelihood ratio. Nil where what is known of all
    /// (`isCarrier`) cannot have come about so, as of a new allele, or the family is too large to sum over.
    func chance(isCarrier: [String: Bool], affected: Set<String>, by transmission: Transmission) -> Double? {
        let given = [proband: true]
        func joined(_ known: [String: Bool]) -> [String: Bool] { given.merging(known) { first, _ in first } }
        guard let all = probability(given, transmission), all > 0,
            let whole = probability(joined(isCarrier), transmission), whole > 0,
            let both = probability(joined(isCarrier.filter { affected.contains($0.key) }), transmission)
        else { return nil }
        return both / all
    }

    /// The probability of what is known, summed over the founders who may have brought the allele.
    private func probability(_ known: [String: Bool], _ transmission: Transmission) -> Double? {
        let family = Descent(self, of: Set(known.keys))
        var sum = 0.0
        for founder in family.founders(of: proband) {
            guard let term = family.probability(known, founder: founder, transmission, mostUnknown: Self.mostUnknown)
            else { return nil }
            sum += term
        }
        return sum
    }
}

/// Some persons and their forebears, parents before children; a parent that is not named is a founder of his or her own.
private struct Descent {
    private struct Member {
        var name: String
        var parents: (father: Int, mother: Int)?
        var sex: PhenotypeCase.Sex
    }

    private var members: [Member] = []
    private var places: [String: Int] = [:]

    init(_ kindred: Kindred, of names: Set<String>) {
        // In the order of the pedigree, so that sums are the same each time.
        for person in kindred.persons where names.contains(person.name) { add(person.name, kindred) }
    }

    @discardableResult
    private mutating func add(_ name: String, _ kindred: Kindred, sex: PhenotypeCase.Sex = .unknown) -> Int {
        if let place = places[name] { return place }
        let person = kindred[name]
        var parents: (Int, Int)?
        if let person, person.father != nil || person.mother != nil {
            // No name of a sample has a tab in it.
            parents = (
                add(person.father ?? "\(name)\tfather", kindred, sex: .male),
                add(person.mother ?? "\(name)\tmother", kindred, sex: .female)
            )
        }
        let stated = person?.sex ?? .unknown
        members.append(Member(name: name, parents: parents, sex: stated == .unknown ? sex : stated))
        places[name] = members.count - 1
        return members.count - 1
    }

    /// The founders from whom somebody descends; the person, where nobody is known.
    func founders(of name: String) -> [Int] {
        guard let place = places[name] else { return [] }
        var (found, open): (Set<Int>, [Int]) = ([], [place])
        while let next = open.popLast() {
            guard let parents = members[next].parents else {
                found.insert(next)
                continue
            }
            open += [parents.father, parents.mother]
        }
        return found.sorted()
    }

    /// The probability of what is known where one founder has the allele; nil where too much is not known, or a sex that matters.
    func probability(
        _ known: [String: Bool], founder: Int, _ transmission: Kindred.Transmission, mostUnknown: Int
    ) -> Double? {
        let states = members.map { known[$0.name] }
        if states[founder] == false { return 0 }
        var carries = [Bool](repeating: false, count: members.count)
        var (open, isTooLarge) = (0, false)
        func sum(_ place: Int) -> Double {
            guard place < members.count, !isTooLarge else { return isTooLarge ? 0 : 1 }
            guard let share = share(of: place, founder, carries, transmission) else {
                isTooLarge = true
                return 0
            }
            var total = 0.0
            let isBranching = states[place] == nil && share > 0 && share < 1
            if isBranching {
                open += 1
                isTooLarge = isTooLarge || open > mostUnknown
            }
            for (state, weight) in [(true, share), (false, 1 - share)]
            where weight > 0 && states[place] ?? state == state {
                carries[place] = state
                total += weight * sum(place + 1)
            }
            carries[place] = false
            if isBranching { open -= 1 }
            return total
        }
        let total = sum(0)
        return isTooLarge ? nil : total
    }

    /// The probability that a person has the allele, given the parents; nil where that depends on a sex which is not known.
    private func share(
        of place: Int, _ founder: Int, _ carries: [Bool], _ transmission: Kindred.Transmission
    ) -> Double? {
        guard let parents = members[place].parents else { return place == founder ? 1 : 0 }
        var (father, mother) = (carries[parents.father] ? 0.5 : 0, carries[parents.mother] ? 0.5 : 0)
        if transmission == .onX, father > 0 {
            switch members[place].sex {
            case .female: father = 1
            case .male: father = 0
            case .unknown: return nil
            }
        }
        return 1 - (1 - father) * (1 - mother)
    }
}
