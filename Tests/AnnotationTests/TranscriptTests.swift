import Annotation
import Foundation
import Genomics
import TestSupport
import Testing

@Suite("Transcripts are read from GFF3 and positions translate between genome, transcript and protein")
struct TranscriptTests {
    private func file(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gff3")
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    private func set(_ lines: [String]) throws -> TranscriptSet {
        let path = try file((["##gff-version 3"] + lines).joined(separator: "\n") + "\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try TranscriptSet(path: path)
    }

    static let forward = [
        "1\te\tgene\t11\t60\t.\t+\t.\tID=gene:ENSG01;Name=ABC;biotype=protein_coding;gene_id=ENSG01;version=3",
        "1\te\tmRNA\t11\t60\t.\t+\t.\tID=transcript:ENST01;Parent=gene:ENSG01;biotype=protein_coding;transcript_id=ENST01;"
            + "version=2;tag=basic,Ensembl_canonical,MANE_Select",
        "1\te\texon\t11\t30\t.\t+\t.\tParent=transcript:ENST01",
        "1\te\texon\t41\t60\t.\t+\t.\tParent=transcript:ENST01",
        "1\te\tCDS\t21\t30\t.\t+\t0\tID=CDS:P;Parent=transcript:ENST01;protein_id=ENSP01",
        "1\te\tCDS\t41\t51\t.\t+\t2\tID=CDS:P;Parent=transcript:ENST01;protein_id=ENSP01",
    ]

    @Test("Ensembl's attributes name transcript, gene and protein")
    func ensembl() throws {
        let transcript = try #require(try set(Self.forward).transcripts.first)
        #expect(transcript.id == "ENST01.2")
        #expect(transcript.accession == "ENST01")
        #expect(transcript.geneName == "ABC")
        #expect(transcript.geneID == "ENSG01.3")
        #expect(transcript.proteinID == "ENSP01")
        #expect(transcript.exons == [10..<30, 40..<60])
        #expect(transcript.coding == 20..<51)
        #expect(transcript.codingLength == 21)
        #expect(transcript.flags == [.ensemblCanonical, .maneSelect])
    }

    @Test(
        "NCBI's file: Dbxref, tags with blanks, selenocysteine, a table of the genetic code, genes that are their own transcripts"
    )
    func ncbi() throws {
        let set = try set([
            "##sequence-region NC_000001.11 1 1000",
            "NC_000001.11\tR\tgene\t1\t30\t.\t-\t.\tID=gene-GPX1;Dbxref=GeneID:2876,HGNC:HGNC:4553;Name=GPX1;gene_biotype=protein_coding",
            "NC_000001.11\tR\tmRNA\t1\t30\t.\t-\t.\tID=rna-NM_1.3;Parent=gene-GPX1;transcript_id=NM_1.3;tag=MANE Select,RefSeq Select",
            "NC_000001.11\tR\texon\t1\t30\t.\t-\t.\tID=exon-1;Parent=rna-NM_1.3",
            "NC_000001.11\tR\tCDS\t4\t15\t.\t-\t0\tID=cds-1;Parent=rna-NM_1.3;protein_id=NP_1.1;"
                + "transl_except=(pos:complement(10..12)%2Caa:Sec)",
            "NC_012920.1\tR\tgene\t3307\t4262\t.\t+\t.\tID=gene-ND1;Dbxref=GeneID:4535;Name=ND1",
            "NC_012920.1\tR\tCDS\t3307\t4262\t.\t+\t0\tID=cds-2;Parent=gene-ND1;protein_id=YP_1.1;transl_table=2;"
                + "transl_except=(pos:4261..4262%2Caa:TERM)",
        ])
        let (gpx, nd1) = (set.transcripts[0], set.transcripts[1])
        #expect(gpx.id == "NM_1.3")
        #expect(gpx.geneID == "2876")
        #expect(gpx.hgncID == "HGNC:4553" && nd1.hgncID == nil)
        #expect(gpx.flags == [.maneSelect, .refSeqSelect])
        #expect(gpx.residues == [2: UInt8(ascii: "U")])
        #expect(String(decoding: gpx.translate(Array("ATGTGAGGGTAA".utf8)), as: UTF8.self) == "MUG*")
        #expect(nd1.id == "ND1")
        #expect(nd1.code == .vertebrateMitochondrial)
        #expect(nd1.exons == [3306..<4262])
        #expect(String(decoding: nd1.translate(Array("ATATGATA".utf8)), as: UTF8.self) == "MW*")
    }

    @Test(
        "Places of exons, introns, UTRs and beyond translate there and back, on both strands", arguments: [false, true])
    func positions(isReverse: Bool) {
        let transcript = Transcript(
            id: "T", contig: "1", isReverse: isReverse, exons: [10..<30, 40..<60, 71..<80], coding: 20..<75,
            biotype: "protein_coding")
        for position in 0..<100 {
            let place = transcript.position(ofGenomic: position)
            #expect(transcript.genomicPosition(of: place) == position)
            if let coding = transcript.codingPosition(of: place) {
                #expect(transcript.position(of: coding) == place)
                #expect(coding.base != 0)
            }
        }
        let first = transcript.position(ofGenomic: isReverse ? 74 : 20)
        #expect(transcript.codingPosition(of: first) == CodingPosition(base: 1))
        // The middle of the intron of 11 bases is told from the 5' side's exon.
        #expect(transcript.position(ofGenomic: 65).offset == 6)
        #expect(transcript.genomicPosition(of: TranscriptPosition(base: 3, offset: 2)) == nil)
        #expect(transcript.position(of: CodingPosition(base: 0)) == nil)
        #expect(transcript.position(of: CodingPosition(base: 35)) == nil)
        #expect(transcript.exonOrIntron(ofGenomic: 35).map { $0.number } == (isReverse ? 2 : 1))
        #expect(transcript.exonOrIntron(ofGenomic: 72).map { $0.number } == (isReverse ? 1 : 3))
    }

    @Test(
        "A transcript whose alignment has a gap is one along which nothing is counted; a gapless one, and another contig's, are not"
    )
    func gaps() throws {
        func lines(_ id: String, _ first: Int) -> [String] {
            [
                "NC_000001.11\tR\tmRNA\t\(first)\t\(first + 29)\t.\t+\t.\tID=rna-\(id);transcript_id=\(id)",
                "NC_000001.11\tR\texon\t\(first)\t\(first + 29)\t.\t+\t.\tID=exon-\(id);Parent=rna-\(id)",
            ]
        }
        func match(_ contig: String, _ id: String, _ gap: String) -> String {
            "\(contig)\tR\tcDNA_match\t1\t30\t.\t+\t.\tID=aln-\(id);Target=\(id) 1 31 +;gap_count=1\(gap)"
        }
        let set = try set(
            lines("NM_1.3", 1) + lines("NM_2.1", 101) + lines("NM_3.1", 201) + [
                match("NC_000001.11", "NM_1.3", ";Gap=M12 I1 M18"), match("NC_000001.11", "NM_2.1", ";Gap=M30"),
                match("NT_187361.1", "NM_3.1", ";Gap=M12 D2 M18"),
            ])
        #expect(set.transcripts.map { $0.flags.contains(.gapped) } == [true, false, false])
        #expect(set.remarks.count == 1)
        #expect(set.remarks.first?.contains("1 transcripts have gaps (cDNA_match with Gap), first NM_1.3") == true)
        let reference: ReferenceLookup = { _, range in
            ReferenceWindow(start: range.lowerBound, bases: Array(repeating: UInt8(ascii: "A"), count: range.count))
        }
        let namer = VariantNamer(reference: reference)
        let edit = MinimalEdit(
            contig: "NC_000001.11", range: 4..<5, removed: Array("A".utf8), inserted: Array("C".utf8))
        #expect(try namer.transcriptName(edit, set.transcripts[0]) == nil)
        let other = MinimalEdit(
            contig: "NC_000001.11", range: 104..<105, removed: Array("A".utf8), inserted: Array("C".utf8))
        #expect(try namer.transcriptName(other, set.transcripts[1])?.description == "NM_2.1:n.5A>C")
    }

    @Test("Transcripts are found by their overlap, an insertion's only where a base is on both sides")
    func overlap() {
        let transcripts = [10..<90, 20..<30, 25..<40, 50..<60].enumerated().map {
            Transcript(id: "T\($0)", contig: "1", isReverse: false, exons: [$1], biotype: "lncRNA")
        }
        let set = TranscriptSet(transcripts)
        #expect(set.overlapping("1", 29..<30) == [0, 1, 2])
        #expect(set.overlapping("1", 30..<30) == [0, 2])
        #expect(set.overlapping("1", 90..<95) == [])
        #expect(set.overlapping("1", 10..<10) == [])
        #expect(set.overlapping("2", 10..<20) == [])
    }

    @Test(
        "Damage is named with its line",
        arguments: [
            (["1\te\texon\t11\t30\t.\t+\t."], "has 8 columns"),
            (["1\te\texon\t31\t30\t.\t+\t.\tParent=T"], "31-30 is no stretch"),
            (["1\te\texon\t99999999999999999999\t30\t.\t+\t.\tParent=T"], "is no stretch"),
            (["1\te\texon\t11\t30\t.\t.\t.\tParent=T"], "on + or -"),
            (["1\te\texon\t11\t30\t.\t+\t.\tID=x"], "names no transcript"),
            (["1\te\tCDS\t11\t30\t.\t+\t.\tParent=T"], "phase"),
            (["1\te\texon\t11\t30\t.\t+\t.\tParent=T", "1\te\texon\t29\t40\t.\t+\t.\tParent=T"], "overlap"),
            (["1\te\texon\t11\t30\t.\t+\t.\tParent=T", "1\te\texon\t39\t40\t.\t-\t.\tParent=T"], "two strands"),
            (["1\te\texon\t11\t30\t.\t+\t.\tParent=T", "1\te\tCDS\t29\t40\t.\t+\t0\tParent=T"], "none of its exons"),
        ])
    func damage(lines: [String], words: String) throws {
        let error = #expect(throws: GenomicsError.self) { try set(lines) }
        #expect(error?.message.contains(words) == true)
        #expect(error?.record == lines.count + 1)
    }

    @Test("Every prefix of a file is read or refused with a word")
    func prefixes() throws {
        let text = Self.forward.joined(separator: "\n")
        for length in stride(from: 0, to: text.utf8.count, by: 7) {
            let path = try file(String(decoding: text.utf8.prefix(length), as: UTF8.self))
            defer { try? FileManager.default.removeItem(atPath: path) }
            do { _ = try TranscriptSet(path: path) } catch { #expect(error.file == path) }
        }
    }

    @Test(
        "The proteins of BRCA1, BRCA2 and the mitochondrion come out whole",
        .enabled(if: HelicaseData.isThere, "no real data"))
    func realProteins() throws {
        let folder = HelicaseData.folder.appending(path: "clinical").path
        let brca = try TranscriptSet(path: "\(folder)/brca/BRCA1_BRCA2.GRCh38.refseq.gff3")
        // The file's two sequences are stretches of chr13 and chr17.
        let regions = try ReferenceGenome(path: "\(folder)/brca/BRCA1_BRCA2.GRCh38.regions.fa")
        let lookup: ReferenceLookup = { contig, range throws(GenomicsError) in
            let (index, start) = contig == "chr13" ? (0, 32_300_000) : (1, 43_000_000)
            let inner = (range.lowerBound - start)..<(range.upperBound - start)
            return ReferenceWindow(start: range.lowerBound, bases: try regions.bases(contig: index, inner))
        }
        for (id, residues) in [("NM_007294.3", 1863), ("NM_000059.3", 3418)] {
            let transcript = try #require(brca.transcripts.first { $0.id == id })
            let protein = transcript.translate(try transcript.codingSequence(lookup))
            #expect(protein.firstIndex(of: UInt8(ascii: "*")) == residues)
            #expect(protein.count == residues + 1)
        }
        let genes = try TranscriptSet(path: "\(folder)/mtdna/rCRS.genes.gff3")
        let rCRS = try ReferenceGenome(path: "\(folder)/mtdna/rCRS.fa")
        let coding = try genes.matched(to: rCRS).transcripts.filter(\.isCoding)
        #expect(coding.count == 13)
        for transcript in coding {
            let protein = transcript.translate(try transcript.codingSequence(rCRS.window))
            #expect(protein.first == UInt8(ascii: "M"))
            #expect(protein.firstIndex(of: UInt8(ascii: "*")) == protein.count - 1, "\(transcript.id)")
        }
    }
}
