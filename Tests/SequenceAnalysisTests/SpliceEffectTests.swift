import Foundation
import Genomics
import Testing

@testable import SequenceAnalysis

/// The bundled models of splice sites on what is known of them.
@Suite("Models of splice sites")
struct SpliceEffectTests {
    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["HELICASE_DATA"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/data")
            .standardizedFileURL
    }()
    private static let reference = folder.appending(path: "clinical/brca/BRCA1_BRCA2.GRCh38.regions.fa")

    @Test("A consensus 5' splice site is strong, and those far from it are not; U is read as T")
    func strength() async throws {
        let package = try #require(try SequenceTask().bundled.package("splice-psi"))
        let model = try SequenceModel(package)
        let sites = ["CAGGUAAGU", "CAGGTAAGT", "AAAGUCGUA", "UUAGUUUUA"]
        let values = try await model.values(
            of: sites.map { $0.utf8.map { BaseCode.nibble(ofASCII: $0) } }, workers: 1
        ).map { $0[0] }
        #expect(values[0] == values[1])
        // log10 of a percentage.
        #expect(values[0] > 1.5 && values[2] < 0.5 && values[3] < 0.5)
    }

    @Test(
        "Variants that destroy a donor or an acceptor of BRCA1 and BRCA2 stand above all those deep in introns",
        .enabled(if: FileManager.default.fileExists(atPath: reference.path), "HELICASE_DATA holds no reference of BRCA")
    )
    func effects() async throws {
        let genome = try ReferenceGenome(path: Self.reference.path)
        let package = try #require(try SequenceTask().bundled.package("splice-effect"))
        let effects = try VariantEffects(SequenceModel(package))
        #expect(effects.readsSites)
        // The first contig is chr13 from base 32,300,001 on.
        let contig = 0
        let (name, offset) = (genome.contigs[contig].name, 32_300_000)
        // c.67+1G>A, c.516+1G>T, c.426-2A>T and c.-39-1G>A of BRCA2, and four changes in the middle of its introns.
        let destroying = [
            (32_316_528, "G", "A"), (32_326_283, "G", "T"), (32_326_099, "A", "T"), (32_316_421, "G", "A"),
        ]
        let deep = [32_317_800, 32_322_000, 32_327_900, 32_342_000]
        var alleles = destroying.compactMap {
            Allele(contig: name, position: $0.0 - offset, reference: $0.1, alternate: $0.2)
        }
        for position in deep {
            let base = String(
                decoding: try genome.bases(contig: contig, (position - offset - 1)..<(position - offset)), as: UTF8.self
            )
            let other = base == "C" ? "T" : "C"
            alleles.append(
                try #require(
                    Allele(contig: name, position: position - offset, reference: base, alternate: other)))
        }
        let differences = try await effects.effects(of: alleles, in: genome, workers: 2).map { try $0.get() }
        let lost = differences.prefix(destroying.count)
        #expect(lost.allSatisfy { $0.difference < -1.5 && $0.site?.isReverse == false })
        #expect(lost.map(\.site?.name) == ["EI", "EI", "IE", "IE"])
        #expect(lost.map { ($0.site?.place ?? 0) + offset } == [32_316_527, 32_326_282, 32_326_100, 32_316_421])
        let unchanged = differences.dropFirst(destroying.count).map { abs($0.difference) }
        #expect(unchanged.count == deep.count)
        #expect(try #require(unchanged.max()) < lost.map { abs($0.difference) }.min() ?? 0)
    }
}
