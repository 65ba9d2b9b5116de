import Clinical
import Foundation
import Genomics
import TestSupport

/// The suite's knowledge, read once, and files of calls made of a few lines.
enum PharmacogenomicFixture {
    static let knowledge = Result { try PharmacogenomicKnowledge.bundled() }

    /// The folder of PharmCAT's files among the real data.
    static let data = HelicaseData.folder.appending(path: "drug/pharmacogenomics").path
    static let isThere = FileManager.default.fileExists(atPath: data)

    /// Reads calls as of the lines behind the header: `chr10 94781859 G A 0/1`, with FORMAT and further columns if need be.
    static func result(
        _ lines: [String], contigs: [String] = ["##contig=<ID=chr10>"], outside: String? = nil, gene: String = "CYP2C19"
    ) throws -> GeneResult {
        let result = try whole(lines, contigs: contigs, outside: outside)
        guard let found = result.genes.first(where: { $0.gene == gene }) else { throw CocoaError(.keyValueValidation) }
        return found
    }

    static func whole(
        _ lines: [String], contigs: [String] = ["##contig=<ID=chr10>"], outside: String? = nil
    ) throws -> PharmacogenomicResult {
        let knowledge = try knowledge.get()
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ text: String) throws -> String {
            let file = folder.appending(path: name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return file.path
        }
        let file = try write("calls.vcf", text(lines, contigs: contigs))
        var calls = OutsideCalls()
        if let outside { calls = try OutsideCalls(path: write("outside.tsv", outside), genes: knowledge.genes) }
        return try Pharmacogenomics(knowledge: knowledge).result(variants: file, outside: calls)
    }

    /// A VCF; each line has CHROM, POS, REF, ALT, the sample's column, and may have FORMAT, INFO and FILTER.
    private static func text(_ lines: [String], contigs: [String]) -> String {
        let header = ["##fileformat=VCFv4.3"] + contigs + ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS"]
        let records = lines.map { line in
            let f = line.split(separator: " ").map(String.init)
            func field(_ index: Int, _ usual: String) -> String { f.count > index ? f[index] : usual }
            return [f[0], f[1], ".", f[2], f[3], ".", field(7, "PASS"), field(6, "."), field(5, "GT"), f[4]].joined(
                separator: "\t")
        }
        return (header + records).joined(separator: "\n") + "\n"
    }

    /// Lines that say `0/0` at all positions of a gene but those that `calls` has by position.
    static func gene(
        _ gene: String, _ calls: [Int: String] = [:], without missing: Set<Int> = [], usual: String = "0/0"
    ) throws -> [String] {
        guard let definition = try knowledge.get().definitions.first(where: { $0.gene == gene }) else { return [] }
        return definition.loci.filter { !missing.contains($0.position) }.map { locus in
            let alternates = locus.alternates.joined(separator: ",")
            return
                "\(locus.contig) \(locus.position) \(locus.reference) \(alternates) \(calls[locus.position] ?? usual)"
        }
    }
}
