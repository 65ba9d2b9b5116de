import Foundation
import Genomics
import Testing

@testable import Clinical

/// Families: how surprising it is that affected relatives have an allele, and where two alleles of a gene lie.
struct KindredTests {
    /// A proband with parents, grandparents of the mother's side, her brother, and his child.
    private static func family(
        sex: PhenotypeCase.Sex = .male, affected: Set<String> = [], healthy: Set<String> = []
    ) throws -> Kindred {
        func person(
            _ name: String, _ father: String? = nil, _ mother: String? = nil, _ sex: PhenotypeCase.Sex = .unknown
        ) -> Kindred.Person {
            Kindred.Person(
                name: name, father: father, mother: mother, sex: sex,
                isAffected: affected.contains(name) ? true : healthy.contains(name) ? false : nil)
        }
        return try Kindred(
            [
                person("kid", "dad", "mum", sex), person("brother", "dad", "mum", .male),
                person("sister", "dad", "mum", .female), person("dad", nil, nil, .male),
                person("mum", "grandpa", "grandma", .female), person("uncle", "grandpa", "grandma", .male),
                person("grandpa", nil, nil, .male), person("grandma", nil, nil, .female),
                person("cousin", "uncle", nil), person("in-law"),
            ], proband: "kid")
    }

    @Test(
        "An allele that a sibling has too is a chance of one half, of a cousin one eighth, whoever else was looked at"
    )
    func autosomal() throws {
        let family = try Self.family()
        func chance(_ affected: [String: Bool], given: [String: Bool] = [:]) -> Double? {
            family.chance(
                isCarrier: affected.merging(given) { first, _ in first }, affected: Set(affected.keys), by: .autosomal)
        }
        #expect(chance(["brother": true]) == 0.5)
        #expect(chance(["mum": true]) == 0.5)
        #expect(chance(["brother": true, "sister": true, "mum": true]) == 0.125)
        #expect(chance(["cousin": true]) == 0.125)
        #expect(chance(["cousin": true], given: ["uncle": true]) == 0.125)
        #expect(chance(["mum": true], given: ["dad": false]) == 0.5)
        // The father has it and the mother does not: no cousin of her side can have it of the same founder.
        #expect(chance(["cousin": true], given: ["mum": false]) == nil)
        // New in the person: nothing can be shared.
        #expect(chance(["brother": true], given: ["mum": false, "dad": false]) == nil)
    }

    @Test("A man's X is his mother's: his brother's chance is one half, her brother's one in six")
    func onX() throws {
        let family = try Self.family()
        func chance(_ name: String) -> Double? {
            family.chance(isCarrier: [name: true], affected: [name], by: .onX)
        }
        #expect(chance("brother") == 0.5)
        #expect(chance("uncle").map { abs($0 - 1.0 / 6) < 1e-12 } == true)
    }

    @Test("Meioses count where all affected relatives have the allele, and one without it is counted against")
    func segregation() throws {
        let family = try Self.family(affected: ["brother", "sister", "mum"], healthy: ["uncle"])
        let all = family.segregation(copies: ["brother": 1, "sister": 1, "mum": 1, "uncle": 1], by: .autosomal)
        #expect(all == .init(informativeMeioses: 3, affectedWithout: 0, affectedWith: 3, unaffectedWith: 1))
        let less = family.segregation(copies: ["brother": 1, "sister": 0], by: .autosomal)
        #expect(less == .init(informativeMeioses: 0, affectedWithout: 1, affectedWith: 1))
        #expect(family.segregation(copies: ["uncle": 1], by: .autosomal) == nil, "nobody affected was looked at")
    }

    @Test("Of a disease that takes two alleles a sibling counts with both of them")
    func pairs() throws {
        let family = try Self.family(affected: ["brother", "sister"], healthy: ["uncle"])
        let both = family.segregation(copies: ["brother": 1, "sister": 1], beside: ["brother": 1, "sister": 1])
        #expect(both == .init(informativeMeioses: 4, affectedWithout: 0, affectedWith: 2))
        // The sister has one of the two: that speaks against the other.
        let one = family.segregation(copies: ["brother": 1, "sister": 1], beside: ["brother": 1, "sister": 0])
        #expect(one == .init(informativeMeioses: 2, affectedWithout: 0, affectedWith: 1))
        let other = family.segregation(copies: ["brother": 1, "sister": 0], beside: ["brother": 1, "sister": 1])
        #expect(other == .init(informativeMeioses: 2, affectedWithout: 1, affectedWith: 1))
        #expect(family.segregation(copies: ["brother": 2], beside: nil)?.informativeMeioses == 2)
        #expect(family.segregation(copies: ["brother": 1], beside: nil)?.affectedWith == 0)
    }

    @Test("Relatives have words, and those who share no forebear are none")
    func words() throws {
        let family = try Self.family()
        let names = ["dad", "mum", "brother", "sister", "grandma", "uncle", "cousin"]
        let words = ["father", "mother", "brother", "sister", "grandmother", "relative", "relative"]
        #expect(names.map(family.word) == words)
        #expect(!family.relatives.contains { $0.name == "in-law" })
    }

    @Test("A pedigree of six columns says who is affected, and has to name the person")
    func columns() throws {
        let pedigree = try Pedigree(text: "F kid dad mum 2 2\nF dad 0 0 1 1\nF mum 0 0 2 -9\n")
        #expect(pedigree.names == ["kid", "dad", "mum"])
        let family = try Kindred(pedigree, proband: "kid")
        #expect(family.own.isAffected == true && family.own.sex == .female)
        #expect(family.relatives.map(\.isAffected) == [false, nil])
        #expect(throws: Kindred.Flaw.self) { try Kindred(pedigree, proband: "other") }
    }
}
