import Foundation

extension Kindred {
    /// How one copy of an allele runs with the disease; nil where the allele of no affected relative is known.
    ///
    /// `copies` are those of relatives, by name, where they are known.
    func segregation(copies: [String: Int], by transmission: Transmission) -> FamilyEvidence.Segregation? {
        let known = relatives.filter { copies[$0.name] != nil }
        let affected = known.filter { $0.isAffected == true }
        guard !affected.isEmpty else { return nil }
        func has(_ member: FamilyMember) -> Bool { copies[member.name].map { $0 > 0 } ?? false }
        let chance =
            affected.allSatisfy(has)
            ? self.chance(
                isCarrier: Dictionary(known.map { ($0.name, has($0)) }) { first, _ in first },
                affected: Set(affected.map(\.name)), by: transmission) : nil
        return FamilyEvidence.Segregation(
            informativeMeioses: chance.map(Self.meioses) ?? 0, affectedWithout: affected.count { !has($0) },
            affectedWith: affected.count(where: has),
            unaffectedWith: known.count { $0.isAffected == false && has($0) })
    }

    /// How an allele of a disease that takes two runs with it: full siblings count who have the person's genotype.
    ///
    /// `partner` are the copies of the gene's other allele on the other chromosome; nil of an allele that both copies have. A sibling has both
    /// by chance in one of four, two meioses. One who has the allele and not the other says nothing of it. Nil where the genotype of no
    /// affected full sibling is known.
    func segregation(copies: [String: Int], beside partner: [String: Int]?) -> FamilyEvidence.Segregation? {
        let (own, all) = (own, persons)
        guard own.father != nil, own.mother != nil else { return nil }
        var found = FamilyEvidence.Segregation(informativeMeioses: 0, affectedWithout: 0)
        var isLooked = false
        for person in all where person.name != proband && person.father == own.father && person.mother == own.mother {
            guard let isAffected = person.isAffected, let count = copies[person.name] else { continue }
            let isShared: Bool?
            if count == 0 {
                isShared = false
            } else if let partner {
                guard let other = partner[person.name] else { continue }
                isShared = other > 0 ? true : nil
            } else {
                isShared = count > 1 ? true : nil
            }
            if isAffected { isLooked = true }
            switch (isAffected, isShared) {
            case (true, true?):
                found.informativeMeioses += 2
                found.affectedWith += 1
            case (true, false?): found.affectedWithout += 1
            case (false, true?): found.unaffectedWith += 1
            default: break
            }
        }
        return isLooked ? found : nil
    }

    /// m of a probability of (1/2)^m, rounded down.
    private static func meioses(_ chance: Double) -> Int {
        guard chance > 0 else { return 0 }
        return max(0, Int((-log2(chance) + 1e-9).rounded(.down)))
    }
}
