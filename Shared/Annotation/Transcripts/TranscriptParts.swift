import Genomics

/// The features of a GFF3 file that transcripts are made of, gathered line by line.
struct TranscriptParts {
    /// A stretch of a transcript.
    struct Part {
        var range: Range<Int>
        var phase: Int?
        var line: Int
    }

    /// What names a transcript as its parent.
    struct Gathered {
        var contig: String
        var isReverse: Bool
        var exons: [Part] = []
        var coding: [Part] = []
        /// The first coding line, which has what holds of all.
        var codingRecord: GFF3Record?
        /// Recoded residues: TGA as selenocysteine by its genomic bases.
        var recoded: [(range: Range<Int>, residue: UInt8)] = []
        /// Whether parts lie on two strands by intent (trans-splicing).
        var isTransSpliced = false
        var flags: Transcript.Flags = []
    }

    let path: String
    /// Genes and transcripts by their ID.
    private var nodes: [String: GFF3Record] = [:]
    private var places: [String: Int] = [:]
    private(set) var gathered: [(parent: String, parts: Gathered)] = []
    private var last: (name: String, place: Int) = ("", 0)
    /// By contig: the transcripts whose alignments to it have gaps within an exon.
    private var gapped: [String: Set<String>] = [:]
    /// The type of the last line, and what is done with it.
    private var kind: (type: [UInt8], kind: Kind) = ([], .node)

    init(path: String) { self.path = path }

    /// Types that no transcript is made of; their lines are not looked at any further.
    private static let ignored: Set<String> = [
        "five_prime_UTR", "three_prime_UTR", "UTR", "start_codon", "stop_codon", "chromosome", "region", "scaffold",
        "supercontig", "contig", "biological_region", "match", "match_part", "sequence_feature",
        "enhancer", "silencer", "promoter", "intron",
    ]

    /// Types of lines that are stretches of a transcript.
    private static let parts: Set<String> = ["exon", "CDS", "stop_codon_redefined_as_selenocysteine"]

    /// What is done with a line.
    private enum Kind {
        case ignored
        case part
        case alignment
        case node
    }

    private mutating func kind(of line: ArraySlice<UInt8>) -> Kind {
        let type = GFF3Record.type(of: line) ?? []
        if type.elementsEqual(kind.type) { return kind.kind }
        let name = String(decoding: type, as: UTF8.self)
        let new: Kind =
            Self.ignored.contains(name)
            ? .ignored : Self.parts.contains(name) ? .part : name == "cDNA_match" ? .alignment : .node
        kind = (Array(type), new)
        return new
    }

    /// Takes a line; throws `GenomicsError` without a file where it is no record of GFF3.
    mutating func add(_ line: ArraySlice<UInt8>, number: Int) throws(GenomicsError) {
        let kind = kind(of: line)
        if kind == .ignored { return }
        if kind == .alignment { return add(alignment: line) }
        let record = try GFF3Record(line, allowsTabs: true, allowsNoPlace: kind == .node)
        switch kind {
        case .part:
            guard let isReverse = record.isReverse else {
                throw GenomicsError(.malformed, "\(record.type) is on + or -", field: "strand")
            }
            let parents = record.values("Parent")
            guard !parents.isEmpty else {
                throw GenomicsError(.malformed, "\(record.type) names no transcript", field: "Parent")
            }
            for parent in parents { try add(record, isReverse: isReverse, to: parent, number: number) }
        default:
            if let id = record["ID"] { nodes[id] = record }
        }
    }

    private mutating func add(
        _ record: GFF3Record, isReverse: Bool, to parent: String, number: Int
    ) throws(GenomicsError) {
        if parent != last.name {
            if let known = places[parent] {
                last = (parent, known)
            } else {
                last = (parent, gathered.count)
                places[parent] = gathered.count
                gathered.append((parent, Gathered(contig: record.contig, isReverse: isReverse)))
            }
        }
        let place = last.place
        guard gathered[place].parts.contig == record.contig, gathered[place].parts.isReverse == isReverse else {
            let isMeant = record.values("exception").contains("trans-splicing") || record["part"] != nil
            guard isMeant else {
                throw GenomicsError(.malformed, "the parts of \(parent) lie on two strands or contigs", field: "strand")
            }
            gathered[place].parts.isTransSpliced = true
            return
        }
        let part = Part(range: record.range, phase: record.phase, line: number)
        switch record.type {
        case "exon": gathered[place].parts.exons.append(part)
        case "CDS":
            guard record.phase != nil else {
                throw GenomicsError(.malformed, "a coding stretch has the phase 0, 1 or 2", field: "phase")
            }
            try gathered[place].parts.add(coding: record, part)
        default: gathered[place].parts.recoded.append((record.range, UInt8(ascii: "U")))
        }
    }

    /// Notes a transcript whose bases are not those of its exons: `Gap` has bases that one of both lacks (GFF3 1.26, "The Gap attribute").
    private mutating func add(alignment line: ArraySlice<UInt8>) {
        guard let record = try? GFF3Record(line, allowsTabs: true, allowsNoPlace: true),
            let gap = record["Gap"], gap.utf8.contains(where: { [0x49, 0x44, 0x46, 0x52].contains($0) }),
            let target = record.values("Target").first?.split(separator: " ").first
        else { return }
        gapped[record.contig, default: []].insert(String(target))
    }

    /// The transcripts, and what is worth a word about them.
    func assembled() throws(GenomicsError) -> (transcripts: [Transcript], remarks: [String]) {
        var transcripts: [Transcript] = []
        transcripts.reserveCapacity(gathered.count)
        var (irregular, transSpliced, uncounted): ([String], [String], [String]) = ([], [], [])
        for (parent, parts) in gathered {
            if parts.isTransSpliced {
                transSpliced.append(parent)
                continue
            }
            var transcript = try assembled(parent, parts)
            if gapped[transcript.contig]?.contains(transcript.id) == true {
                transcript.flags.formUnion([.gapped, .differsFromGenome])
                uncounted.append(transcript.id)
            }
            if transcript.flags.contains(.irregularFrame) { irregular.append(transcript.id) }
            transcripts.append(transcript)
        }
        var remarks: [String] = []
        if let first = irregular.first {
            remarks.append(
                "\(path): the reading frames of \(irregular.count) transcripts are not those of their joined coding stretches, "
                    + "first \(first); what changes in them is called a coding_sequence_variant")
        }
        if let first = uncounted.first {
            remarks.append(
                "\(path): the alignments of \(uncounted.count) transcripts have gaps (cDNA_match with Gap), first \(first): their bases cannot "
                    + "be counted on the genome, and nothing is named along them")
        }
        if let first = transSpliced.first {
            remarks.append(
                "\(path): \(transSpliced.count) transcripts are spliced from two strands or contigs, first \(first), and left out"
            )
        }
        return (transcripts, remarks)
    }

    private func assembled(_ parent: String, _ parts: Gathered) throws(GenomicsError) -> Transcript {
        func flaw(_ message: String, _ line: Int?) -> GenomicsError {
            GenomicsError(.malformed, message, file: path, record: line)
        }
        let coding = parts.coding.sorted { $0.range.lowerBound < $1.range.lowerBound }
        var exons = parts.exons.sorted { $0.range.lowerBound < $1.range.lowerBound }
        if exons.isEmpty { exons = coding }
        if let (_, second) = zip(exons, exons.dropFirst()).first(where: {
            $0.range.upperBound > $1.range.lowerBound
        }) {
            throw flaw("exons of \(parent) overlap", second.line)
        }
        let node = nodes[parent]
        let gene = node?.values("Parent").first.flatMap { nodes[$0] } ?? node
        var transcript = Transcript(
            id: TranscriptNames.id(parent, node), geneName: TranscriptNames.geneName(node, gene),
            geneID: TranscriptNames.geneID(node, gene), contig: parts.contig, isReverse: parts.isReverse,
            exons: exons.map(\.range),
            biotype: TranscriptNames.biotype(node, gene, isCoding: !coding.isEmpty))
        transcript.hgncID = TranscriptNames.hgncID(node, gene)
        transcript.flags = parts.flags
        TranscriptNames.read(node?.values("tag") ?? [], into: &transcript.flags)
        guard let first = coding.first, let last = coding.last else { return transcript }
        transcript.coding = first.range.lowerBound..<last.range.upperBound
        for part in coding {
            guard
                exons.contains(where: {
                    $0.range.lowerBound <= part.range.lowerBound && part.range.upperBound <= $0.range.upperBound
                })
            else { throw flaw("a coding stretch of \(parent) is in none of its exons", part.line) }
        }
        let start = parts.isReverse ? last : first
        transcript.startPhase = start.phase ?? 0
        if transcript.startPhase != 0 { transcript.flags.insert(.incompleteStart) }
        if let record = parts.codingRecord {
            transcript.proteinID = TranscriptNames.proteinID(record)
            transcript.code =
                record["transl_table"].flatMap(Int.init).flatMap(GeneticCode.init(table:))
                ?? (MitochondrialContig.isNamed(parts.contig) || parts.contig == "NC_012920.1"
                    ? .vertebrateMitochondrial : .standard)
        }
        if !Self.isRegular(coding, transcript) { transcript.flags.insert(.irregularFrame) }
        if (transcript.codingLength - transcript.startPhase) % 3 != 0, transcript.code == .standard {
            transcript.flags.insert(.incompleteEnd)
        }
        if let positions = transcript.codingPositions {
            for (range, residue) in parts.recoded {
                let base = parts.isReverse ? range.upperBound - 1 : range.lowerBound
                let place = transcript.position(ofGenomic: base)
                guard place.offset == 0, positions.contains(place.base) else { continue }
                let number = transcript.residue(ofCoding: place.base - positions.lowerBound + 1).number
                if number > 0 { transcript.residues[number] = residue }
            }
        }
        return transcript
    }

    /// Whether the coding stretches are those of the exons, and their phases those of one frame through all of them.
    private static func isRegular(_ coding: [Part], _ transcript: Transcript) -> Bool {
        guard coding.map(\.range) == transcript.codingExons else { return false }
        var frame = 0
        for part in transcript.isReverse ? coding.reversed() : coding {
            let expected = (3 - (frame - transcript.startPhase) % 3) % 3
            if frame > 0, part.phase != expected { return false }
            frame += part.range.count
        }
        return true
    }
}
