/// How many values of which type a key of INFO or FORMAT has.
struct VCFShape: Sendable, Hashable {
    /// A number, `A`, `R`, `G` or `.`.
    let number: String
    /// `Integer`, `Float`, `Flag`, `Character` or `String`.
    let type: String

    /// Whether a value is one of the type; `.` is a missing value of any.
    func accepts(_ value: some StringProtocol) -> Bool {
        if value == "." { return true }
        return switch type {
        case "Integer": FieldText.isInteger(value) && Int(value).map { abs($0) <= Int(Int32.max) } == true
        case "Float": FieldText.isDecimal(value) || ["nan", "inf", "-inf", "+inf"].contains(value.lowercased())
        case "Character": value.count == 1
        default: !value.isEmpty
        }
    }

    /// How many values there must be; nil where that is not fixed.
    func count(alternates: Int, ploidy: Int?) -> Int? {
        switch number {
        case "A": return alternates
        case "R": return alternates + 1
        case "G":
            guard let ploidy, ploidy > 0, ploidy < 16, alternates < 64 else { return nil }
            // The number of multisets of `ploidy` alleles.
            return (1...ploidy).reduce(1) { $0 * (alternates + $1) / $1 }
        default: return Int(number)
        }
    }
}

/// The keys that the specification reserves (VCF 4.3, tables 1 and 2).
enum VCFKeys {
    /// INFO.
    static let info: [String: VCFShape] = shapes(
        """
        AA 1 String; AC A Integer; AD R Integer; ADF R Integer; ADR R Integer; AF A Float; AN 1 Integer; BQ 1 Float;
        CIGAR A String; DB 0 Flag; DP 1 Integer; END 1 Integer; H2 0 Flag; H3 0 Flag; MQ0 1 Integer; NS 1 Integer;
        SOMATIC 0 Flag; VALIDATED 0 Flag; 1000G 0 Flag; IMPRECISE 0 Flag; NOVEL 0 Flag; SVTYPE 1 String; CIPOS 2 Integer;
        CIEND 2 Integer; HOMLEN . Integer; HOMSEQ . String; BKPTID . String; MEINFO 4 String; METRANS 4 String;
        DGVID 1 String; DBVARID 1 String; DBRIPID 1 String; PARID 1 String; EVENT 1 String; CILEN 2 Integer
        """)
    /// FORMAT.
    static let format: [String: VCFShape] = shapes(
        """
        AD R Integer; ADF R Integer; ADR R Integer; DP 1 Integer; EC A Integer; FT 1 String; GL G Float; GP G Float;
        GQ 1 Integer; GT 1 String; HQ 2 Integer; MQ 1 Integer; PL G Integer; PQ 1 Integer; PS 1 Integer; CN 1 Integer;
        CNQ 1 Float; NQ 1 Integer; HAP 1 Integer; AHAP 1 Integer
        """)
    /// Counts, which are never negative.
    static let counts: Set<String> = ["AC", "AD", "ADF", "ADR", "AN", "DP", "END", "MQ0", "NS"]

    private static func shapes(_ text: String) -> [String: VCFShape] {
        var shapes: [String: VCFShape] = [:]
        for entry in text.split(whereSeparator: { $0 == ";" || $0 == "\n" }) {
            let words = entry.split(separator: " ").map(String.init)
            if words.count == 3 { shapes[words[0]] = VCFShape(number: words[1], type: words[2]) }
        }
        return shapes
    }
}
