import Annotation
import Foundation
import Genomics
import TestSupport
import Testing

/// `bcftools csq`'s own cases (samtools/bcftools, `test/csq`): what it says of each record, with its neighbours (`.txt`) and alone (`.txt-l`).
@Suite(
    "Consequences are those of bcftools csq on its own cases",
    .enabled(
        if: FileManager.default.fileExists(atPath: HelicaseData.folder.appending(path: "clinical/csq_cases").path),
        "no cases in HELICASE_DATA"))
struct ConsequenceCaseTests {
    /// Where this suite says something else, and why.
    static let pastTheEnd = "REF goes past the end of the contig, so it is not the reference's"
    static let deviations: [String: String] = [
        "ENST00000318249.2/synonymous-start-lost.txt 4958 AGA A":
            "the deletion lies in the untranslated part of the exon too, which csq knows only from lines of UTR; this file has none",
        "ENST00000294661/non-coding-boundary.txt 9715 GCCGGAAA G": pastTheEnd,
        "ENST00000294661/non-coding-boundary.txt-l 9715 GCCGGAAA G": pastTheEnd,
    ]

    static let folder = HelicaseData.folder.appending(path: "clinical/csq_cases").path

    static func files(_ suffix: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(suffix) && FileManager.default.fileExists(atPath: vcf(of: $0)) }.sorted()
    }

    private static func vcf(_ path: String, _ suffix: String) -> String {
        "\(folder)/\(path.dropLast(suffix.count)).vcf"
    }
    private static func vcf(of path: String) -> String { vcf(path, path.hasSuffix("-l") ? ".txt-l" : ".txt") }

    @Test("with phased neighbours", arguments: files(".txt"))
    func haplotypes(file: String) throws { try compare(file, isLocal: false) }

    @Test("each record alone", arguments: files(".txt-l"))
    func local(file: String) throws { try compare(file, isLocal: true) }

    private func compare(_ file: String, isLocal: Bool) throws {
        let expected = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
        let name = String(file.prefix { $0 != "/" })
        let found = try Self.annotated(
            Self.vcf(of: file), gff: "\(Self.folder)/\(name)/\(name).gff", fasta: "\(Self.folder)/\(name)/\(name).fa",
            isLocal: isLocal)
        // A line of what a case's author expects, then one of what csq says; of samples a line each.
        var wanted: [String: Set<String>] = [:]
        for block in expected.components(separatedBy: "\n\n") {
            let lines = block.split(separator: "\n").map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
            for line in lines.contains(where: { $0.count > 4 }) ? lines[...] : lines.suffix(1) where line.count > 3 {
                wanted[line[..<3].joined(separator: " "), default: []].formUnion(
                    line[3...].flatMap { $0.split(separator: ",").map(String.init) }.filter { $0 != "." })
            }
        }
        #expect(!wanted.isEmpty)
        for (record, answer) in wanted.sorted(by: { $0.key < $1.key }) {
            let mine = found[record] ?? []
            if let reason = Self.deviations["\(file) \(record)"] {
                #expect(mine != answer, "agrees by now: \(reason)")
            } else {
                #expect(mine == answer, "\(file) \(record)")
            }
        }
    }

    /// The entries of BCSQ by position, REF and ALT.
    static func annotated(
        _ vcf: String, gff: String, fasta: String, isLocal: Bool
    ) throws -> [String: Set<String>] {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).vcf.gz").path
        defer {
            try? FileManager.default.removeItem(atPath: output)
            try? FileManager.default.removeItem(atPath: output + ".tbi")
        }
        let reference = try ReferenceGenome(path: fasta)
        var options = VariantAnnotator.Options()
        options.isLocal = isLocal
        options.isOneHaplotype = true
        options.hasBCSQ = true
        let annotator = VariantAnnotator(
            reference: reference, transcripts: try TranscriptSet(path: gff).matched(to: reference), sources: [],
            options: options)
        let summary = try annotator.annotate(vcf, to: output, metadata: [], remark: { _ in })
        #expect(summary.records > 0)
        var found: [String: Set<String>] = [:]
        for variant in try VCFReader.variants(path: output) {
            let key = "\(variant.position) \(variant.reference) \(variant.alternates.joined(separator: ","))"
            found[key, default: []].formUnion((variant.info("BCSQ") ?? "").split(separator: ",").map(String.init))
        }
        return found
    }
}
