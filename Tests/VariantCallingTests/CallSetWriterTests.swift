import Foundation
import Genomics
import Testing
import VariantCalling

/// Called sites as a VCF file.
struct CallSetWriterTests {
    private let contigs = [Contig(name: "chr1", length: 10_000), Contig(name: "chrM", length: 16_569)]

    private let origin = CallSetOrigin(version: "1.2.3", reference: "r.fa", models: ["ab12"])

    private var calls: [SiteCall] {
        let likely: [Float] = [0.01, 0.98, 0.01]
        return Genotyper().call([
            Fixture.allele("A", "G", at: 100, [0.001, 0.998, 0.001]),
            Fixture.allele("CA", "C", at: 200, likely), Fixture.allele("CAA", "C", at: 200, likely),
            Fixture.allele("T", "TGG", at: 300, [0.0001, 0.01, 0.9899]),
            Fixture.allele("A", "C", at: 400, depth: 2, [0.4, 0.5, 0.1]),
            Fixture.allele("G", "A", at: 16_569, contig: "chrM", [0, 0, 1]),
        ])
    }

    private func write(_ folder: ScratchFolder, _ name: String) throws {
        var writer = try CallSetWriter(path: folder.path(name), sample: "NA12878", contigs: contigs, origin: origin)
        for call in calls { try writer.write(call) }
        try writer.finish()
    }

    @Test("The same calls give the same bytes, file and index")
    func sameBytes() throws {
        let folder = try ScratchFolder()
        try write(folder, "a.vcf.gz")
        try write(folder, "b.vcf.gz")
        #expect(try folder.bytes("a.vcf.gz") == folder.bytes("b.vcf.gz"))
        #expect(try folder.bytes("a.vcf.gz.tbi") == folder.bytes("b.vcf.gz.tbi"))
    }

    @Test("A position before the last one and a contig that the header lacks are errors")
    func order() throws {
        let folder = try ScratchFolder()
        var writer = try CallSetWriter(
            path: folder.path("a.vcf.gz"), sample: "S", contigs: [contigs[0]], origin: origin)
        try writer.write(calls[1])
        #expect(throws: GenomicsError.self) { try writer.write(calls[0]) }
        #expect(throws: GenomicsError.self) { try writer.write(calls[4]) }
    }

    @Test(
        "bcftools reads the file without a warning", .enabled(if: Bcftools.program != nil, "bcftools is not installed"))
    func readByBcftools() throws {
        let folder = try ScratchFolder()
        try write(folder, "a.vcf.gz")
        let all = try Bcftools.run(["view", "-H", folder.path("a.vcf.gz")])
        #expect(
            all.output == """
                chr1	100	.	A	G	30	PASS	DP=30;MQ=60;SB=5,10,5,10	GT:GQ:DP:AD:PL	0/1:27:30:15,15:33,0,28
                chr1	200	.	CAA	CA,C	39.91	PASS	DP=30;MQ=60;SB=5,10,10,20	GT:GQ:DP:AD:PL	1/2:17:30:15,15,15:46,23,41,23,0,41
                chr1	300	.	T	TGG	40	PASS	DP=30;MQ=60;SB=5,10,5,10	GT:GQ:DP:AD:PL	1/1:20:30:15,15:45,22,0
                chr1	400	.	A	C	3.98	LowQual	DP=2;MQ=60;SB=0,1,0,1	GT:GQ:DP:AD:PL	0/1:3:2:1,1:4,0,5
                chrM	16569	.	G	A	99	PASS	DP=30;MQ=60;SB=5,10,5,10	GT:GQ:DP:AD:PL	1:99:30:15,15:99,0

                """)
        #expect(all.errors == "")
        #expect(all.status == 0)
        // By the index, and with every number of the header checked against the records.
        let region = try Bcftools.run(["view", "-H", "-r", "chr1:150-250", folder.path("a.vcf.gz")])
        #expect(region.output.hasPrefix("chr1\t200\t"))
        #expect(region.errors == "")
        let statistics = try Bcftools.run(["stats", "-s", "-", folder.path("a.vcf.gz")])
        #expect(statistics.errors == "")
        #expect(statistics.output.contains("number of records:\t5\n"))
        let version = try Bcftools.run(["view", "-h", folder.path("a.vcf.gz")]).output
        #expect(version.hasPrefix("##fileformat=VCFv4.3\n"))
        for line in ["source=Helicase 1.2.3", "reference=r.fa", "helicaseModel=sha256:ab12"] {
            #expect(version.contains("\n##\(line)\n"))
        }
    }
}

/// The program that reads what we write.
private enum Bcftools {
    static let program: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { URL(fileURLWithPath: "\($0)/bcftools") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }

    static func run(_ arguments: [String]) throws -> (output: String, errors: String, status: Int32) {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What is written to either fits into a pipe.
        let text = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        return (text[0], text[1], process.terminationStatus)
    }
}
