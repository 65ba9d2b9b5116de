/// What a change does, as coarsely as the network tells changes apart.
public enum ChangeKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// One residue for another.
    case missense
    /// The same residue.
    case synonymous
    /// A stop codon in place of a residue.
    case stopGained
    /// Another reading frame.
    case frameshift
    /// Residues lost or added in frame.
    case inframe
    /// The start codon is lost.
    case startLost
    /// The stop codon is lost.
    case stopLost
    /// The two bases of an intron next to an exon.
    case spliceSite
    /// Further bases of an intron, up to the eighth.
    case spliceRegion
    /// The rest of an intron.
    case intron
    /// Not translated.
    case untranslated

    /// The kind that the most severe of some terms of the Sequence Ontology is of; nil where none is.
    init?(terms: [String]) {
        let kinds: [(String, ChangeKind)] = [
            ("splice_acceptor_variant", .spliceSite), ("splice_donor_variant", .spliceSite),
            ("stop_gained", .stopGained), ("frameshift_variant", .frameshift), ("stop_lost", .stopLost),
            ("start_lost", .startLost), ("inframe_insertion", .inframe), ("inframe_deletion", .inframe),
            ("missense_variant", .missense), ("protein_altering_variant", .inframe),
            ("synonymous_variant", .synonymous), ("stop_retained_variant", .synonymous),
            ("start_retained_variant", .synonymous), ("splice_region_variant", .spliceRegion),
            ("splice_donor_5th_base_variant", .spliceRegion), ("splice_polypyrimidine_tract_variant", .intron),
            ("splice_donor_region_variant", .spliceRegion), ("5_prime_UTR_variant", .untranslated),
            ("3_prime_UTR_variant", .untranslated), ("intron_variant", .intron),
        ]
        // The list is from the most severe on, and so is a consequence's.
        guard let kind = kinds.first(where: { terms.contains($0.0) })?.1 else { return nil }
        self = kind
    }
}
