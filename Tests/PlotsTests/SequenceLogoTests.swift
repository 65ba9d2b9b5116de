import Plots
import Testing

@Suite("Sequence logos")
struct SequenceLogoTests {
    @Test("A letter is as tall as its number says, and hangs upside down below the axis")
    func heights() {
        let logo = SequenceLogo(
            title: "logo", height: Axis("bits", 0...2), positions: [[2, 0, 0, 0], [0.5, 1, 0, 0]])
        let svg = logo.plot().inline
        // 96 pixels for two bits: the first letter has them all, the next ones a half and a quarter.
        #expect(svg.contains("scale(0.2392 0.96)"))
        #expect(svg.contains("scale(0.2392 0.48)") && svg.contains("scale(0.2392 0.24)"))
        #expect(svg.components(separatedBy: "class=\"base0\"").count == 3)
        #expect(svg.components(separatedBy: "class=\"base1\"").count == 2)
        let negative = SequenceLogo(title: "logo", height: Axis("x", -1...1), positions: [[-1, 0, 0, 0]])
        #expect(negative.plot().inline.contains("scale(0.2392 -0.48)"))
    }

    @Test("Long sequences go on in a next row, with the numbers of their positions")
    func rows() {
        let logo = SequenceLogo(
            title: "rows", height: Axis("x"), positions: Array(repeating: [1, 0, 0, 0], count: 25), first: 101,
            rowLength: 20)
        let svg = logo.plot().inline
        #expect([101, 105, 110, 115, 120, 125].allSatisfy { svg.contains(">\($0)<") })
        // Two rows of nearly one length, rather than one of 20 and one of 5.
        #expect(svg.contains(">bits<") == false && svg.components(separatedBy: ">x<").count == 3)
        #expect(svg.contains("viewBox=\"0 0 426.40 308\""))
        #expect(svg.components(separatedBy: "class=\"base0\"").count == 26)
    }

    @Test("Without a position, or with nothing but zeros, there are axes")
    func empty() {
        for positions in [[], [[0.0, 0, 0, 0]]] {
            let svg = SequenceLogo(title: "none", height: Axis("x"), positions: positions).plot().file
            #expect(svg.contains("none") && !svg.contains("class=\"base"))
        }
    }
}
