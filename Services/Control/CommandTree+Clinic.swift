import Commands

/// What calls mean for a person.
extension CommandTree {
    static let classify = Command(
        name: "classify", summary: "combines ACMG/AMP criteria into classes",
        discussion: """
            Reads a table with the columns variant and criteria_met: the codes of Richards and others 2015 that a person found met, \
            separated by commas, each with another strength than its name's behind it (PM3_Strong, PVS1_Moderate). Writes the points \
            and their class (Tavtigian and others 2020), and the class of the rules of 2015, beside each other; where they differ a \
            remark says so. A code that is none is named, the others are classified, and the exit status is 1.
            """,
        examples: [.init("helicase classify --criteria T.tsv --output O.tsv", "each variant's points and classes")],
        options: [
            .option("criteria", "TABLE", help: "TSV or CSV: variant, criteria_met.", isRequired: true),
            .option("output", "TSV", help: "Where the classes go; compressed where it ends in .gz.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions + ["json"])
}
