import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

/// Small gVCFs in a folder of their own, and what joint calling makes of them.
final class JointFixture {
    let folder: URL
    private let reference: ReferenceGenome
    private var files: [String] = []

    /// `contigs` by name; the FASTA is indexed here.
    init(_ contigs: [(name: String, bases: String)] = [("c", JointFixture.bases)]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "joint-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var text = ""
        var index = ""
        for (name, bases) in contigs {
            text += ">\(name)\n"
            index += "\(name)\t\(bases.utf8.count)\t\(text.utf8.count)\t\(bases.utf8.count)\t\(bases.utf8.count + 1)\n"
            text += bases + "\n"
        }
        let fasta = folder.appending(path: "r.fa").path
        try text.write(toFile: fasta, atomically: true, encoding: .utf8)
        try index.write(toFile: fasta + ".fai", atomically: true, encoding: .utf8)
        reference = try ReferenceGenome(path: fasta)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    // 1-based:          1234567890123456789012345678901234567890
    static let bases = "GATTACAGGGGGCTCACACACATGCATTTTTACGATCGAC"

    /// Adds a sample's records: columns separated by spaces, `POS REF ALT INFO FORMAT VALUES`, contig `c` or `contig:POS`.
    func add(_ sample: String, _ records: String...) throws {
        var lines = ["##fileformat=VCFv4.2"]
        lines += reference.contigs.map { "##contig=<ID=\($0.name),length=\($0.length)>" }
        lines.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(sample)")
        for record in records {
            let parts = record.split(separator: " ").map(String.init)
            let place = parts[0].split(separator: ":").map(String.init)
            let (contig, position) = place.count == 2 ? (place[0], place[1]) : ("c", place[0])
            lines.append(
                [contig, position, ".", parts[1], parts[2], ".", ".", parts[3], parts[4], parts[5]]
                    .joined(separator: "\t"))
        }
        let path = folder.appending(path: "\(files.count).g.vcf").path
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        files.append(path)
    }

    /// The records of the joint file, each as its columns.
    func join(pedigree: String? = nil, minimumQuality: Double = 10) throws -> [[String]] {
        let pedigree = try pedigree.map { try Pedigree(text: $0) }
        var caller = try JointCaller(gvcfs: files, pedigree: pedigree, reference: reference)
        caller.minimumQuality = minimumQuality
        let output = folder.appending(path: "o.vcf.gz").path
        let summary = try caller.run(output: output, source: "test")
        let lines = try BGZFLines.text(path: output).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(summary.sites == lines.count)
        return lines.map { $0.split(separator: "\t").map(String.init) }
    }

    /// `POS REF>ALT GT GT …` of each record.
    func genotypes(pedigree: String? = nil, minimumQuality: Double = 10) throws -> [String] {
        try join(pedigree: pedigree, minimumQuality: minimumQuality).map { columns in
            let genotypes = columns[9...].map { $0.split(separator: ":")[0] }.joined(separator: " ")
            return "\(columns[1]) \(columns[3])>\(columns[4]) \(genotypes)"
        }
    }

    /// Fields of a sample in a record.
    static func field(_ key: String, _ record: [String], _ sample: Int) -> String {
        let keys = record[8].split(separator: ":").map(String.init)
        let values = record[9 + sample].split(separator: ":").map(String.init)
        return keys.firstIndex(of: key).flatMap { $0 < values.count ? values[$0] : nil } ?? ""
    }
}
