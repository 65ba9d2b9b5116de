import Genomics
import Hashing

/// Computed identifiers (VRS 2.0, "Computed Identifiers"): canonical JSON (RFC 8785) of what defines an object, digested.
extension VRSAllele {
    /// What is digested of the location: fields in the order of their names, no blanks.
    var serializedLocation: String {
        "{\"end\":\(location.upperBound),\"sequenceReference\":{\"refgetAccession\":\"\(refgetAccession)\","
            + "\"type\":\"SequenceReference\"},\"start\":\(location.lowerBound),\"type\":\"SequenceLocation\"}"
    }

    /// The digest of the location.
    public var locationDigest: String { SHA512Digest.sha512t24u(of: Array(serializedLocation.utf8)) }

    /// What is digested of the allele, with the location's digest in the location's place.
    public var serialized: String {
        let state =
            switch self.state {
            case .literal(let bases): "{\"sequence\":\"\(bases)\",\"type\":\"LiteralSequenceExpression\"}"
            case .referenceLength(let length, let unit):
                "{\"length\":\(length),\"repeatSubunitLength\":\(unit),\"type\":\"ReferenceLengthExpression\"}"
            }
        return "{\"location\":\"\(locationDigest)\",\"state\":\(state),\"type\":\"Allele\"}"
    }

    /// The digest of the allele.
    public var digest: String { SHA512Digest.sha512t24u(of: Array(serialized.utf8)) }

    /// `ga4gh:VA.` and the digest: the same for the same change, whoever computes it.
    public var identifier: String { "ga4gh:VA.\(digest)" }
}

/// Refget accessions of a reference's contigs, digested once each.
public struct RefgetAccessions {
    private let reference: ReferenceGenome
    private var known: [String: String] = [:]

    /// Takes a reference; nothing is read yet.
    public init(_ reference: ReferenceGenome) { self.reference = reference }

    /// `SQ.` and the GA4GH's digest of a contig's bases in upper case (GA4GH refget 2.0); nil for a contig that the reference lacks.
    ///
    /// Reads all of the contig at the first question, in pieces; throws where it cannot be read.
    public mutating func accession(of contig: String) throws(GenomicsError) -> String? {
        if let accession = known[contig] { return accession }
        guard let index = reference.index(of: contig) else { return nil }
        let length = reference.contigs[index].length
        var digest = SHA512Digest()
        var start = 0
        while start < length {
            let end = min(start + 1 << 20, length)
            digest.update(try reference.bases(contig: index, start..<end))
            start = end
        }
        let accession = "SQ.\(digest.sha512t24u)"
        known[contig] = accession
        return accession
    }
}
