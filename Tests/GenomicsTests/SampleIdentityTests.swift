import Foundation
import Testing

@testable import Genomics

/// Whose reads a file holds, and whether they are of this reference.
struct SampleIdentityTests {
    private static let two = """
        @HD\tVN:1.6\tSO:coordinate
        @SQ\tSN:c\tLN:1000
        @RG\tID:m1\tSM:Mother\tLB:l
        @RG\tID:m2\tSM:Mother\tLB:l
        @RG\tID:k\tSM:Child\tLB:l

        """

    private static func line(_ name: String, _ group: String?, position: Int = 11, flag: Int = 0) -> String {
        let place = flag & 4 == 0 ? "c\t\(position)\t60\t4M" : "*\t0\t0\t*"
        return "\(name)\t\(flag)\t\(place)\t*\t0\t0\tACGT\tIIII\(group.map { "\tRG:Z:\($0)" } ?? "")\n"
    }

    private func file(
        _ text: String, _ query: SampleQuery?, reference: String? = nil
    ) throws -> (file: ReadFile, names: [String], problems: [InputProblem]) {
        let folder = try ScratchFolder()
        let genome = try reference.map { try ReferenceGenome(path: try folder.write("r.fa", $0)) }
        let file = try ReadFile(
            .alignments(try folder.write("r.sam", text)), readGroup: "", reference: genome, sample: query)
        var (names, problems) = ([] as [String], [] as [InputProblem])
        while let item = try file.next() {
            switch item {
            case .fragment(let records):
                names.append(records.map { String(decoding: $0.name, as: UTF8.self) }.joined(separator: "+"))
            case .problem(let problem): problems.append(problem)
            }
        }
        return (file, names, problems)
    }

    private func refusal(_ text: String, _ query: SampleQuery) throws -> GenomicsError? {
        #expect(throws: GenomicsError.self) { _ = try file(text, query) }
    }

    @Test("Several samples are refused with their names, and one is chosen by its name")
    func severalSamples() throws {
        let text =
            Self.two + Self.line("a", "m1") + Self.line("b", "k") + Self.line("c", "m2") + Self.line("d", nil)
            + Self.line("b", "k", flag: 2048)
        for query in [SampleQuery(nil), SampleQuery("X"), SampleQuery("X", isRenaming: true)] {
            let error = try refusal(text, query)
            #expect(error?.code == .sampleMismatch && error?.message.contains("\"Mother\", \"Child\"") == true)
        }
        let mother = try file(text, SampleQuery("Mother"))
        #expect(mother.names == ["a", "c"] && mother.file.sample == "Mother")
        #expect(mother.file.readGroups.map(\.id) == ["m1", "m2"])
        #expect(mother.problems.map(\.kind) == ["other-sample"] && mother.problems[0].isLoss == false)
        #expect(mother.problems[0].message.hasPrefix("2 reads of Child"))
        #expect(try file(text, SampleQuery("Child")).names == ["b", "b"])
    }

    @Test("Another sample's reads are refused unless they are renamed; without SM any name will do")
    func otherSample() throws {
        let text = "@SQ\tSN:c\tLN:1000\n@RG\tID:g\tSM:S1\n" + Self.line("a", "g")
        let error = try refusal(text, SampleQuery("S2"))
        #expect(error?.field == "SM" && error?.message.contains("S1") == true && error?.message.contains("S2") == true)
        #expect(try file(text, SampleQuery("S2", isRenaming: true)).file.sample == "S2")
        #expect(try file(text, SampleQuery("S1")).names == ["a"])
        #expect(try file(text, SampleQuery(nil)).file.sample == "S1")
        let nameless = text.replacingOccurrences(of: "\tSM:S1", with: "")
        #expect(try file(nameless, SampleQuery("S2")).file.sample == "S2")
    }

    @Test("A file that is not sorted as its header says is refused in one sentence")
    func unsorted() throws {
        let reads = Self.line("a", "m1", position: 50) + Self.line("b", "m1", position: 50)
        let sorted = try file(Self.two + reads + Self.line("u", "m1", flag: 4), SampleQuery("Mother"))
        #expect(sorted.names == ["a", "b", "u"])
        let error = try refusal(Self.two + reads + Self.line("c", "m1", position: 49), SampleQuery("Mother"))
        #expect(error?.record == 3 && error?.message.contains("samtools sort") == true)
        let behind = try refusal(Self.two + Self.line("u", "m1", flag: 4) + Self.line("a", "m1"), SampleQuery("Mother"))
        #expect(behind?.record == 2)
    }

    @Test("Reads none of which is mapped are mates to be mapped, though the header lists contigs of any reference")
    func unmapped() throws {
        let header = "@HD\tVN:1.6\tSO:queryname\n@SQ\tSN:elsewhere\tLN:9\n@RG\tID:g\tSM:S\n"
        let reads =
            Self.line("a", "g", flag: 77) + Self.line("a", "g", flag: 141) + Self.line("b", "g", flag: 141)
            + Self.line("c", "g", flag: 141) + Self.line("c", "g", flag: 77) + Self.line("d", "g", flag: 4)
        let read = try file(header + reads, SampleQuery("S"), reference: ">c\nACGTACGT\n")
        #expect(!read.file.isMapped && read.file.header?.contigs.count == 1)
        #expect(read.names == ["a+a", "b", "c+c", "d"])
        #expect(read.problems.map(\.kind) == ["unpaired"])
        #expect(try file(Self.two, SampleQuery("Child")).file.isMapped, "nothing says that the reads are unmapped")
    }

    @Test("A contig's MD5 in the header is compared with the reference's")
    func sequenceDigest() throws {
        let bases = String(repeating: "ACGTacgtNN", count: 10)
        let header = { (digest: String) in "@SQ\tSN:c\tLN:100\tM5:\(digest)\n@RG\tID:g\tSM:S\n" + Self.line("a", "g") }
        let folder = try ScratchFolder()
        let genome = try ReferenceGenome(path: try folder.write("r.fa", ">c\n\(bases)\n"))
        let right = try #require(genome.sequenceDigests.first)
        #expect(try file(header(right.uppercased()), nil, reference: ">c\n\(bases)\n").names == ["a"])
        let error = #expect(throws: GenomicsError.self) {
            try file(header(right), nil, reference: ">c\n\(bases.dropLast())A\n")
        }
        #expect(error?.code == .referenceMismatch && error?.field == "M5")
    }

    @Test("Read groups of several files keep ids apart that mean different things, and libraries together")
    func merged() throws {
        let one = [ReadGroup(id: "1", sample: "S", library: "l1"), ReadGroup(id: "2", sample: "S", library: "l1")]
        let two = [ReadGroup(id: "1", sample: "S", library: "l1"), ReadGroup(id: "2", sample: "S", library: "l2")]
        let merged = MergedReadGroups([one, two, two])
        #expect(merged.groups.map(\.id) == ["1", "2", "2.2"])
        #expect(merged.groups.map(\.library) == ["l1", "l1", "l2"])
        func group(_ id: String, file: Int) -> String? {
            var tags = BAMTags()
            tags.append("RG", string: id)
            tags.append("NM", int: 3)
            let record = BAMRecord(
                name: "r".utf8, flags: [], sequence: "ACGT".utf8, qualities: [], tags: tags.bytes)
            let found = BAMTags(merged.merged(record, file: file).tags)
            #expect(found.int("NM") == 3)
            return found.string("RG")
        }
        #expect(["1", "2"].map { group($0, file: 0) } == ["1", "2"])
        #expect(["1", "2"].map { group($0, file: 1) } == ["1", "2.2"])
        #expect(["1", "2"].map { group($0, file: 2) } == ["1", "2.2"])
    }

    @Test("So few mapped reads, or so many differences, say that the reference is another's")
    func mappingCheck() {
        #expect(MappingCheck(reads: 10_000, mapped: 2_900).flaw?.contains("2900 of 10000") == true)
        #expect(MappingCheck(reads: 10_000, mapped: 3_100).flaw == nil)
        #expect(MappingCheck(reads: 900, mapped: 0).flaw == nil)
        func check(differences: Int) -> MappingCheck {
            var check = MappingCheck()
            var tags = BAMTags()
            tags.append("NM", int: differences)
            let sequence = [UInt8](repeating: UInt8(ascii: "A"), count: 100)
            for number in 0..<2_000 {
                check.add(
                    BAMRecord(
                        name: "r\(number)".utf8, flags: [], referenceID: 0, position: 0, sequence: sequence,
                        qualities: [], tags: tags.bytes))
            }
            return check
        }
        #expect(check(differences: 30).flaw?.contains("30 %") == true)
        #expect(check(differences: 12).flaw == nil)
    }

    @Test("One file under two names is given twice")
    func repeated() throws {
        let folder = try ScratchFolder()
        let (one, two) = (try folder.write("1", "x"), try folder.write("2", "x"))
        try FileManager.default.linkItem(atPath: one, toPath: folder.path("hard"))
        try RepeatedInputs.check([one, two, "-", "-", folder.path("none")])
        #expect(throws: GenomicsError.self) { try RepeatedInputs.check([one, two, folder.path("hard")]) }
        #expect(throws: GenomicsError.self) { try RepeatedInputs.check([one, one]) }
    }
}
