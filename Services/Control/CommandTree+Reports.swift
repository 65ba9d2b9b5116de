import Commands

/// What is asked of reports that are there.
extension CommandTree {
    private static let reportArgument = Command.Argument(
        "REPORT", help: "A run, or the beginning of its id; or a file S.report.json.")

    static let whyReport = Command(
        name: "why", summary: "what a sentence of a report rests on",
        discussion: """
            STATEMENT is an id of the report's JSON: conclusion.meaning.1, finding.1, finding.1.PVS1, diagnosis.BRCA1, drugs.CYP2C19, \
            limits.1; without one all of them are listed. Says the calls and reads, the rule, the model with its digest, and the \
            knowledge with its version, digest and record. --absent says of an allele that is no finding why not; that needs a run.
            """,
        examples: [
            .init("helicase report why out/S.report.json finding.1", "why it is pathogenic"),
            .init("helicase report why 7d0c --absent 'chr17:43093464:C>T'", "why an allele is no finding"),
        ],
        options: [
            .option("absent", "CONTIG:POS:REF>ALT", help: "An allele, instead of a statement.")
        ],
        arguments: [reportArgument, .init("STATEMENT", help: "The statement's id.", isRequired: false)])

    static let diffReports = Command(
        name: "diff", summary: "what one report says otherwise than another",
        discussion: """
            Compares findings, classes, each of the 28 criteria, ClinVar's words, diagnosis and drugs; versions of knowledge, models and \
            software are listed beside. The exit status is 0 where they say the same, and 1 where they do not.
            """,
        arguments: [
            .init("OLD", help: "A run, or a file S.report.json."),
            .init("NEW", help: "A run, or a file S.report.json."),
        ])

    static let replayReport = Command(
        name: "replay", summary: "makes a report's clinical part again, and compares the bytes",
        discussion: """
            From the calls as they are stored, with the knowledge that the run named: the bytes are the same, or the exit status is 1 and the \
            first difference is said. A file of knowledge that is gone or was replaced is named.
            """, arguments: [.init("RUN", help: "The run, or the beginning of its id.")])

    static let reanalyse = Command(
        name: "reanalyse", summary: "interprets the calls of runs again, with newer knowledge",
        discussion: """
            No read is looked at: the calls are as they were. A run of which something that a person is told has changed gets an amended \
            report, its next version, on the topic `reports`, with what changed and on what it rests; of a run where nothing has changed \
            nothing is published. Each amendment is an entry of the audit chain. Interrupted, it can be given again.
            """,
        examples: [
            .init(
                "helicase report reanalyse --all --knowledge clinvar --dry-run", "what the newest ClinVar would change")
        ],
        options: [
            .option(
                "knowledge", "NAME[@VERSION]",
                help: "Takes the place of what the runs used of this part; repeat for more.",
                isRequired: true, isRepeatable: true),
            .flag("all", help: "All completed runs with a clinical report."),
            .flag("dry-run", help: "Says what would change, and publishes nothing."),
        ],
        arguments: [.init("RUN", help: "The run, or the beginning of its id.", isRequired: false)])

    static let renderReport = Command(
        name: "render", summary: "makes a report's forms again: the page, FHIR, a submission to ClinVar",
        options: [
            .option("output", "DIR", help: "Where they go.", isRequired: true),
            .flag(
                "clinvar",
                help: "Also S.clinvar.json, the findings as ClinVar's submission API takes them; needs a laboratory."),
            force,
        ], arguments: [reportArgument])
}
