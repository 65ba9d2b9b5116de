import Testing

@testable import Genomics

@Suite struct BAMTagsTests {
    @Test func readsEveryTypeOfTheSpecification() {
        let bytes: [UInt8] =
            Array("RGZlane1\0".utf8) + Array("NMC".utf8) + [200] + Array("XcC".utf8) + [7] + Array("Xsc".utf8) + [0xff]
            + Array("XSs".utf8) + [0xfe, 0xff] + Array("ASi".utf8) + [0x00, 0x01, 0, 0] + Array("XII".utf8)
            + [0xff, 0xff, 0xff, 0xff] + Array("XBBs".utf8) + [2, 0, 0, 0, 1, 0, 2, 0] + Array("XAAq".utf8)
            + Array("RXZACGT\0".utf8)
        let tags = BAMTags(bytes)
        #expect(tags.isWellFormed)
        #expect(tags.string("RG") == "lane1")
        #expect(tags.int("NM") == 200)
        #expect(tags.int("Xs") == -1)
        #expect(tags.int("XS") == -2)
        #expect(tags.int("AS") == 256)
        #expect(tags.int("XI") == 4_294_967_295)
        #expect(tags.character("XA") == UInt8(ascii: "q"))
        #expect(tags.string("RX") == "ACGT")
        #expect(tags.string("NM") == nil && tags.int("RG") == nil && tags.int("ZZ") == nil && tags.int("N") == nil)
    }

    @Test func writesIntegersInTheNarrowestType() {
        var tags = BAMTags()
        tags.append("NM", int: 3)
        tags.append("AS", int: -300)
        tags.append("RG", string: "x")
        tags.append("tp", character: UInt8(ascii: "P"))
        #expect(
            tags.bytes == Array("NMC".utf8) + [3] + Array("ASs".utf8) + [0xd4, 0xfe] + Array("RGZx\0".utf8)
                + Array("tpAP".utf8))
        for value in [0, 255, 256, 65_535, 65_536, -1, -128, -129, -32_768, -32_769, 2_147_483_647, 4_294_967_295] {
            var one = BAMTags()
            one.append("XX", int: value)
            #expect(one.int("XX") == value)
        }
    }

    @Test func removesAFieldAndKeepsTheRest() {
        var tags = BAMTags(Array("NMC".utf8) + [3] + Array("RGZx\0".utf8) + Array("ASC".utf8) + [9])
        tags.remove("RG")
        tags.remove("ZZ")
        #expect(tags.bytes == Array("NMC".utf8) + [3] + Array("ASC".utf8) + [9])
    }

    @Test(
        "Damaged tags are not well formed and are never read past their end",
        arguments: [
            "N", "NM", "NMi", "NMi\u{1}\u{1}", "RGZno end", "XBB", "XBBi\u{5}", "XBBz\u{1}\0\0\0", "NM?\u{1}",
            "XBBi\u{7f}\u{7f}\u{7f}\u{7f}",
        ])
    func damaged(text: String) {
        let tags = BAMTags(Array(text.utf8))
        #expect(!tags.isWellFormed)
        #expect(tags.int("NM") == nil && tags.string("RG") == nil && tags.character("XB") == nil)
    }
}
