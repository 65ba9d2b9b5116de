import Genomics

/// Reads a sample's column of a record: genotype, qualities, depths and phase.
struct CallColumn {
    private var format: [UInt8] = []
    private var places: [Key: Int] = [:]
    private var isKnown = false

    private enum Key: String, CaseIterable {
        case genotype = "GT"
        case quality = "GQ"
        case depth = "DP"
        case depths = "AD"
        case share = "AF"
        case phaseSet = "PS"
    }

    /// What a record says of the sample.
    struct Call {
        /// GT as it stands; empty without one.
        var text = ""
        /// The allele of each copy, nil where it is not known.
        var alleles: [Int?] = []
        var isPhased = false
        var quality: Int?
        var depth: Int?
        var depths: [Int]?
        var shares: [Double]?
        var phaseSet: String?
    }

    /// Reads a column; `alternates` is how many ALTs the record has.
    ///
    /// Throws for values that are none of their field.
    mutating func read(
        _ column: LineBytes, format: LineBytes, alternates: Int, isMitochondrial: Bool
    ) throws(GenomicsError) -> Call {
        if !isKnown || !format.equals(self.format) {
            (self.format, isKnown) = (Array(format), true)
            places = [:]
            for (number, key) in format.parts(0x3a).enumerated() {
                if let key = Key(rawValue: key.text), places[key] == nil { places[key] = number }
            }
        }
        func field(_ key: Key) -> LineBytes? {
            guard let place = places[key], let field = column.part(place, 0x3a), !field.isMissing else { return nil }
            return field
        }
        var call = Call()
        if let field = field(.genotype) {
            (call.text, call.isPhased) = (field.text, field.contains(0x7c))
            call.alleles = try Self.alleles(field, alternates: alternates)
        }
        // Some programs write a quality with decimals.
        if let field = field(.quality) {
            guard let value = field.number, value >= 0, value < 1e9 else { throw Self.refused(field, "GQ") }
            call.quality = Int(value)
        }
        if let field = field(.depth) {
            guard let value = field.integer else { throw Self.refused(field, "DP") }
            call.depth = value
        }
        if let field = field(.depths), let list = try Self.list(field, "AD", \.integer) {
            guard list.count == alternates + 1 else {
                throw GenomicsError(
                    .malformed, "\(list.count) depths of \(alternates + 1) alleles (\(field.quoted))", field: "AD")
            }
            call.depths = list
        }
        if isMitochondrial, let field = field(.share), let list = try Self.list(field, "AF", \.number) {
            guard list.count == alternates, list.allSatisfy({ (0...1).contains($0) }) else {
                throw GenomicsError(
                    .malformed, "\(field.quoted) is no share for each of \(alternates) ALTs", field: "AF")
            }
            call.shares = list
        }
        if let field = field(.phaseSet) { call.phaseSet = field.text }
        return call
    }

    private static func refused(_ field: LineBytes, _ name: String) -> GenomicsError {
        GenomicsError(.malformed, "\(field.quoted) is no number that \(name) may have", field: name)
    }

    /// The values of a list; nil where one is missing.
    private static func list<Value>(
        _ field: LineBytes, _ name: String, _ value: KeyPath<LineBytes, Value?>
    ) throws(GenomicsError) -> [Value]? {
        var list: [Value] = []
        for part in field.parts(0x2c) {
            if part.isMissing { return nil }
            guard let number = part[keyPath: value] else { throw refused(part, name) }
            list.append(number)
        }
        return list
    }

    private static func alleles(_ field: LineBytes, alternates: Int) throws(GenomicsError) -> [Int?] {
        guard let genotype = Genotype(field.text), genotype.alleles.allSatisfy({ ($0 ?? 0) <= alternates }) else {
            throw GenomicsError(
                .malformed, "\(field.quoted) is no genotype of \(alternates + 1) alleles", field: "GT")
        }
        return genotype.alleles
    }
}

extension CallColumn.Call {
    /// Whether reads show an allele that the genotype lacks: two or more, and one in twenty, as of a mosaic parent.
    func shows(_ allele: Int) -> Bool {
        guard let depths, depths.indices.contains(allele) else { return false }
        let all = depths.reduce(0.0) { $0 + Double($1) }
        return depths[allele] >= 2 && Double(depths[allele]) * 20 >= all
    }

    /// The call of an allele, counted from 1; nil where the sample does not have it.
    func call(of allele: Int, filters: [String], contig: String) -> AnnotatedAllele.Call? {
        let copies = alleles.count { $0 == allele }
        guard copies > 0 else { return nil }
        let zygosity: GeneVariant.Zygosity =
            alleles.count == 1 ? .hemizygous : copies == alleles.count ? .homozygous : .heterozygous
        var phase: GeneVariant.Phase?
        if isPhased, zygosity == .heterozygous, copies == 1, let place = alleles.firstIndex(of: allele) {
            phase = GeneVariant.Phase(set: "\(contig):\(phaseSet ?? "")", haplotype: place)
        }
        return AnnotatedAllele.Call(
            genotype: text, zygosity: zygosity, quality: quality, depth: depth,
            depths: depths.map { [$0[0], $0[allele]] }, share: shares.map { $0[allele - 1] }, filters: filters,
            phase: phase)
    }
}
