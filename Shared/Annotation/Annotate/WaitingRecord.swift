/// A record of the input that waits for what is added to it.
final class WaitingRecord {
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
    let isMismatched: Bool

    init(_ line: VCFLine, reference: [UInt8], contig: String?, isMismatched: Bool) {
        self.isMismatched = isMismatched
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

    /// A symbolic allele, counted from 1; nil where nothing is told of it.
    func symbol(_ number: Int) -> SymbolicAllele? {
        SymbolicAllele(
            symbols[number - 1], position: position, reference: reference, end: end(of: number), number: number)
    }

    /// Whether something is there of which nothing can be told.
    var hasUntold: Bool {
        symbols.indices.contains { number in
            sites[number] == nil
                && SymbolicAllele.isUntold(
                    symbols[number], position: position, reference: reference, end: end(of: number + 1))
        }
    }

    /// Where the last of the symbolic alleles ends, 0-based and past its last base; 0 without one.
    var furthestEnd: Int {
        symbols.indices.reduce(0) { sites[$1] == nil ? max($0, end(of: $1 + 1) ?? 0) : $0 }
    }

    /// Where a symbolic allele ends, 0-based and past its last base; nil where INFO does not say it.
    ///
    /// END, else the length that SVLEN has for the allele; of several alternates, whose END is the furthest of all (VCF 4.4), SVLEN first.
    private func end(of number: Int) -> Int? {
        let places = 1...Int(Int32.max)
        func value(_ key: String, _ number: Int) -> Int? {
            guard let values = line.info(Array(key.utf8)) else { return nil }
            let parts = values.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard parts.count >= number else { return nil }
            return Int(String(decoding: parts[parts.startIndex + number - 1], as: UTF8.self))
        }
        let stated = value("END", 1).flatMap { places.contains($0) ? $0 : nil }
        if let stated, symbols.count == 1 { return stated }
        guard let length = value("SVLEN", number), let bases = Int(exactly: length.magnitude), places.contains(bases),
            places.contains(position + 1 + bases)
        else { return stated }
        return position + 1 + bases
    }

    /// The first and last base that an allele, counted from 1, concerns; `last` is `first - 1` for an insertion.
    func extent(of allele: Int) -> (first: Int, last: Int) {
        if let site = sites[allele - 1] { return (site.first, site.last) }
        return symbol(allele).map { ($0.first, $0.last) } ?? (position, position - 1)
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
