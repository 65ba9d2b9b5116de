import TestSupport
import Testing

@testable import Genomics

@Suite struct DuplicateMarkerTests {
    /// Both mates of a fragment as samtools fixmate leaves them.
    private func pair(
        _ name: String, _ start: Int, _ cigar: String, mate: Int, _ mateCigar: String, quality: UInt8 = 30,
        mateQuality: UInt8 = 30, readGroup: String = "lane1"
    ) -> [BAMRecord] {
        func record(
            _ position: Int, _ cigar: String, _ other: Int, _ otherCigar: String, _ flags: BAMRecord.Flags,
            _ quality: UInt8, _ otherQuality: UInt8
        ) -> BAMRecord {
            func length(_ text: String) -> Int {
                PileupFixture.cigar(text).reduce(0) { $1.kind.consumesRead ? $0 + Int($1.length) : $0 }
            }
            var tags = BAMTags()
            tags.append("RG", string: readGroup)
            tags.append("MC", string: otherCigar)
            tags.append("ms", int: otherQuality >= 15 ? Int(otherQuality) * length(otherCigar) : 0)
            return BAMRecord(
                name: name.utf8, flags: flags, referenceID: 0, position: Int32(position), mappingQuality: 60,
                cigar: PileupFixture.cigar(cigar), mateReferenceID: 0, matePosition: Int32(other),
                sequence: [UInt8](repeating: UInt8(ascii: "A"), count: length(cigar)),
                qualities: [UInt8](repeating: quality, count: length(cigar)), tags: tags.bytes)
        }
        return [
            record(start, cigar, mate, mateCigar, [.paired, .firstInPair, .mateReverse], quality, mateQuality),
            record(mate, mateCigar, start, cigar, [.paired, .secondInPair, .reverse], mateQuality, quality),
        ]
    }

    private func duplicates(_ records: [BAMRecord], _ marker: DuplicateMarker = DuplicateMarker()) -> [String] {
        var records = records
        marker.mark(&records)
        return records.filter { $0.flags.contains(.duplicate) }.map { PileupFixture.text($0.name) }
    }

    @Test func `The pair of the best qualities stays, clipped or not`() {
        // All three begin at 100 and end at 349 when their clips are counted.
        let a = pair("a", 100, "50M", mate: 300, "50M")
        let b = pair("b", 110, "10S40M", mate: 300, "40M10S", quality: 31)
        let c = pair("c", 105, "5H45M", mate: 320, "30M", mateQuality: 10)
        #expect(duplicates(a + b + c) == ["a", "a", "c", "c"])
        #expect(duplicates((a + b + c).reversed()) == ["c", "c", "a", "a"])
    }

    @Test func `Each mate alone comes to the verdict of both`() {
        let pairs = [
            pair("a", 100, "50M", mate: 5_000, "50M", quality: 20, mateQuality: 40),
            pair("b", 100, "50M", mate: 5_000, "50M", quality: 35, mateQuality: 20),
            pair("c", 100, "50M", mate: 5_000, "50M", quality: 38, mateQuality: 14),
        ]
        #expect(duplicates(pairs.map { $0[0] }) == ["b", "c"])
        #expect(duplicates(pairs.map { $0[1] }) == ["b", "c"])
    }

    @Test func `Equal sums are settled by name`() {
        #expect(
            duplicates(pair("b", 100, "50M", mate: 300, "50M") + pair("a", 100, "50M", mate: 300, "50M"))
                == ["b", "b"])
    }

    @Test func `Other libraries, strands and ends are no duplicates`() {
        let a = pair("a", 100, "50M", mate: 300, "50M")
        #expect(duplicates(a + pair("b", 100, "50M", mate: 301, "50M")).isEmpty)
        let other = pair("b", 100, "50M", mate: 300, "50M", readGroup: "lane2")
        #expect(duplicates(a + other).isEmpty)
        let shared = DuplicateMarker(libraries: ["lane1": "L", "lane2": "L"])
        #expect(duplicates(a + other, shared) == ["b", "b"])
    }

    @Test func `A fragment loses to a pair and competes with its like`() {
        var lone = PileupFixture.read("lone", at: 100, String(repeating: "A", count: 80), quality: 40)
        var second = PileupFixture.read("second", at: 100, String(repeating: "A", count: 50), quality: 30)
        for tags in [BAMTags.readGroup("lane1")] {
            lone.setTags(tags)
            second.setTags(tags)
        }
        #expect(duplicates(pair("a", 100, "50M", mate: 300, "50M") + [lone]) == ["lone"])
        #expect(duplicates([lone, second]) == ["second"])
    }

    @Test func `A flagged record stays flagged and takes no part`() {
        var a = pair("a", 100, "50M", mate: 300, "50M", quality: 40)
        for index in a.indices { a[index].flags.insert(.duplicate) }
        #expect(duplicates(a + pair("b", 100, "50M", mate: 300, "50M")) == ["a", "a"])
    }

    @Test(arguments: [("12M3I4D5S", 4), ("*", 0), ("12", 0), ("M", 1), ("999999999999M", 0), ("3Q", 0)])
    func `A mate's CIGAR is read or refused`(_ text: String, _ count: Int) {
        #expect((UnclippedEnd.cigar(text.utf8) ?? []).count == count)
    }

    @Test func `A copy that failed the platform's checks neither wins nor is marked`() {
        let good = pair("good", 100, "50M", mate: 300, "50M", quality: 20)
        var failed = pair("failed", 100, "50M", mate: 300, "50M", quality: 40)
        for index in failed.indices { failed[index].flags.insert(.qualityFailed) }
        #expect(duplicates(failed + good).isEmpty)
        #expect(duplicates(good + pair("b", 100, "50M", mate: 300, "50M") + failed) == ["good", "good"])
    }

    @Test func `Kept duplicates count, also those that came marked`() {
        var records = pair("a", 100, "50M", mate: 300, "50M") + pair("b", 100, "50M", mate: 300, "50M")
        records[0].flags.insert(.duplicate)
        #expect(duplicates(records, DuplicateMarker(policy: .keep)).isEmpty)
    }

    @Test func `Barcodes tell copies from fragments with the same ends`() {
        func barcoded(_ name: String, _ barcode: String?) -> [BAMRecord] {
            pair(name, 100, "50M", mate: 300, "50M").map { record in
                var record = record
                var tags = BAMTags(record.tags)
                if let barcode { tags.append("RX", string: barcode) }
                record.setTags(tags.bytes)
                return record
            }
        }
        let records =
            barcoded("a", "ACG-TTA") + barcoded("b", "ACG-TTA") + barcoded("c", "ACG-TTC") + barcoded("d", nil)
            + barcoded("e", nil)
        #expect(duplicates(records, DuplicateMarker(policy: .umi(tag: "RX"))) == ["b", "b", "e", "e"])
    }

    @Test(arguments: ["mark", "keep", "umi:RX", "umi:B3"])
    func `A policy is read as it is written`(_ text: String) {
        #expect(DuplicatePolicy(text)?.description == text)
    }

    @Test(arguments: ["", "Mark", "umi", "umi:", "umi:R", "umi:RXX", "umi:3B", "keep:RX", "umi:RX:"])
    func `Other words are no policy`(_ text: String) {
        #expect(DuplicatePolicy(text) == nil)
    }
}

extension BAMTags {
    fileprivate static func readGroup(_ name: String) -> [UInt8] {
        var tags = BAMTags()
        tags.append("RG", string: name)
        return tags.bytes
    }
}
