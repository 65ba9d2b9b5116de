import Annotation
import Commands
import Foundation
import Genomics

/// `helicase hgvs name`: a VCF's variants under their names.
struct VariantNames {
    private let command: ParsedCommand
    private let reference: ReferenceGenome
    private let transcripts: TranscriptSet
    private var namer: VariantNamer
    private var accessions: RefgetAccessions

    init(_ command: ParsedCommand) throws {
        self.command = command
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
        reference = try ReferenceGenome(path: command.value("reference") ?? "")
        transcripts = try TranscriptSet(path: command.value("transcripts") ?? "").matched(to: reference)
        for remark in transcripts.remarks { Remark.say(remark) }
        namer = VariantNamer(reference: reference.window)
        namer.marksPredictions = !command.flag("no-parentheses")
        accessions = RefgetAccessions(reference)
    }

    consuming func run() throws {
        let path = command.value("variants") ?? ""
        var reader = try VCFReader(path: path)
        let output = try TextOutput(path: command.value("output") ?? "")
        try output.write("CHROM\tPOS\tREF\tALT\ttranscript\tgene\tg\tc\tp\tvrs\tmessage\n")
        var (count, problems) = (0, 0)
        while let variant = try reader.next() {
            if variant.alternates.isEmpty {
                count += 1
                let start: [String?] = [variant.contig, String(variant.position), variant.reference, "."]
                let empty = [String?](repeating: nil, count: 6)
                try output.write(HGVSTable.line(start + empty + ["has no alternate allele"]) + "\n")
            }
            for alternate in variant.alternates {
                count += 1
                let start: [String?] = [variant.contig, String(variant.position), variant.reference, alternate]
                do throws(HGVSError) {
                    for row in try rows(of: variant, alternate) {
                        try write(HGVSTable.line(start + row + [nil]), to: output)
                    }
                } catch {
                    // A symbolic allele has no name; one that the reference contradicts has a wrong one.
                    if error.code != .inexact { problems += 1 }
                    let empty = [String?](repeating: nil, count: 6)
                    try output.write(HGVSTable.line(start + empty + [error.message]) + "\n")
                }
            }
        }
        try output.finish()
        print("\(Count.of(count, "alternate")) in \(command.value("output") ?? "")")
        if problems > 0 {
            throw ControlError(
                "\(problems) of \(Count.of(count, "alternate")) do not fit the reference; the table says which")
        }
    }

    private func write(_ line: String, to output: TextOutput) throws(HGVSError) {
        do { try output.write(line + "\n") } catch { throw HGVSError(.unknownReference, error.description) }
    }

    /// The fields transcript, gene, g, c, p and vrs, for each transcript.
    private mutating func rows(of variant: Variant, _ alternate: String) throws(HGVSError) -> [[String?]] {
        guard
            let edit = MinimalEdit(
                contig: variant.contig, position: variant.position, reference: variant.reference, alternate: alternate)
        else { throw HGVSError(.inexact, "the alternate is no sequence of bases") }
        do {
            let name =
                reference.index(of: variant.contig) != nil
                ? variant.contig : ContigNaming.alias(variant.contig, isKnown: { reference.index(of: $0) != nil })
            guard let name, let index = reference.index(of: name) else {
                throw HGVSError(.unknownReference, ContigNaming.refusal(variant.contig, reference: reference))
            }
            var placed = edit
            placed.contig = name
            let start = variant.position - 1
            let stated = Array(variant.reference.utf8)
            let found = try reference.window(name, start..<(start + stated.count)).bases
            guard found.count == stated.count, zip(stated, found).allSatisfy({ $0 == $1 || !Nucleotide.isBase($1) })
            else {
                throw HGVSError(.referenceMismatch, "REF is not what the reference has there; is it another release?")
            }
            let genomic = try namer.genomicName(placed, contig: reference.contigs[index])?.description
            var vrs: String?
            if command.flag("vrs"), let accession = try accessions.accession(of: name) {
                vrs = try VRSAllele(
                    normalizing: placed, covered: placed.range, refgetAccession: accession, reference.window
                ).identifier
            }
            let rows = try transcripts.overlapping(name, placed.range).map { place -> [String?] in
                let transcript = transcripts.transcripts[place]
                return [
                    transcript.id, transcript.geneName, genomic,
                    try namer.transcriptName(placed, transcript)?.description,
                    try namer.proteinName(placed, transcript)?.description, vrs,
                ]
            }
            return rows.isEmpty ? [[nil, nil, genomic, nil, nil, vrs]] : rows
        } catch let error as HGVSError {
            throw error
        } catch {
            throw HGVSError(.unknownReference, "\(error)")
        }
    }
}
