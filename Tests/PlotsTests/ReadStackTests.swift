import Plots
import Testing

@Suite("Stacks of reads")
struct ReadStackTests {
    private func svg(_ reads: [ReadStack.Read], most: Int = 40) -> String {
        ReadStack(
            title: "site", reference: ["A", "C", "G", "T", "A"], first: 7, marked: 2,
            groups: [(name: "for", reads: reads), (name: "against", reads: [])], mostReads: most
        ).plot().inline
    }

    private func letters(_ text: String, quality: Int = 30) -> [ReadStack.Cell] {
        text.map { .letter(String($0), quality: quality) }
    }

    @Test("Letters are drawn where they differ from the reference, pale where their quality is low")
    func differences() {
        let text = svg([
            .init(start: 0, cells: letters("ACTTA"), isReverse: false),
            .init(start: 1, cells: letters("CC", quality: 12), isReverse: true),
        ])
        // The reference's five letters, and one difference each.
        #expect(text.components(separatedBy: ">T</text>").count == 3)
        #expect(text.components(separatedBy: ">C</text>").count == 3)
        #expect(text.contains("fill-opacity=\"1\"") && text.contains("fill-opacity=\"0.40\""))
        #expect(text.contains("class=\"fill0\"") && text.contains("class=\"fill3\""))
        #expect(text.contains("for: 2") && !text.contains("against"))
        // Position 10, the one that ends in 0.
        #expect(text.contains(">10<"))
    }

    @Test("Deletions are lines and insertions are named; what is not known is blank")
    func gaps() {
        let text = svg([
            .init(start: 0, cells: [.none, .deletion, .deletion], insertions: [2: "GG<"], isReverse: false)
        ])
        #expect(text.components(separatedBy: "<line").count == 3)
        #expect(text.contains("<title>insertion of GG&lt;</title>"))
    }

    @Test("Of many reads some are drawn, and that is said")
    func many() {
        let reads = Array(repeating: ReadStack.Read(start: 0, cells: letters("ACGTA"), isReverse: false), count: 100)
        let text = svg(reads, most: 10)
        #expect(text.contains("for: 100, 10 of them drawn"))
        #expect(text.components(separatedBy: "class=\"fill0\"").count == 11)
    }
}
