import Drugs
import Foundation
import Genomics
import TestSupport
import Testing

/// What moves responses, adjusted for tissue.
struct BiomarkerTests {
    /// 24 lines of two tissues: drug 1's response is 5 higher in one of them and 1 with the mutation, which is mostly there.
    ///
    /// Drug 2 follows drug 1, drug 3 does not.
    private static func study(_ folder: URL) throws -> ResponseBiomarkers {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ lines: [String]) throws -> String {
            let path = folder.appending(path: name)
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: path)
            return path.path
        }
        var (features, levels, pairs): ([String], [String], [String]) = ([], [], [])
        for line in 0..<24 {
            let mutated = line < 8 || line == 12 || line == 13
            features.append(
                "\(line),L\(line),\(line < 12 ? "a" : "b"),\(line % 6 == 0 ? 1 : 0),\(mutated ? 1 : 0),\(line < 2 ? 1 : 0),"
                    + "\(line < 12 ? 1 : 0),\(line % 5 == 0 ? 1 : 0),\(line % 7 == 0 ? 1 : 0)")
            if line != 23 { levels.append("\(line)\t\(line * 5 % 11)") }
            let noise = Double((line * 7) % 5 - 2) / 10
            let value = (line < 12 ? 5 : 0) + (mutated ? 1 : 0) + noise
            pairs.append("\(line)\t1\t\(value)")
            pairs.append("\(line)\t2\t\(value * 2 + Double(line % 3) / 50)")
            pairs.append("\(line)\t3\t\(Double((line * line) % 7))")
        }
        let header =
            "COSMIC_ID,SAMPLE_NAME,TISSUE_FACTOR,MSI_FACTOR,M_mut,R_mut,T_mut,\"gain_cnaX1_(E,F)\",\"gain_cnaX2_(F,H)\""
        let cells = try CellProfiles(
            genomics: write("g.csv", [header] + features), expression: write("e.tsv", ["COSMIC_ID\tG1"] + levels))
        return try ResponseBiomarkers(
            cells: cells, responses: write("p.tsv", ["cosmic_id\tdrug_id\tln_ic50"] + pairs),
            catalog: DrugCatalog([.init(id: "1", name: "One", targets: "M"), .init(id: "2", name: "Two")]))
    }

    private static func folder() -> URL { FileManager.default.temporaryDirectory.appending(path: "markers-\(UUID())") }

    @Test("Effects are those of the linear model with tissue and instability, which a plain difference is not")
    func effects() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = try Self.study(folder)
        let effects = try study.effects(on: [study.drugs[0]])
        #expect(effects.map(\.marker.name) == ["M", "R", "T", "E/F/H", "G1"])
        // numpy's least squares and SciPy's t; the plain difference is 3.6.
        let mutation = try #require(effects[0].estimate)
        #expect(abs(mutation.effect - 1.065789473684209) < 1e-9 && abs(mutation.error - 0.07841376688162033) < 1e-9)
        #expect(abs(mutation.interval.lowerBound - 0.9022212222067224) < 1e-9)
        #expect(abs(mutation.interval.upperBound - 1.2293577251616958) < 1e-9)
        #expect(abs(mutation.probability / 1.4605055835916755e-11 - 1) < 1e-6 && mutation.degreesOfFreedom == 20)
        #expect(effects[0].altered == 10 && effects[0].unaltered == 14)
        let level = try #require(effects[4].estimate)
        #expect(abs(level.effect - 0.16119171118971137) < 1e-6 && level.degreesOfFreedom == 19)
        #expect(abs(level.probability - 0.11905669309662967) < 1e-6 && effects[4].altered == 23)
    }

    @Test(
        "Too few altered lines, and what tissue alone decides, are not tested, with the reason; segments that share a gene are one"
    )
    func untested() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = try Self.study(folder)
        let effects = try study.effects(on: [study.drugs[0]])
        guard case .untested(let few) = effects[1].outcome, case .untested(let flat) = effects[2].outcome else {
            Issue.record("R and T were tested")
            return
        }
        #expect(few.contains("fewer than 3") && flat.contains("within tissues"))
        #expect(effects[3].marker.kind == .gain && effects[3].marker.columns.count == 2 && effects[3].altered == 8)
    }

    @Test("The rate of false discoveries is over all drugs and markers that were asked together")
    func rates() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = try Self.study(folder)
        let one = try #require(try study.effects(on: [study.drugs[0]])[0].estimate)
        let all = try #require(try study.effects(on: study.drugs)[0].estimate)
        #expect(abs(one.falseDiscovery / one.probability - 3) < 1e-6)
        #expect(all.falseDiscovery > one.falseDiscovery * 1.4 && all.probability == one.probability)
    }

    @Test(
        "For a target: the drugs directed at it, those that the same lines respond to, and those that its alteration moves"
    )
    func target() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let study = try Self.study(folder)
        let found = try study.resemblances(to: "m")
        #expect(found.map(\.relation) == [.directed, .resembles, .resembles, .moved, .moved, .moved])
        #expect(found[0].drug.id == "1" && found[0].lines == 24)
        let nearest = try #require(
            found.filter { $0.relation == .resembles }.max {
                ($0.correlation?.value ?? 0) < ($1.correlation?.value ?? 0)
            })
        #expect(nearest.drug.id == "2" && nearest.by == "One (1)")
        #expect(Set(found[3...4].map(\.drug.id)) == ["1", "2"] && found[3].by == "mutation of M")
        #expect((found[3].correlation?.value ?? 0) > 0.9 && found[5].drug.id == "3")
        // Without a drug: what its alteration moves is all there is.
        #expect(try study.resemblances(to: "H").allSatisfy { $0.relation == .moved })
        #expect(throws: DrugError.self) { try study.resemblances(to: "NOGENE") }
    }

    @Test(
        "Of GDSC's lines BRAF mutation, ERBB2 gain and TP53 mutation are among the first three for their drugs",
        .enabled(if: FileManager.default.fileExists(atPath: HelicaseData.folder.appending(path: "drug/gdsc").path)))
    func known() throws {
        let data = HelicaseData.folder.appending(path: "drug/gdsc")
        func path(_ name: String) -> String { data.appending(path: name).path }
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let none = folder.appending(path: "e.tsv")
        try Data("COSMIC_ID\tG\n0\t0\n".utf8).write(to: none)
        let study = try ResponseBiomarkers(
            cells: CellProfiles(genomics: path("genomic_features.csv.gz"), expression: none.path),
            responses: path("response.tsv.gz"), catalog: DrugCatalog(path: path("drugs.tsv.gz")))
        for (drug, kind, gene) in [
            ("Dabrafenib", Biomarker.Kind.mutation, "BRAF"), ("PLX-4720", .mutation, "BRAF"),
            ("Lapatinib", .gain, "ERBB2"),
            ("nutlin-3a", .mutation, "TP53"),
        ] {
            for screen in try DrugCatalog(study.drugs).find(drug) {
                let best = try study.effects(on: [screen]).filter { $0.estimate != nil }
                    .sorted { ($0.estimate?.probability ?? 1) < ($1.estimate?.probability ?? 1) }.prefix(3)
                #expect(best.contains { $0.marker.kind == kind && $0.marker.genes.contains(gene) }, "\(drug)")
            }
        }
    }
}
