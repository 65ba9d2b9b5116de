import Commands
import Drugs
import Foundation
import Testing

@testable import helicase

/// `helicase predict response` for one profile, and `helicase explain response`.
struct ResponseCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "responses-\(UUID())").path

    private func inFolder(_ body: () async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body()
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        return "\(folder)/\(name)"
    }

    private func rank(_ line: String...) async throws {
        let command = try CommandLineParser(CommandTree.root).parse(
            ["predict", "response", "--model", "response-gdsc", "--output", "\(folder)/out.tsv", "--force"] + line)
        #expect(RankResponses.isAsked(command))
        try await RankResponses(command).run()
    }

    /// The rows by drug, each by column.
    private func rows() throws -> [[String: String]] {
        let lines = try String(contentsOfFile: "\(folder)/out.tsv", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        let columns = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    private static let calls = """
        ##fileformat=VCFv4.2
        ##FILTER=<ID=low,Description="low">
        ##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|IMPACT|SYMBOL|Feature_type|Feature">
        ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description="share">
        ##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">
        ##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="quality">
        ##contig=<ID=chr7,length=159345973>
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS
        chr7\t100\t.\tA\tT\t50\tPASS\tCSQ=T|missense_variant|MODERATE|BRAF|Transcript|NM_1\tGT:GQ\t0/1:60
        chr7\t200\t.\tA\tT\t50\tlow\tCSQ=T|stop_gained|HIGH|TP53|Transcript|NM_2\tGT:GQ\t0/1:60
        chr7\t300\t.\tA\tT\t50\tPASS\tgnomad_AF=0.2;CSQ=T|missense_variant|MODERATE|KRAS|Transcript|NM_3\tGT:GQ\t0/1:60
        chr7\t400\t.\tA\tT\t50\tPASS\tCSQ=T|synonymous_variant|LOW|NRAS|Transcript|NM_4\tGT:GQ\t1/1:60

        """

    @Test("Calls tell the mutations: what passed, is rare and changes a protein; the drugs are ranked with reasons")
    func calls() async throws {
        try await inFolder {
            let path = try write("calls.vcf", Self.calls)
            try await rank("--variants", path, "--tissue", "skin")
            let rows = try rows()
            #expect(rows.count == 237 && rows.map { $0["rank"] ?? "" } == (1...237).map { "\($0)" })
            let deviations = rows.compactMap { $0["deviation"].flatMap(Double.init) }
            #expect(deviations == deviations.sorted())
            let dabrafenib = try #require(rows.first { $0["drug"] == "Dabrafenib" })
            #expect((Int(dabrafenib["rank"] ?? "") ?? 0) <= 10)
            #expect(
                dabrafenib["reasons"]?.hasPrefix("BRAF -") == true
                    && dabrafenib["reasons"]?.contains("(mutation -") == true)
            // TP53 is mutated by a filtered call alone, KRAS by a common one.
            let nutlin = try #require(rows.first { $0["drug"] == "Nutlin-3a (-)" })
            #expect(
                nutlin["reasons"]?.contains("TP53 -") == true && nutlin["reasons"]?.contains("no mutation -") == true)
            try await rank("--variants", path, "--tissue", "skin", "--sort", "prediction")
            let values = try self.rows().compactMap { $0["prediction"].flatMap(Double.init) }
            #expect(values == values.sorted() && values.count == 237)
        }
    }

    @Test(
        "A profile far from the training's gets no prediction, and the command says so; one with flawed lines is used in part"
    )
    func refusals() async throws {
        try await inFolder {
            // Every gene mutated: no line is like that.
            let header = try #require(try ResponseColumns.mutations())
            let far = try write("far.tsv", "feature\tvalue\n" + header.map { "\($0)\t1\n" }.joined() + "tissue\tskin\n")
            let error = await #expect(throws: ControlError.self) { try await rank("--profile", far) }
            #expect(error.map { "\($0)".contains("abstained") } == true)
            #expect(
                try rows().allSatisfy {
                    $0["prediction"] == "NA" && $0["rank"] == "NA" && $0["warnings"] == "abstained"
                })
            let flawed = try write("flawed.tsv", "feature\tvalue\nBRAF_mut\t1\nBRAF_mut\t1\ntissue\tskin\n")
            await #expect(throws: ControlError.self) { try await rank("--profile", flawed) }
            #expect(try rows().allSatisfy { $0["prediction"] != "NA" })
            let good = try write("good.tsv", "feature\tvalue\nBRAF_mut\t1\ntissue\tskin\n")
            try await rank("--profile", good)
            await #expect(throws: ControlError.self) { try await rank("--profile", good, "--tissue", "lung") }
            await #expect(throws: StartError.self) { try await rank("--profile", good, "--sort", "name") }
            await #expect(throws: StartError.self) { try await rank("--profile", good, "--pairs", good) }
            await #expect(throws: (any Error).self) {
                try await rank(
                    "--variants",
                    try write("plain.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"))
            }
        }
    }

    @Test("What moves a drug's response is listed with a volcano plot; an unknown drug has the nearest names")
    func explain() async throws {
        try await inFolder {
            var (features, levels, pairs) = ("COSMIC_ID,TISSUE_FACTOR,MSI_FACTOR,A_mut,B_mut\n", "COSMIC_ID\tG1\n", "")
            for line in 0..<40 {
                features +=
                    "\(line),\(line % 2 == 0 ? "lung" : "skin"),0,\(line % 4 < 2 ? 1 : 0),\(line == 3 ? 1 : 0)\n"
                levels += "\(line)\t\(line * 3 % 7)\n"
                pairs += "\(line)\t7\t\((line % 4 < 2 ? 2 : 0) + Double(line % 5) / 10)\n"
            }
            let tables = [
                "--genomics", try write("g.csv", features), "--expression", try write("e.tsv", levels), "--pairs",
                try write("p.tsv", "cosmic_id\tdrug_id\tln_ic50\n" + pairs), "--drugs",
                try write("d.tsv", "drug_id\tname\ttargets\n7\tSeven\tA\n"), "--output", "\(folder)/out.tsv", "--force",
            ]
            func explain(_ line: String...) throws {
                try ExplainResponse(CommandLineParser(CommandTree.root).parse(["explain", "response"] + line + tables))
                    .run()
            }
            try explain("--drug", "seven", "--plot", "\(folder)/volcano.svg")
            let rows = try rows()
            #expect(
                rows.map { $0["marker"] ?? "" } == ["A", "G1", "B"]
                    && rows.map { $0["rank"] ?? "" } == ["1", "1", "NA"])
            #expect(abs((rows[0]["effect"].flatMap(Double.init) ?? 0) - 2) < 0.1 && rows[2]["effect"] == "NA")
            #expect(rows[2]["note"]?.hasPrefix("not tested: fewer than 3") == true)
            let plot = try String(contentsOfFile: "\(folder)/volcano.svg", encoding: .utf8)
            #expect(plot.contains("Seven") && !plot.contains("polyline points=\"\""))
            try explain("--target", "A")
            #expect(try self.rows().map { $0["relation"] ?? "" } == ["directed at it", "moved by"])
            #expect(throws: (any Error).self) { try explain("--drug", "eleven") }
            #expect(throws: StartError.self) { try explain("--drug", "7", "--target", "A") }
            #expect(throws: StartError.self) { try explain() }
        }
    }
}

/// Columns of the suite's model.
private enum ResponseColumns {
    static func mutations() throws -> [String]? {
        try ResponseModel.bundled("response-gdsc")?.features.filter { $0.hasSuffix("_mut") }
    }
}
