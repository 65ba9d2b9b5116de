/// BAM's 4-bit base codes (SAM specification, § 4.2.3).
public enum BaseCode {
    // Spelled out, the table is a constant: no check before each use whether it was made.
    private static let letters: [UInt8] = [
        UInt8(ascii: "="), UInt8(ascii: "A"), UInt8(ascii: "C"), UInt8(ascii: "M"),
        UInt8(ascii: "G"), UInt8(ascii: "R"), UInt8(ascii: "S"), UInt8(ascii: "V"),
        UInt8(ascii: "T"), UInt8(ascii: "W"), UInt8(ascii: "Y"), UInt8(ascii: "H"),
        UInt8(ascii: "K"), UInt8(ascii: "D"), UInt8(ascii: "B"), UInt8(ascii: "N"),
    ]
    private static let nibbles: [UInt8] = {
        var table = [UInt8](repeating: 15, count: 256)
        for (code, letter) in letters.enumerated() {
            table[Int(letter)] = UInt8(code)
            table[Int(letter) | 0x20] = UInt8(code)
        }
        table[Int(UInt8(ascii: "=")) | 0x20] = 0
        table[Int(UInt8(ascii: "U"))] = 8
        table[Int(UInt8(ascii: "u"))] = 8
        return table
    }()

    /// The 4-bit code of a base letter; 15 (N) for anything that is none.
    public static func nibble(ofASCII letter: UInt8) -> UInt8 { nibbles[Int(letter)] }
    /// The 4-bit code of a base or of an IUPAC code for several, in upper or lower case; nil for anything else.
    public static func code(ofASCII letter: UInt8) -> UInt8? {
        let code = nibbles[Int(letter)]
        if code == 15 { return letter | 0x20 == UInt8(ascii: "n") ? code : nil }
        return code == 0 ? nil : code
    }
    /// The code of the complement: the bits are A, C, G, T from low to high, and it mirrors them.
    public static func complementCode(_ code: UInt8) -> UInt8 {
        (code & 1) << 3 | (code & 2) << 1 | (code & 4) >> 1 | (code & 8) >> 3
    }
    /// The upper-case letter of a 4-bit code.
    public static func ascii(ofNibble code: UInt8) -> UInt8 { letters[Int(code & 15)] }
    /// The upper-case letter of a reference's base; N for anything that is none, such as `=`, which stands for one.
    public static func reference(ofASCII letter: UInt8) -> UInt8 {
        let code = nibble(ofASCII: letter)
        return code == 0 ? UInt8(ascii: "N") : ascii(ofNibble: code)
    }
    /// The complement of a base letter, upper-case; N stays N.
    public static func complement(ofASCII letter: UInt8) -> UInt8 {
        ascii(ofNibble: complementCode(nibble(ofASCII: letter)))
    }
}
