import Genomics

/// A record of the input that waits for what is added to it; when it is written, its room is used again for another one.
final class WaitingRecord {
    let line = VCFLine()
    /// The record's number in the file, counted from 0.
    private(set) var number = 0
    /// The contig's name in the reference; nil where it has none.
    private(set) var contig: String?
    /// REF in upper case.
    private(set) var reference: [UInt8] = []
    /// The alternates; nil for symbolic, missing and overlapping ones.
    private(set) var sites: [AlleleSite?] = []
    /// The alternates as they stand in the file, where one of ``sites`` is nil; empty otherwise.
    private(set) var symbols: [ArraySlice<UInt8>] = []
    /// Whether REF is not what the reference has.
    var isMismatched = false
    /// What its alleles do, as far as it is known.
    var consequences = RecordConsequences()
    /// The last position of a record that may change what is known; this one's own where it stands alone.
    var keepUntil = 0

    /// Takes the next line of the file, and gives its room for another one in return.
    func take(_ line: inout [UInt8], number: Int) throws(GenomicsError) {
        try self.line.take(&line)
        self.number = number
        contig = nil
        isMismatched = false
        consequences.clear()
        reference = self.line.reference
        keepUntil = position
        sites.removeAll(keepingCapacity: true)
        var isSequence = true
        let (position, reference) = (position, reference)
        self.line.forEachAlternate { bases in
            guard let bases else {
                isSequence = false
                return sites.append(nil)
            }
            sites.append(
                AlleleSite(position: position, reference: reference, alternate: bases, number: sites.count + 1))
        }
        if isSequence {
            if !symbols.isEmpty { symbols = [] }
        } else {
            symbols = self.line.alternates
        }
    }

    /// Says what the reference calls the record's contig.
    func isOn(_ contig: String?) { self.contig = contig }

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
            let parts = line.bytes[values].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
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
            text.append(bytes: site.alternate)
        } else if site.alternate.count == 1 {
            text.append(UInt8(ascii: "-"))
        } else {
            text.append(bytes: site.alternate, 1..<site.alternate.count)
        }
    }
}
