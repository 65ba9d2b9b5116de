import Genomics
import Hashing

/// People of a network, as a phased VCF file and a pedigree; families by recombination.
public struct CohortWriter: Sendable {
    /// A person of the cohort.
    public struct Person: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The family.
        public var family: String
        /// The father's and mother's places in ``CohortWriter/people``; nil for founders.
        public var parents: (father: Int, mother: Int)?
        /// Whether the person is female.
        public var isFemale: Bool

        /// Whether two are one.
        public static func == (a: Person, b: Person) -> Bool { a.name == b.name }
        /// By the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    /// All people: founders first, then the families' children.
    public let people: [Person]
    private let network: HaplotypeNetwork
    private let panel: HaplotypePanel
    private let seed: UInt64
    /// Crossovers a base and meiosis: one in 100 Mb, the mean of human chromosomes.
    private static let crossoverRate = 1e-8

    /// Prepares so many founders, none of them related to another, of whom so many pairs, at most half of `count`, have a child each.
    public init(_ network: HaplotypeNetwork, of panel: HaplotypePanel, count: Int, families: Int, seed: UInt64) {
        precondition(families * 2 <= count, "a family has two founders")
        (self.network, self.panel, self.seed) = (network, panel, seed)
        let digits = String(count + families).count
        func name(_ number: Int) -> String {
            let text = String(number + 1)
            return "SYN" + String(repeating: "0", count: digits - text.count) + text
        }
        var people = (0..<count).map { number -> Person in
            var random = SplitMix64(keys: seed, 3, UInt64(number))
            let isParent = number < 2 * families
            return Person(
                name: name(number), family: isParent ? "FAM\(number / 2 + 1)" : name(number), parents: nil,
                isFemale: isParent ? number % 2 == 1 : random.uniform() < 0.5)
        }
        for family in 0..<families {
            var random = SplitMix64(keys: seed, 3, UInt64(count + family))
            people.append(
                Person(
                    name: name(count + family), family: "FAM\(family + 1)",
                    parents: (father: 2 * family, mother: 2 * family + 1), isFemale: random.uniform() < 0.5))
        }
        self.people = people
    }

    /// The pedigree in the six columns of a PED file; the phenotype is not known.
    public var pedigree: String {
        people.map { person in
            let father = person.parents.map { people[$0.father].name } ?? "0"
            let mother = person.parents.map { people[$0.mother].name } ?? "0"
            return "\(person.family)\t\(person.name)\t\(father)\t\(mother)\t\(person.isFemale ? 2 : 1)\t0\n"
        }.joined()
    }

    /// Writes the people's haplotypes at the sites that the network makes.
    ///
    /// Memory is flat in the number of people: haplotypes are made again for each stretch of sites that fits 64 MiB, as their numbers say them.
    ///
    /// An index is written beside the file; `metadata` are further header lines, as key and value.
    public func write(
        to path: String, source: String, metadata: [Variant.Field], workers: Int
    ) throws(GenomicsError) {
        let header = VCFHeader(
            contigs: contigs, sample: nil, source: source,
            info: [
                .init("AF", number: "A", type: "Float", "Frequency of ALT in this file"),
                .init("AC", number: "A", type: "Integer", "Alleles of ALT in this file"),
                .init("AN", number: "1", type: "Integer", "Alleles in this file"),
            ],
            formats: [.init("GT", number: "1", type: "String", "Genotype, phased")], metadata: metadata)
        let columns = "\tFORMAT\t" + people.map(\.name).joined(separator: "\t") + "\n"
        let longest = contigs.map(\.length).max() ?? 0
        let writer = try VCFTextWriter(
            path: path, header: String(header.text.dropLast()) + columns, longestContig: longest)
        let made = network.madeSites
        let stretch = max(1, (64 << 20) * 8 / max(1, 2 * people.count))
        for first in stride(from: 0, to: made.count, by: stretch) {
            let rows = first..<min(first + stretch, made.count)
            let alleles = stretchOfAlleles(rows, workers: workers)
            for row in rows { try writer.write(line: record(panel.sites[made[row]], alleles, row - first)) }
        }
        try writer.finish()
    }

    private var contigs: [Contig] {
        var contigs = panel.contigs
        for site in panel.sites where !contigs.contains(where: { $0.name == site.contig }) {
            contigs.append(Contig(name: site.contig, length: 0))
        }
        return contigs
    }

    private func record(_ site: HaplotypePanel.Site, _ alleles: BitMatrix, _ row: Int) -> [UInt8] {
        let (count, number) = (alleles.count(row), alleles.columns)
        let text =
            "\(site.contig)\t\(site.position)\t\(site.identifier)\t\(site.reference)\t\(site.alternate)\t.\tPASS\t"
            + "AC=\(count);AN=\(number);AF=\(Float(count) / Float(number))\tGT"
        var line = Array(text.utf8)
        line.reserveCapacity(line.count + 4 * people.count)
        for person in 0..<number / 2 {
            line.append(0x09)
            line.append(alleles[row, 2 * person] ? 0x31 : 0x30)
            line.append(0x7c)
            line.append(alleles[row, 2 * person + 1] ? 0x31 : 0x30)
        }
        return line
    }

    /// Rows of ``HaplotypeNetwork/madeSites``, of all people.
    private func stretchOfAlleles(_ rows: Range<Int>, workers: Int) -> BitMatrix {
        let founders = people.prefix { $0.parents == nil }.count
        var alleles = BitMatrix(rows: rows.count, columns: 2 * people.count)
        for first in stride(from: 0, to: founders, by: 1024) {
            let numbers = 2 * first..<2 * min(first + 1024, founders)
            let some = network.haplotypes(numbers, seed: seed, workers: workers)
            for row in rows {
                for column in some.places(row) {
                    alleles[row - rows.lowerBound, numbers.lowerBound + Int(column)] = true
                }
            }
        }
        for (number, person) in people.enumerated() {
            guard let parents = person.parents else { continue }
            for (strand, parent) in [parents.father, parents.mother].enumerated() {
                let strands = transmitted(child: number, strand: strand)
                for row in rows where alleles[row - rows.lowerBound, 2 * parent + strands[row]] {
                    alleles[row - rows.lowerBound, 2 * number + strand] = true
                }
            }
        }
        return alleles
    }

    /// Which of a parent's strands a child has at each made site: changes where the meiosis crossed over, and anew on each contig.
    func transmitted(child: Int, strand: Int) -> [Int] {
        var random = SplitMix64(keys: seed, 4, UInt64(2 * child + strand))
        var strands: [Int] = []
        var current = 0
        var last: HaplotypePanel.Site?
        for place in network.madeSites {
            let site = panel.sites[place]
            if let last, last.contig == site.contig {
                // Haldane's map: an odd number of crossovers.
                let expected = Double(abs(site.position - last.position)) * Self.crossoverRate
                if random.uniformDouble() < (1 - Self.negativeExponential(2 * expected)) / 2 { current = 1 - current }
            } else {
                current = random.index(below: 2)
            }
            strands.append(current)
            last = site
        }
        return strands
    }

    /// exp(-x) by its series; x is at most 2 Morgans a gap of sites, so few terms do and bytes are the same everywhere.
    private static func negativeExponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for power in 1..<60 {
            term *= -min(x, 10) / Double(power)
            sum += term
        }
        return max(0, sum)
    }
}
