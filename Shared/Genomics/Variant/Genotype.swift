/// Which alleles a sample carries at a site: VCF's GT.
public struct Genotype: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The allele of each chromosome copy, 0 for REF, 1 for the first ALT; nil where it is not known.
    public var alleles: [Int?]
    /// Whether the order tells the haplotype (`|`).
    public var isPhased: Bool

    /// Makes a genotype.
    public init(_ alleles: [Int?], isPhased: Bool = false) {
        self.alleles = alleles
        self.isPhased = isPhased
    }

    /// Reads VCF's text, such as `0/1`, `1|2`, `./.` or `1`; nil when it is none.
    public init?(_ text: some StringProtocol) {
        var alleles: [Int?] = []
        for part in text.utf8.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "|") })
        {
            if part.elementsEqual(".".utf8) {
                alleles.append(nil)
            } else if let number = Int(String(decoding: part, as: UTF8.self)), (0..<1000).contains(number) {
                alleles.append(number)
            } else {
                return nil
            }
        }
        self.init(alleles, isPhased: text.utf8.contains(UInt8(ascii: "|")))
    }

    /// VCF's text.
    public var description: String {
        alleles.map { $0.map(String.init) ?? "." }.joined(separator: isPhased ? "|" : "/")
    }

    /// On how many of two chromosome copies an allele stands; a haploid call counts for both.
    public func copies(of allele: Int) -> Int {
        let count = alleles.count { $0 == allele }
        return alleles.count == 1 ? 2 * count : count
    }
}
