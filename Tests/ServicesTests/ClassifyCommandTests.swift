import Commands
import Foundation
import Genomics
import Testing

@testable import helicase

/// `helicase classify --variants`: a trio's calls, what a person judged, and files that cannot be used.
@Suite("Classify command")
struct ClassifyCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "classify-\(UUID().uuidString)").path

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func write(_ name: String, _ lines: [String]) throws -> String {
        let path = "\(folder)/\(name)"
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static let consequences =
        "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequences. Format: Allele|Consequence|SYMBOL|Feature|HGVSc|"
        + "Protein_position|Amino_acids|MANE_SELECT\">"

    /// Calls of a child and its parents; a missense variant of GAA in each record.
    private func trio(_ genotypes: [String], header: String = consequences) throws -> String {
        let records = genotypes.enumerated().map { number, columns in
            let row = "T|missense_variant|GAA|NM_000152.5|NM_000152.5:c.\(number + 1)C>T|282|R/W|YES"
            return "chr17\t\(100 + number)\t.\tC\tT\t.\tPASS\tCSQ=\(row)\tGT:DP\t\(columns)"
        }
        let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tCHILD\tMOM\tDAD"
        return try write(
            "trio.vcf",
            [
                "##fileformat=VCFv4.2", "##contig=<ID=chr17>", header,
                "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">", columns,
            ] + records)
    }

    private func pedigree() throws -> String {
        try write("trio.ped", ["F CHILD DAD MOM 1 2", "F DAD 0 0 1 1", "F MOM 0 0 2 1"])
    }

    private func classify(_ arguments: [String]) throws {
        try ClassifyVariants(CommandLineParser(CommandTree.root).parse(["classify"] + arguments)).run()
    }

    /// The table's records by variant, each by column.
    private func table(_ path: String) throws -> [String: [String: String]] {
        let file = try TableFile(path: path)
        var rows: [String: [String: String]] = [:]
        while let record = try file.nextWhole() {
            rows[record.fields[0]] = Dictionary(
                zip(file.columns, record.fields), uniquingKeysWith: { first, _ in first })
        }
        return rows
    }

    @Test("A child's alleles are new where both parents' calls are good enough to say so")
    func family() throws {
        try inFolder {
            let output = "\(folder)/o.tsv"
            let calls = try trio([
                "0/1:30\t0/0:30\t0/0:30", "0/1:30\t0/1:30\t0/0:30", "0/1:30\t0/0:30\t0/0:4", "0/0:30\t0/1:30\t0/0:30",
            ])
            try classify(["--variants", calls, "--pedigree", try pedigree(), "--output", output])
            let rows = try table(output)
            #expect(rows.count == 3)
            #expect(rows["chr17:100:C>T"]?["criteria_met"] == "PM1,PM6_Supporting")
            #expect(rows["chr17:101:C>T"]?["criteria_met"] == "PM1")
            #expect(rows["chr17:102:C>T"]?["not_evaluable"]?.contains("PM6") == true)
            #expect(rows["chr17:100:C>T"]?["class_points"] == "Uncertain significance")
            #expect(rows["chr17:100:C>T"]?["panel"]?.hasPrefix("ClinGen ") == true)
            // Nothing is overwritten.
            #expect(throws: StartError.self) {
                try classify(["--variants", calls, "--sample", "MOM", "--output", output])
            }
        }
    }

    @Test("What a person judged is taken by variant, whatever the contig is called")
    func assigned() throws {
        try inFolder {
            let judged = try write(
                "judged.tsv",
                [
                    "variant_id\tcriterion\tstrength\tevidence", "17:100:C:T\tPS3\tStrong\tno activity",
                    "17:100:C:T\tPM1\tnot_met\t",
                ])
            let output = "\(folder)/o.tsv"
            try classify([
                "--variants", try trio(["0/1:30\t0/0:30\t0/0:30"]), "--sample", "CHILD", "--assigned", judged,
                "--output",
                output,
            ])
            #expect(try table(output)["chr17:100:C>T"]?["criteria_met"] == "PS3")
        }
    }

    @Test("A record that cannot be read is left out, the others are classified, and the command fails")
    func damaged() throws {
        try inFolder {
            let output = "\(folder)/o.tsv"
            let calls = try trio(["0/9:30\t0/0:30\t0/0:30", "0/1:30\t0/0:30\t0/0:30"])
            #expect(throws: ControlError.self) {
                try classify(["--variants", calls, "--sample", "CHILD", "--output", output])
            }
            #expect(try Array(table(output).keys) == ["chr17:101:C>T"])
        }
    }

    @Test("Calls without consequences are refused with the command that adds them; two inputs, or none, are refused")
    func refusals() throws {
        try inFolder {
            let output = "\(folder)/o.tsv"
            let calls = try trio([], header: "##INFO=<ID=X,Number=1,Type=String,Description=\"\">")
            let error = #expect(throws: GenomicsError.self) {
                try classify(["--variants", calls, "--sample", "CHILD", "--output", output])
            }
            #expect(error?.description.contains("helicase annotate") == true)
            // A case needs HPO's files.
            let person = try write(
                "case.json", ["{\"id\": \"c\", \"phenotypicFeatures\": [{\"type\": {\"id\": \"HP:0001250\"}}]}"])
            #expect(throws: StartError.self) {
                try classify([
                    "--variants", try trio(["0/1:30\t0/0:30\t0/0:30"]), "--sample", "CHILD", "--case", person,
                    "--knowledge", folder,
                    "--output", output,
                ])
            }
            #expect(throws: StartError.self) { try classify(["--output", output]) }
            #expect(throws: StartError.self) {
                try classify(["--variants", calls, "--criteria", calls, "--output", output])
            }
        }
    }
}
