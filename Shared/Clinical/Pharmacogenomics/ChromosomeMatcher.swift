import Genomics

/// What a sample's chromosome copies carry, variant by variant, in every order that the calls allow: for genes whose variants count each by itself,
/// and for calls that no pair of named alleles fits.
struct ChromosomeMatcher {
    /// The named alleles of one copy; a variant of no allele stands as `g.94981296A>G`.
    struct Copy: Hashable {
        var components: [String]
        /// Whether a component is no named allele.
        var isPartial: Bool
        /// Whether a variant that stands for another one was left out, since that one is not there.
        var isWithoutProxy = false

        var name: String { components.count == 1 ? components[0] : "[\(components.joined(separator: " + "))]" }
    }

    let definition: GeneDefinition
    private let calls: [LocusCall?]
    private let blocks: [[Int]]
    /// The alleles with the seen loci at which each differs from the reference allele, most loci first.
    private let differences: [(index: Int, loci: Set<Int>)]

    /// More orders than 2 to the power of this are not tried.
    static let mostBlocks = 9
    /// What is said where ``Copy/isWithoutProxy``.
    static let proxyRemark =
        "c.1236G>A (rs56038477) without c.1129-5923C>G (rs75017182), which is what reduces the function, counts as the reference"

    init(_ definition: GeneDefinition, _ evidence: [LocusEvidence]) {
        self.definition = definition
        calls = evidence.map(\.call)
        blocks = DiplotypeMatcher.blocks(calls)
        let reference = definition.alleles[definition.reference]
        let calls = calls
        differences = definition.alleles.enumerated().filter { !$0.element.isReference && !$0.element.isStructural }
            .map { index, allele in
                let loci = allele.masks.indices.filter {
                    allele.defined[$0] && calls[$0] != nil && reference.masks[$0] & allele.masks[$0] == 0
                }
                return (index, Set(loci))
            }.filter { !$0.loci.isEmpty }.sorted { ($1.loci.count, $0.index) < ($0.loci.count, $1.index) }
    }

    /// Whether there are too many orders to list.
    var isCrowded: Bool { blocks.count > Self.mostBlocks }

    /// The pairs of copies, fewest combinations first; nil where a call has an allele that no definition knows, or the orders are too many.
    func pairs() -> [(Copy, Copy)]? {
        guard !isCrowded, calls.allSatisfy({ $0?.alleles.allSatisfy { $0 != nil } ?? true }) else { return nil }
        var found: [Set<Copy>: (Copy, Copy)] = [:]
        for order in 0..<(1 << max(0, blocks.count - 1)) {
            var strands = [[Int: Int]](repeating: [:], count: 2)
            for (locus, call) in calls.enumerated() {
                guard let call, call.isHomozygous, let allele = call.alleles.first ?? nil else { continue }
                strands[0][locus] = allele
                strands[1][locus] = allele
            }
            for (number, block) in blocks.enumerated() {
                // The first block keeps its order: turning all of them around changes nothing.
                let isTurned = number > 0 && order >> (number - 1) & 1 == 1
                for locus in block {
                    guard let alleles = calls[locus]?.alleles, alleles.count == 2, let a = alleles[0],
                        let b = alleles[1]
                    else { return nil }
                    strands[isTurned ? 1 : 0][locus] = a
                    strands[isTurned ? 0 : 1][locus] = b
                }
            }
            let pair = (copy(strands[0]), copy(strands[1]))
            found[Set([pair.0, pair.1])] = found[Set([pair.0, pair.1])] ?? pair
        }
        return found.values.map { AlleleName.isBefore($0.name, $1.name) ? ($0, $1) : ($1, $0) }.sorted { a, b in
            let (x, y) = (Self.weight(a), Self.weight(b))
            if x != y { return x.lexicographicallyPrecedes(y) }
            if a.0 != b.0 { return AlleleName.isBefore(a.0.name, b.0.name) }
            return AlleleName.isBefore(a.1.name, b.1.name)
        }
    }

    /// What ranks pairs: variants without a name, then combinations, then components.
    static func weight(_ pair: (Copy, Copy)) -> [Int] {
        let copies = [pair.0, pair.1]
        return [
            copies.count { $0.isPartial }, copies.count { $0.isWithoutProxy }, copies.count { $0.components.count > 1 },
            copies.reduce(0) { $0 + $1.components.count },
        ]
    }

    /// The named alleles that make up a copy, the one that explains most first.
    private func copy(_ strand: [Int: Int]) -> Copy {
        let reference = definition.alleles[definition.reference]
        var rest = Set(strand.filter { reference.masks[$0.key] & (1 << UInt32($0.value)) == 0 }.keys)
        let isWithoutProxy = dropProxy(&rest)
        if rest.isEmpty { return Copy(components: [reference.name], isPartial: false, isWithoutProxy: isWithoutProxy) }
        var components: [String] = []
        for (index, loci) in differences where loci.isSubset(of: rest) {
            let masks = definition.alleles[index].masks
            guard loci.allSatisfy({ masks[$0] & (1 << UInt32(strand[$0] ?? 0)) != 0 }) else { continue }
            components.append(definition.alleles[index].name)
            rest.subtract(loci)
        }
        components.sort(by: AlleleName.isBefore)
        let isPartial = !rest.isEmpty
        for index in rest.sorted() {
            let locus = definition.loci[index]
            components.append("g.\(locus.position)\(locus.reference)>\(locus.spellings[strand[index] ?? 0])")
        }
        return Copy(components: components, isPartial: isPartial, isWithoutProxy: isWithoutProxy)
    }

    /// DPYD's HapB3 is the intronic c.1129-5923C>G; the exonic c.1236G>A stands for it only where the intron was not seen (CPIC, 2024).
    private func dropProxy(_ rest: inout Set<Int>) -> Bool {
        guard definition.gene == "DPYD",
            let exon = definition.loci.firstIndex(where: { $0.rsid == "rs56038477" }),
            let intron = definition.loci.firstIndex(where: { $0.rsid == "rs75017182" }),
            rest.contains(exon), !rest.contains(intron), calls[intron] != nil
        else { return false }
        rest.remove(exon)
        return true
    }
}
