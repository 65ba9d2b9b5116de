import Clinical
import Genomics
import TestSupport
import Testing

@Suite("Criteria and what they come to")
struct CriteriaTests {
    @Test(
        "A criterion is read with its strength, however that is written",
        arguments: [
            ("PVS1", Criterion.pvs1, Strength.veryStrong), ("pm2", .pm2, .moderate),
            ("PM2_Supporting", .pm2, .supporting),
            ("PM3_very-strong", .pm3, .veryStrong), ("PM3_VeryStrong", .pm3, .veryStrong),
            ("PM3_VS", .pm3, .veryStrong),
            ("PS3 Moderate", .ps3, .moderate), ("PP1-S", .pp1, .strong), ("BA1", .ba1, .standAlone),
            ("BS1_P", .bs1, .supporting), ("BP7_strong", .bp7, .strong),
        ])
    func reading(text: String, criterion: Criterion, strength: Strength) throws {
        #expect(try MetCriterion(text) == MetCriterion(criterion, strength))
    }

    @Test(
        "What is no criterion is refused with its reason",
        arguments: [
            ("PM7", "none of the 28"), ("PVS", "none of the 28"), ("", "none of the 28"), ("PM2_great", "strength"),
            ("PM2_", "strength"), ("BS1_VeryStrong", "cannot be"), ("PS1_StandAlone", "cannot be"),
        ])
    func refusing(text: String, reason: String) {
        let error = #expect(throws: CriterionError.self) { try MetCriterion(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test("A list holds a criterion once, and names say a strength where it is not the usual one")
    func lists() throws {
        let list = try MetCriterion.list("PM2_Supporting, PVS1;PP1_Strong,")
        #expect(list.map(\.name) == ["PM2_Supporting", "PVS1", "PP1_Strong"])
        #expect(try MetCriterion.list("") == [])
        #expect(throws: CriterionError.self) { try MetCriterion.list("PM2,PM2_Supporting") }
    }

    /// Criteria, points, and the classes of points and of the rules of 2015.
    @Test(
        "Criteria come to points and to classes",
        arguments: [
            ("", 0, VariantClass.uncertain, VariantClass.uncertain),
            ("PVS1,PS3", 12, .pathogenic, .pathogenic),
            ("PVS1,PM1,PM2", 12, .pathogenic, .pathogenic),
            ("PVS1,PM2,PP3", 11, .pathogenic, .pathogenic),
            ("PVS1,PP3,PP4", 10, .pathogenic, .pathogenic),
            ("PVS1,PM2", 10, .pathogenic, .likelyPathogenic),
            ("PVS1,PM2_Supporting", 9, .likelyPathogenic, .uncertain),
            ("PVS1", 8, .likelyPathogenic, .uncertain),
            ("PS1,PS3", 8, .likelyPathogenic, .pathogenic),
            ("PVS1,PM3_VeryStrong", 16, .pathogenic, .pathogenic),
            ("PS3,PM1,PM2,PM5", 10, .pathogenic, .pathogenic),
            ("PS3,PM1,PM2,PP2,PP3", 10, .pathogenic, .pathogenic),
            ("PS3,PM1,PP1,PP2,PP3,PP4", 10, .pathogenic, .pathogenic),
            ("PS3,PM2", 6, .likelyPathogenic, .likelyPathogenic),
            ("PS3,PP2,PP3", 6, .likelyPathogenic, .likelyPathogenic),
            ("PS3,PP2", 5, .uncertain, .uncertain),
            ("PM1,PM2,PM5", 6, .likelyPathogenic, .likelyPathogenic),
            ("PM1,PM2,PP2,PP3", 6, .likelyPathogenic, .likelyPathogenic),
            ("PM1,PP1,PP2,PP3,PP4", 6, .likelyPathogenic, .likelyPathogenic),
            ("PM1,PM2,PP3", 5, .uncertain, .uncertain),
            ("BA1", -8, .benign, .benign),
            ("BA1_Strong", -4, .likelyBenign, .uncertain),
            ("BA1,PP3", -7, .benign, .benign),
            ("BA1,PVS1,PM3_VeryStrong,PS4", 12, .pathogenic, .uncertain),
            ("BS1,BS2", -8, .benign, .benign),
            ("BS1,BP4", -5, .likelyBenign, .likelyBenign),
            ("BP4,BP7", -2, .likelyBenign, .likelyBenign),
            ("BP4_Moderate,BP7", -3, .likelyBenign, .likelyBenign),
            ("BS1", -4, .likelyBenign, .uncertain),
            ("BS1,BP4,PP3", -4, .likelyBenign, .likelyBenign),
            ("BS1,BP4,PM2", -3, .likelyBenign, .uncertain),
            ("PVS1,BS1,BS2", 0, .uncertain, .uncertain),
            ("PVS1,BA1", 0, .uncertain, .uncertain),
            ("PVS1,PS3,BS1,BP4", 7, .likelyPathogenic, .uncertain),
        ])
    func combining(text: String, points: Int, byPoints: VariantClass, byRules: VariantClass) throws {
        let combined = CombinedCriteria(try MetCriterion.list(text))
        #expect(combined.points == points)
        #expect(combined.classByPoints == byPoints)
        #expect(combined.classByRules == byRules)
    }

    @Test(
        "Of 400 variants that expert panels approved, 94 % have the class of the points and 92 % that of the rules",
        .enabled(if: HelicaseData.isThere, "needs HELICASE_DATA"))
    func expertPanels() throws {
        let file = "clinical/interpretation/clingen_vcep_criteria_2018.tsv.gz"
        let table = try TableFile(path: HelicaseData.folder.appending(path: file).path)
        let (met, said) = (try table.place(of: "criteria_met"), try table.place(of: "classification"))
        var (count, byPoints, byRules) = (0, 0, 0)
        while let record = try table.nextWhole() {
            let combined = CombinedCriteria(try MetCriterion.list(record.fields[met]))
            count += 1
            if combined.classByPoints.rawValue == record.fields[said] { byPoints += 1 }
            if combined.classByRules.rawValue == record.fields[said] { byRules += 1 }
        }
        #expect(count == 400 && byPoints >= 376 && byRules >= 368, "\(byPoints) and \(byRules) of \(count)")
    }
}
