import Foundation
import Hashing

@testable import Genomics

/// Alignments in SAM for what is counted of them.
enum QualityCases {
    private static let header = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:40000\n@SQ\tSN:d\tLN:20000\n"

    /// A record a special case, sorted.
    static let text: String = {
        let (bases, qualities) = ("ACGTACGTAC", "ABCDEFGHIJ")
        func record(
            _ name: String, _ flags: Int, _ position: Int, _ cigar: String = "10M", mapq: Int = 60,
            mate: (contig: String, position: Int) = ("*", 0), length: Int = 0, bases: String = bases,
            qualities: String = qualities, contig: String = "c", tags: String = "NM:i:1"
        ) -> String {
            "\(name)\t\(flags)\t\(contig)\t\(position)\t\(mapq)\t\(cigar)\t\(mate.contig)\t\(mate.position)\t\(length)\t"
                + "\(bases)\t\(qualities)\t\(tags)\n"
        }
        return header
            + [
                record("pair", 99, 101, mate: ("=", 131), length: 40),
                record("pair", 147, 131, "5M2D5M", mate: ("=", 101), length: -40),
                record("single", 0, 140, "3S4M1I2M", tags: "XX:B:S,1,2\tXY:Z:NM\tNM:i:300"),
                record("duplicate", 0x400, 141),
                record("failed", 0x200, 142),
                record("secondary", 0x100, 143),
                record("secondary, failed, duplicate", 0x700, 143, bases: "*", qualities: "*"),
                record("supplementary", 0x800, 144, "4M6S"),
                record("supplementary without bases", 0x800, 144, "4M6S", bases: "*", qualities: "*"),
                record("pair", 2147, 144, "4M6H", mate: ("=", 131), length: 30, bases: "ACGT", qualities: "IIII"),
                record("supplementary duplicate", 0xc00, 145, "3H10M", mapq: 0),
                record("without qualities", 0, 150, qualities: "*"),
                record("without bases", 0, 151, mapq: 0, bases: "*", qualities: "*"),
                record("zero", 0, 152, mapq: 0, tags: "XN:i:4"),
                record("alone", 73, 160, "4=1X5=", mapq: 3, mate: ("=", 160)),
                record("alone", 133, 160, "*", mapq: 0, mate: ("=", 160), bases: "NNNNACGTGG"),
                record("elsewhere", 65, 170, mapq: 4, mate: ("d", 5)),
                record("elsewhere, sure", 65, 171, mapq: 5, mate: ("d", 6)),
                record("far", 97, 200, mate: ("=", 9200), length: 9010),
                record("largest", 97, 210, mate: ("=", 8210), length: 8010),
                record("one place", 99, 300, mate: ("=", 300), length: 10),
                record("one place", 147, 300, mate: ("=", 300), length: -10),
                record("one strand", 65, 310, mate: ("=", 310)),
                record("one strand", 129, 310, mate: ("=", 310)),
                record("neither", 1, 320, mate: ("=", 310)),
                record("middle", 0xc1, 320, mate: ("=", 310)),
                record("skip", 0x43, 330, "2M100N8M", mate: ("=", 400), length: 100, bases: "MRSVWYHKDB"),
                record("proper, unmapped", 0x47, 335, mate: ("=", 400), length: 100),
                record("outward", 0x51, 500, mate: ("=", 700), length: 210),
                record("outward", 0xa1, 700, mate: ("=", 500), length: -210),
                record("largest", 145, 8210, mate: ("=", 210), length: -8010),
                record("far", 145, 9200, mate: ("=", 200), length: -9010),
                record("across the shards' border", 16, 16_380, "1S4M3D5M"),
                record("at the end", 0, 39_996, "5M5S"),
                record("elsewhere", 129, 5, mapq: 4, mate: ("c", 170), contig: "d"),
                record("elsewhere, sure", 129, 6, mapq: 5, mate: ("c", 171), contig: "d"),
                record("nowhere", 77, 0, "*", mapq: 0, contig: "*", tags: "XX:i:1"),
                record(
                    "nowhere", 141, 0, "*", mapq: 0, bases: bases + bases, qualities: qualities + qualities,
                    contig: "*"),
                record("nowhere, failed, duplicate", 0x604, 0, "*", mapq: 0, contig: "*"),
            ].joined().replacing(", ", with: ",").replacing(" ", with: "_")
    }()

    /// Pairs at random, unsorted, with soft clips, indels, duplicates, failed, secondary, supplementary and unmapped records.
    static func random(seed: UInt64, pairs: Int) -> String {
        var generator = SplitMix64(seed: seed)
        func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
        var text = header
        for pair in 0..<pairs {
            let size = draw(100..<500)
            let left = draw(1..<39_000)
            let extra = (draw(0..<10) == 0 ? 0x400 : 0) | (draw(0..<20) == 0 ? 0x200 : 0)
            for isFirst in [true, false] {
                let length = draw(50..<151)
                let isReverse = !isFirst
                let position = isFirst ? left : min(39_800, max(1, left + size - length))
                var flags = 1 | (isFirst ? 0x40 | 0x20 : 0x80 | 0x10) | extra
                flags |= draw(0..<8) == 0 ? 0 : 2
                var cigar = "\(length)M"
                switch draw(0..<8) {
                case 0: cigar = "7S\(length - 7)M"
                case 1: cigar = "20M3I\(length - 23)M"
                case 2: cigar = "20M4D\(length - 20)M"
                case 3: cigar = "5H\(length)M2H"
                case 4: (cigar, flags) = ("*", flags & ~2 | 4)
                case 5: flags |= draw(0..<2) == 0 ? 0x100 : 0x800
                default: break
                }
                let bases = (0..<length).map { _ in "ACGTN"[draw(0..<100) == 0 ? 4 : draw(0..<4)] }.joined()
                let qualities = (0..<length).map { _ in String(Unicode.Scalar(UInt8(33 + draw(2..<42)))) }.joined()
                let matePosition = isFirst ? min(39_800, max(1, left + size - 100)) : left
                text +=
                    "r\(pair)\t\(flags)\tc\t\(position)\t\(draw(0..<61))\t\(cigar)\t=\t\(matePosition)\t"
                    + "\(isReverse ? -size : size)\t\(bases)\t\(qualities)\tRG:Z:x\tNM:i:\(draw(0..<5))\n"
            }
        }
        return text
    }
}

extension String {
    fileprivate subscript(_ index: Int) -> String { String(Array(self)[index]) }
}
