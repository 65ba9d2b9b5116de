import Genomics

/// ClinVar's clear words on variants of proteins, by gene and residue: what PS1, PM5, PM1, PP2, BP1 and PVS1 ask of other variants.
///
/// Only variants with a star and a class of pathogenic or benign, likely or not, are kept: some 40 bytes each.
public struct ClinVarIndex: Sendable {
    /// A variant.
    struct Entry: Sendable {
        var residue: Int32
        /// The changed residue and what it became; 0 unless missense.
        var from: UInt8
        var to: UInt8
        var kind: Kind
        var isPathogenic: Bool
        var isLikely: Bool
        var position: Int32
        /// Hash of contig, REF and ALT, stable within a process.
        var allele: Int
        var transcript: Int32
    }

    enum Kind: UInt8, Sendable { case missense, null, other }

    /// What is known of a gene as a whole.
    struct Spectrum: Sendable {
        var pathogenicNull = 0
        var pathogenicMissense = 0
        var benignMissense = 0
    }

    /// `clinvar@2026-11`.
    public let source: String
    /// How many variants are kept.
    public private(set) var count = 0
    private var entries: [String: [Entry]] = [:]
    private var spectra: [String: Spectrum] = [:]
    private var transcripts: [String] = []
    private var places: [Substring: Int32] = [:]

    /// Reads ClinVar's VCF, annotated by `helicase annotate` with the transcripts that the calls are annotated with.
    ///
    /// Throws for a file without `CSQ` or `CLNSIG`.
    public init(path: String, source: String = "clinvar") throws(GenomicsError) {
        var options = AnnotatedVCF.Options()
        (options.isSitesOnly, options.isChosenOnly, options.clinVar) = (true, true, source)
        var reader = try AnnotatedVCF(path: path, options: options)
        guard reader.hasClinVar else {
            throw GenomicsError(
                .malformed, "INFO CLNSIG is not defined: this is not ClinVar's VCF file", file: path, field: "INFO")
        }
        self.init(source: source)
        while let allele = try reader.next() { add(allele) }
        finish()
    }

    /// Takes alleles with their ClinVar records.
    public init(_ alleles: some Sequence<AnnotatedAllele>, source: String = "clinvar") {
        self.init(source: source)
        for allele in alleles { add(allele) }
        finish()
    }

    private init(source: String) { self.source = source }

    private mutating func add(_ allele: AnnotatedAllele) {
        guard let record = allele.clinVar, record.stars > 0, let word = ClinVarWord(record.significance),
            let chosen = allele.chosen, !chosen.gene.isEmpty
        else { return }
        let kind = ConsequenceKind(chosen.terms)
        let isMissense = kind.contains(.missense) && chosen.substitution != nil
        let isNull = !kind.isDisjoint(with: .null)
        guard isMissense || isNull || !kind.isDisjoint(with: .inframe) else { return }
        let name = unversioned(chosen.transcript)
        var place = places[name] ?? -1
        if place < 0 {
            place = Int32(clamping: transcripts.count)
            places[name] = place
            transcripts.append(String(name))
        }
        let change = isMissense ? chosen.substitution : nil
        entries[chosen.gene, default: []].append(
            Entry(
                residue: Int32(clamping: chosen.residue ?? 0), from: change?.from ?? 0, to: change?.to ?? 0,
                kind: isMissense ? .missense : isNull ? .null : .other, isPathogenic: word.isPathogenic,
                isLikely: word.isLikely, position: Int32(clamping: allele.position), allele: Self.identity(allele),
                transcript: place))
        count += 1
    }

    private mutating func finish() {
        for (gene, list) in entries {
            entries[gene] = list.sorted { ($0.residue, $0.position, $0.to) < ($1.residue, $1.position, $1.to) }
            var spectrum = Spectrum()
            for entry in list {
                switch (entry.kind, entry.isPathogenic) {
                case (.null, true): spectrum.pathogenicNull += 1
                case (.missense, true): spectrum.pathogenicMissense += 1
                case (.missense, false): spectrum.benignMissense += 1
                default: break
                }
            }
            spectra[gene] = spectrum
        }
    }

    /// The same of an allele whether its contig is called 1 or chr1.
    static func identity(_ allele: AnnotatedAllele) -> Int {
        var hasher = Hasher()
        let contig = allele.contig.hasPrefix("chr") ? allele.contig.dropFirst(3) : allele.contig[...]
        hasher.combine(contig)
        hasher.combine(allele.reference)
        hasher.combine(allele.alternate)
        return hasher.finalize()
    }

    /// The gene's variants, without `allele`'s own record.
    func spectrum(ofGene gene: String, without allele: AnnotatedAllele) -> Spectrum {
        var spectrum = spectra[gene] ?? Spectrum()
        guard let own = entries[gene]?.first(where: { isSame($0, allele) }) else { return spectrum }
        switch (own.kind, own.isPathogenic) {
        case (.null, true): spectrum.pathogenicNull -= 1
        case (.missense, true): spectrum.pathogenicMissense -= 1
        case (.missense, false): spectrum.benignMissense -= 1
        default: break
        }
        return spectrum
    }

    private func isSame(_ entry: Entry, _ allele: AnnotatedAllele) -> Bool {
        entry.position == Int32(clamping: allele.position) && entry.allele == Self.identity(allele)
    }

    /// The variants of a transcript in a range of residues, without `allele`'s own record.
    func entries(
        _ consequence: TranscriptConsequence, _ residues: ClosedRange<Int>, without allele: AnnotatedAllele
    ) -> [Entry] {
        guard let list = entries[consequence.gene], let place = places[unversioned(consequence.transcript)] else {
            return []
        }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(list[middle].residue) < residues.lowerBound { low = middle + 1 } else { high = middle }
        }
        return list[low...].prefix { Int($0.residue) <= residues.upperBound }
            .filter { $0.transcript == place && !isSame($0, allele) }
    }

    /// Whether the index has any variant of the transcript: without, residues of another one would be compared.
    func knows(_ consequence: TranscriptConsequence) -> Bool { places[unversioned(consequence.transcript)] != nil }
}

/// A clear word of ClinVar; others (uncertain, conflicting, risk factors, drugs) are none.
struct ClinVarWord {
    var isPathogenic: Bool
    var isLikely: Bool

    /// Reads a significance; what stands behind a comma, semicolon or bar (`low penetrance`, `risk factor`) is not looked at.
    init?(_ significance: String) {
        let word = significance.prefix { $0 != "," && $0 != ";" && $0 != "|" }.lowercased()
        switch word {
        case "pathogenic", "pathogenic/likely pathogenic": (isPathogenic, isLikely) = (true, false)
        case "likely pathogenic": (isPathogenic, isLikely) = (true, true)
        case "benign", "benign/likely benign": (isPathogenic, isLikely) = (false, false)
        case "likely benign": (isPathogenic, isLikely) = (false, true)
        default: return nil
        }
    }
}
