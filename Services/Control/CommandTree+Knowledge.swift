import Commands

/// What reports rest on beside reads and models, and who changed it.
extension CommandTree {
    static let knowledge = Command(
        name: "knowledge", summary: "files that others publish and reports rest on",
        discussion: """
            Transcripts, ClinVar, frequencies, ontologies, gene tables, scores: each by a name and its publisher's version, with digest and \
            licence. A version never changes; reports name those that they used.
            """,
        subcommands: [
            Command(
                name: "add", summary: "reads a file whole, and keeps what and where it is",
                discussion: """
                    The file stays where it is; the services must be able to read it there. What it is is seen from its first line: GFF3, VCF, \
                    OBO, a scoring file of the PGS Catalog, or else a table with a header. A damaged one is refused with the line.
                    """,
                examples: [
                    .init(
                        "helicase knowledge add clinvar clinvar.vcf.gz --version 2026-11-01 --licence \"public domain\"",
                        "what is known of variants")
                ],
                options: [
                    .option("version", "V", help: "The version, as its publisher calls it.", isRequired: true),
                    .option("licence", "TEXT", help: "On what terms it may be used."),
                    .option(
                        "kind", "KIND",
                        help: "transcripts, variants, ontology, table or scores, where the file does not tell."),
                ], arguments: [.init("NAME", help: "Such as clinvar."), .init("FILE", help: "Plain, gzip or bgzip.")],
                ignoredOptions: ["json", "kafka", "topic-prefix", "partitions"]),
            Command(
                name: "list", summary: "lists knowledge bases, the newest version of each first",
                ignoredOptions: ["kafka", "topic-prefix", "partitions"]),
            Command(
                name: "check", summary: "whether the files are there and as they were added",
                arguments: [
                    .init(
                        "NAME", help: "A name or NAME@VERSION; all if not given.", isRequired: false, isRepeatable: true
                    )
                ],
                ignoredOptions: ["json", "kafka", "topic-prefix", "partitions"]),
        ])

    static let audit = Command(
        name: "audit", summary: "who changed what reports say",
        discussion: """
            Promotions and roll-backs of models, changes of their policies and knowledge that is added are entries of a chain: each \
            holds the hash of the one before it, so that none can be changed or taken away without a trace.
            """,
        subcommands: [
            Command(
                name: "list", summary: "lists the entries, oldest first",
                ignoredOptions: ["kafka", "topic-prefix", "partitions"]),
            Command(
                name: "verify", summary: "computes every hash again",
                discussion: """
                    Prints the hash of the last entry. Whoever keeps it elsewhere can ask later, with --head, whether the chain still holds that \
                    entry: cutting off the end of a chain breaks no hash.
                    """,
                options: [.option("head", "HASH", help: "A hash that was printed before: its entry must be there.")],
                ignoredOptions: ["json", "kafka", "topic-prefix", "partitions"]),
        ])
}
