/// How the alleles of a score's row and of a VCF record agree.
public enum AlleleMatch: Sendable, Hashable {
    /// The number of the effect allele in the record; `isFlipped` where the row is of the other strand.
    case allele(Int, isFlipped: Bool)
    /// A/T or C/G, which read the same on both strands: `direct` is the effect allele's number if the row is of the record's strand,
    /// `flipped` if it is of the other one.
    case ambiguous(direct: Int, flipped: Int)
    /// The record has other alleles.
    case none

    /// Compares a row with REF and ALT, all in upper case.
    ///
    /// Substitutions are looked for on both strands, insertions and deletions on the record's alone and in its spelling. Without another
    /// allele a record of one alternate has to have the effect allele, and the strand is believed.
    public static func of(effect: String, other: String?, reference: String, alternates: [String]) -> AlleleMatch {
        let alleles = [reference] + alternates
        guard let other else {
            guard alternates.count == 1, let number = alleles.firstIndex(of: effect) else { return .none }
            return isPalindrome(reference, alternates[0])
                ? .ambiguous(direct: number, flipped: 1 - number)
                : .allele(number, isFlipped: false)
        }
        func number(_ effect: String, _ other: String) -> Int? {
            guard let a = alleles.firstIndex(of: effect), let b = alleles.firstIndex(of: other), a == 0 || b == 0 else {
                return nil
            }
            return a
        }
        let direct = number(effect, other)
        if isPalindrome(effect, other) {
            guard let direct, let flipped = alleles.firstIndex(of: other) else { return .none }
            return .ambiguous(direct: direct, flipped: flipped)
        }
        if let direct { return .allele(direct, isFlipped: false) }
        guard effect.utf8.count == 1, other.utf8.count == 1,
            let flipped = number(complement(effect), complement(other))
        else { return .none }
        return .allele(flipped, isFlipped: true)
    }

    private static func complement(_ base: String) -> String {
        switch base {
        case "A": "T"
        case "C": "G"
        case "G": "C"
        case "T": "A"
        default: base
        }
    }

    private static func isPalindrome(_ a: String, _ b: String) -> Bool {
        a.utf8.count == 1 && b.utf8.count == 1 && complement(a) == b
    }
}
