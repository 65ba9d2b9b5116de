import Testing

@testable import Clinical

@Suite("Pictures of reads in a report")
struct ReadsFigureTests {
    private func figure(_ rows: [ReadPicture.Row], reference: String = "ACGTACGT", position: Int = 14) -> String {
        let picture = ReadPicture(
            contig: "chr1", start: 10, reference: reference, rows: rows, depth: 30,
            supporting: rows.count(where: \.isSupporting))
        return ReadsFigure(picture, position: position).figure(of: position).text
    }

    private func row(
        _ bases: String, offset: Int = 0, isReverse: Bool = false, isSupporting: Bool = true, quality: Int = 60
    ) -> ReadPicture.Row {
        ReadPicture.Row(
            offset: offset, bases: bases, isReverse: isReverse, isSupporting: isSupporting, mappingQuality: quality)
    }

    @Test("A base that differs is a letter at its column, a deleted one a bar, an insertion a wedge behind its base")
    func shapes() {
        let differing = figure([row("...A....")])
        #expect(differing.contains(">A</text>") && differing.contains("x=\"37 \""))
        #expect(!differing.contains("class=\"bars\"") && !differing.contains("class=\"wedges\""))
        let deleted = figure([row("...--...")])
        #expect(deleted.contains("class=\"bars\" d=\"M33 52h9M42 52h9\""))
        let inserted = figure([row("...t....")])
        #expect(inserted.contains("class=\"wedges\" d=\"M38 48h8l-4 6z\""))
        #expect(!inserted.contains(">T</text>"), "the letter itself is the reference's")
        #expect(figure([row("...g....")]).contains(">G</text>"))
    }

    @Test("Reads are of three kinds, and their arrows point along the strand")
    func kinds() {
        let text = figure([row("...."), row("....", isReverse: true, isSupporting: false), row("....", quality: 3)])
        #expect(text.contains("class=\"with\" d=\"M6 48H39l4 4.5-4 4.5H6z\""))
        #expect(text.contains("class=\"without\" d=\"M42"))
        #expect(text.contains("class=\"poor\""))
        #expect(text.contains("2 of 30 reads show the variant; 3 of the reads are drawn."))
    }

    @Test("The allele's column is marked; a position outside of the picture marks nothing")
    func mark() {
        #expect(figure([row("....")]).contains("<rect class=\"mark\" x=\"33\""))
        #expect(!figure([row("....")], position: 99).contains("class=\"mark\""))
    }

    @Test("Reads that reach beyond the reference are not drawn, and long references are cut around the allele")
    func limits() {
        #expect(!figure([row("..........")]).contains("<svg"))
        let long = String(repeating: "ACGT", count: 5_000)
        let text = figure([row(String(repeating: ".", count: 20_000))], reference: long, position: 10_000)
        #expect(text.utf8.count < 4_000)
        #expect(text.contains("class=\"mark\""))
    }

    @Test("A picture has four kilobytes or less with forty reads of sixty bases")
    func size() {
        var maker = ExampleMaker(seed: 3)
        let picture = maker.reads(.myh7)
        let position = ExampleGene.myh7.position
        #expect(ReadsFigure(picture, position: position).figure(of: position).text.utf8.count < 4_000)
    }
}
