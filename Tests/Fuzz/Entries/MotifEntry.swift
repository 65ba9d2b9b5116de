import Interpretation

extension FuzzEntry {
    /// A library of motifs in MEME's format.
    static let motifs = FuzzEntry("motifs", longest: 2048) { input in
        let motifs = try MotifFiles.readMEME(String(decoding: input, as: UTF8.self), file: "motifs")
        let written = MotifFiles.meme(motifs)
        let again = try mustNotThrow("what was written") { try MotifFiles.readMEME(written, file: "motifs") }
        try FuzzFinding.unless(
            again.map(\.name) == motifs.map(\.name) && again.map(\.length) == motifs.map(\.length),
            "other motifs after writing them")
        let matches = MotifLibrary(Array(motifs.prefix(4))).matches(of: motifs[0])
        try FuzzFinding.unless(
            matches.allSatisfy { (0...1).contains($0.pValue) && (0...1).contains($0.qValue) },
            "a probability that is none")
    }
}
