/// A record of the input that waits for what is added to it.
struct WaitingRecord {
    let line: VCFLine
    /// The contig's name in the reference; nil where it has none.
    let contig: String?
    /// REF in upper case.
    let reference: [UInt8]
    /// The alternates; nil for symbolic, missing and overlapping ones.
    let sites: [AlleleSite?]
    /// The alternates as they stand in the file, where one of ``sites`` is nil; empty otherwise.
    let symbols: [ArraySlice<UInt8>]
    /// Whether REF is not what the reference has.
    var isMismatched = false

    init(_ line: VCFLine, contig: String?) {
        let reference = line.reference
        self.line = line
        self.contig = contig
        self.reference = reference
        var sites: [AlleleSite?] = []
        var isSequence = true
        for (index, bases) in line.alternateBases.enumerated() {
            if bases == nil { isSequence = false }
            sites.append(
                bases.map {
                    AlleleSite(position: line.position, reference: reference, alternate: $0, number: index + 1)
                })
        }
        self.sites = sites
        symbols = isSequence ? [] : line.alternates
    }

    var position: Int { line.position }
    /// The contig's name in the reference, else in the file.
    var contigName: String { contig ?? String(decoding: line.contig, as: UTF8.self) }

    /// Whether VEP's names of the alleles go without their first base: one is an insertion or deletion, and all begin with REF's first base.
    var sharesFirstBase: Bool {
        var isIndel = false
        for site in sites {
            guard let site else { continue }
            if site.alternate[0] != reference[0] { return false }
            if site.gain != 0 { isIndel = true }
        }
        return isIndel
    }

    /// Appends VEP's name of an allele, counted from 1: without the base that all begin with, `-` for none.
    func append(label allele: Int, isShared: Bool, to text: inout [UInt8]) {
        guard let site = sites[allele - 1] else {
            text += symbols[allele - 1]
            return
        }
        if !isShared {
            text += site.alternate
        } else if site.alternate.count == 1 {
            text.append(UInt8(ascii: "-"))
        } else {
            text += site.alternate[1...]
        }
    }
}
