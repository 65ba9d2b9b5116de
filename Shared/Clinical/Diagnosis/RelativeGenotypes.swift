import Genomics

/// The genotypes of relatives at some alleles of a file of several samples.
struct RelativeGenotypes {
    /// An allele as the file writes it.
    struct Key: Hashable {
        var contig: String
        var position: Int
        var reference: String
        var alternate: String

        init(_ allele: AnnotatedAllele) {
            (contig, position) = (allele.contig, allele.position)
            (reference, alternate) = (allele.reference, allele.alternate)
        }

        init(_ contig: String, _ position: Int, _ reference: String, _ alternate: String) {
            (self.contig, self.position, self.reference, self.alternate) = (contig, position, reference, alternate)
        }
    }

    /// In the order of the family.
    private(set) var calls: [Key: [RelativeCall]] = [:]
    /// The members of the family whose genotypes the file has.
    let seen: [FamilyMember]

    /// A genotype below this quality is not known.
    private static let leastQuality = 10

    /// Reads a file once for each relative that is among its samples; throws for a file that cannot be read, and for a genotype that is none.
    init(path: String, family: [FamilyMember], alleles: Set<Key>) throws(GenomicsError) {
        let samples = try VCFReader(path: path).samples
        seen = family.filter { samples.contains($0.name) }
        let places = Set(alleles.map { Place(contig: $0.contig, position: $0.position) })
        for member in seen { try read(path, member, samples, places, alleles) }
    }

    private struct Place: Hashable {
        var contig: String
        var position: Int
    }

    private mutating func read(
        _ path: String, _ member: FamilyMember, _ samples: [String], _ places: Set<Place>, _ alleles: Set<Key>
    ) throws(GenomicsError) {
        var reader = try VCFReader(path: path, sample: member.name)
        let column = reader.sampleColumn
        var contig = (bytes: [UInt8](), name: "")
        var found: [(key: Key, copies: Int)] = []
        while true {
            let isThere: Void? = try reader.withNextLine { (line) throws(GenomicsError) in
                guard let first = line.part(0, 0x09), let position = line.part(1, 0x09)?.integer else { return }
                if !first.equals(contig.bytes) { contig = (Array(first), first.text) }
                guard places.contains(Place(contig: contig.name, position: position)) else { return }
                let columns = Array(line.parts(0x09))
                guard columns.count > column else {
                    throw GenomicsError(.malformed, "the record has no column of \(member.name)", field: "FORMAT")
                }
                let genotype = try Self.genotype(columns[8], columns[column])
                guard let genotype, !genotype.contains(nil) else { return }
                for (number, alternate) in columns[4].parts(UInt8(ascii: ",")).enumerated() {
                    let key = Key(
                        contig.name, position, columns[3].text.uppercased(),
                        alternate.first == UInt8(ascii: "<") ? alternate.text : alternate.text.uppercased())
                    if alleles.contains(key) { found.append((key, genotype.count { $0 == number + 1 })) }
                }
            }
            if isThere == nil { break }
        }
        for (key, copies) in found where calls[key]?.last?.name != member.name {
            calls[key, default: []].append(
                RelativeCall(
                    name: member.name, relation: member.relation, sex: member.sex, isAffected: member.isAffected,
                    copies: copies))
        }
    }

    /// The alleles of a column; nil without GT, or with a GQ that is too low to say who has what.
    private static func genotype(_ format: LineBytes, _ column: LineBytes) throws(GenomicsError) -> [Int?]? {
        var alleles: [Int?]?
        for (number, name) in format.parts(UInt8(ascii: ":")).enumerated() {
            guard let field = column.part(number, UInt8(ascii: ":")), !field.isMissing else { continue }
            switch name.text {
            case "GT":
                guard let genotype = Genotype(field.text) else {
                    throw GenomicsError(.malformed, "\(field.quoted) is no genotype", field: "GT")
                }
                alleles = genotype.alleles
            case "GQ": if let quality = field.number, quality < Double(leastQuality) { return nil }
            default: break
            }
        }
        return alleles
    }
}
