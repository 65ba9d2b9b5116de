/// What a column of a table of features is about, by its name: `BRAF_mut`, `gain_cnaPANCAN301_(CDK12,ERBB2,MED24)`, `MSI_FACTOR`.
public struct ProfileFeature: Sendable, Hashable {
    /// Kinds of columns.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A changed protein.
        case mutation
        /// A gained segment.
        case gain
        /// A lost segment.
        case loss
        /// Anything else, such as microsatellite instability.
        case other
    }

    /// The column's name.
    public let column: String
    /// What it tells.
    public let kind: Kind
    /// The gene, or the cancer genes on the segment; none of a segment without, and of other columns.
    public let genes: [String]

    /// Reads a column's name.
    public init(_ column: String) {
        self.column = column
        if column.hasSuffix("_mut") {
            (kind, genes) = (.mutation, [String(column.dropLast(4))])
        } else if column.hasPrefix("gain_cna") || column.hasPrefix("loss_cna") {
            kind = column.hasPrefix("gain") ? .gain : .loss
            guard let start = column.firstIndex(of: "("), let end = column.lastIndex(of: ")"), start < end else {
                genes = []
                return
            }
            genes = column[column.index(after: start)..<end].split(separator: ",").map {
                String($0.filter { $0 != " " })
            }
        } else {
            (kind, genes) = (.other, [])
        }
    }

    /// What it is called among reasons: the gene, the segment's genes, or the column without its prefix.
    var label: String {
        switch kind {
        case .mutation: genes[0]
        case .gain, .loss:
            "\(kind.rawValue) of "
                + (genes.isEmpty ? "segment " + String(column.dropFirst(8)) : genes.joined(separator: "/"))
        case .other: column == Self.microsatellites ? "microsatellite instability" : column
        }
    }

    /// The column of microsatellite instability, in GDSC's word.
    static let microsatellites = "MSI_FACTOR"
}

/// Parts of a profile that are told or not.
public enum ProfileBlock: String, Sendable, Hashable, Codable, CaseIterable {
    /// Expression of genes.
    case expression
    /// Mutations, and all that is no copy number.
    case mutations
    /// Gains and losses.
    case copyNumbers = "copy numbers"
    /// The tissue.
    case tissue
}
