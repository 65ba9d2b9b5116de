import Foundation
import Genomics
import Testing

@testable import helicase

/// Several alignment files of one sample, read as one.
struct MergedAlignmentsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "merged-\(UUID().uuidString)")
    private let reference: ReferenceGenome

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bases = String(repeating: "GATTACAGCC", count: 20)
        let path = folder.appending(path: "r.fa").path
        try ">a\n\(bases)\n>b\n\(bases)\n".write(toFile: path, atomically: true, encoding: .utf8)
        reference = try ReferenceGenome(path: path)
    }

    /// A sorted SAM file of reads at these places of contig a and then b.
    private func sam(
        _ name: String, a: [Int], b: [Int] = [], contigs: [String] = ["a", "b"], sample: String = "S",
        library: String = "L"
    ) throws -> String {
        let head =
            ["@HD\tVN:1.6\tSO:coordinate"] + contigs.map { "@SQ\tSN:\($0)\tLN:200" }
            + ["@RG\tID:1\tSM:\(sample)\tLB:\(library)"]
        let reads = (a.map { ("a", $0) } + b.map { ("b", $0) }).map { contig, position in
            "\(name).\(contig).\(position)\t0\t\(contig)\t\(position)\t60\t10M\t*\t0\t0\tGATTACAGCC\tIIIIIIIIII\tRG:Z:1"
        }
        let path = folder.appending(path: "\(name).sam").path
        try ((head + reads).joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func open(_ paths: [String]) throws -> MergedAlignments {
        try MergedAlignments(paths, reference: reference, sample: SampleQuery(nil, isRenaming: false))
    }

    @Test(
        "Records come by contig and position; contigs are those of the first file, and equal ids of other libraries stay apart"
    )
    func order() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let merged = try open([
            sam("x", a: [1, 41], b: [1]), sam("y", a: [21, 61], b: [11], library: "M"),
            sam("z", a: [], b: [5], contigs: ["b"]),
        ])
        var (names, groups): ([String], Set<String>) = ([], [])
        while let item = try merged.next() {
            guard case .fragment(let records) = item, let record = records.first else { continue }
            names.append(String(decoding: record.name, as: UTF8.self))
            groups.insert(BAMTags(record.tags).string("RG") ?? "")
            #expect(record.referenceID == (names.last?.contains(".a.") == true ? 0 : 1))
        }
        #expect(names == ["x.a.1", "y.a.21", "x.a.41", "y.a.61", "x.b.1", "z.b.5", "y.b.11"])
        #expect(groups.count == 2 && merged.readGroups.map(\.library) == ["L", "M"])
        #expect(merged.isSorted && merged.sample == "S")
    }

    @Test("Files of several samples, with contigs in another order, and the same file twice are refused")
    func refusals() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try sam("x", a: [1])
        #expect(throws: ControlError.self) { try open([first, sam("y", a: [1], sample: "T")]) }
        #expect(throws: ControlError.self) { try open([first, sam("y", a: [1], contigs: ["b", "a"])]) }
        #expect(throws: GenomicsError.self) { try open([first, first]) }
    }
}
