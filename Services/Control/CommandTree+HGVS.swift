import Commands

/// Names of variants as HGVS and the GA4GH give them.
extension CommandTree {
    static let hgvs = Command(
        name: "hgvs", summary: "reads, maps and gives the names of variants that HGVS recommends",
        discussion: """
            parse says what is wrong with a name and where; map finds it on the genome; name goes the other way, from a VCF to names. All \
            end with status 1 where a name cannot be used, after all others were done.
            """,
        subcommands: [
            Command(
                name: "parse", summary: "says whether names are valid, and writes them as recommended",
                discussion: """
                    Knows g. m. o. c. n. r. and p., positions in introns and untranslated regions, uncertain ones, repeats, alleles in \
                    brackets. The table has the columns name, valid (yes or no), canonical, column (where a name breaks off, from 1) and message: \
                    the reason, or what of a valid name is not written as recommended or contradicts itself. `*` for Ter, one-letter residues and \
                    stated bases (delACT) are read and, without --stated-bases, not written.
                    """,
                examples: [
                    .init("helicase hgvs parse 'NM_007294.3:c.68_69delAG'", "is valid; written NM_007294.3:c.68_69del"),
                    .init("helicase hgvs parse --names names.txt --json", "a file of names, a line each"),
                ],
                options: [
                    names, .flag("stated-bases", help: "Keeps what a name states of deleted or duplicated bases."),
                    .flag("places", help: "Reads places without an edit too: NM_004006.1:c.15_355."),
                ],
                arguments: [name], ignoredOptions: connectionOptions.filter { $0 != "json" }),
            Command(
                name: "map", summary: "finds names on a genome: VCF's columns and the other names of the same change",
                discussion: """
                    What a name states is compared with the reference: its bases, its lengths, whether a position at an intron lies at the end of an \
                    exon. The table has the columns name, CHROM, POS, REF, ALT (minimal and left-aligned), g, c (or n, along the name's \
                    transcript), p, vrs (with --vrs) and message. A name of several changes has a line for each.
                    """,
                examples: [
                    .init(
                        "helicase hgvs map 'NM_007294.3:c.68_69delAG' --transcripts T.gff3 --reference R.fa.gz",
                        "where it is, and what it does to the protein")
                ],
                options: [
                    names, reference,
                    .option("transcripts", "GFF3", help: "Transcripts, for c. n. and r. names."), vrs, plain,
                ],
                arguments: [name], ignoredOptions: connectionOptions.filter { $0 != "json" }),
            Command(
                name: "name", summary: "names the variants of a VCF along each transcript that they touch",
                discussion: """
                    The table has the columns CHROM, POS, REF, ALT, transcript, gene, g, c (or n), p, vrs (with --vrs) and message; a line for each \
                    alternate and transcript, one with `.` where there is none. Contigs are named by their accessions where name and length are those \
                    of GRCh37 or GRCh38. Symbolic and missing alternates have no names, and are said in the message.
                    """,
                examples: [
                    .init(
                        "helicase hgvs name --variants V.vcf.gz --transcripts T.gff3 --reference R.fa.gz --output names.tsv.gz",
                        "a table of names")
                ],
                options: [
                    .option("variants", "VCF", help: "VCF or BCF, plain or compressed.", isRequired: true), reference,
                    .option(
                        "transcripts", "GFF3", help: "Transcripts as Ensembl, GENCODE or NCBI write them.",
                        isRequired: true),
                    .option(
                        "output", "TSV", help: "Where the table goes; compressed where it ends in .gz.",
                        isRequired: true),
                    vrs, plain, force,
                ], ignoredOptions: connectionOptions),
        ])

    private static let name = Command.Argument(
        "NAME", help: "Names; quote them, for > and * mean something to a shell.", isRequired: false, isRepeatable: true
    )
    private static let names = Command.Option.option(
        "names", "FILE", help: "A file of names, one a line, plain or compressed; # begins a comment.")
    private static let reference = Command.Option.option(
        "reference", "FASTA", help: "The reference, plain or bgzip.", isRequired: true)
    private static let vrs = Command.Option.flag(
        "vrs", help: "Adds the GA4GH VRS 2.0 identifier; reads each contig whole once, for its digest.")
    private static let plain = Command.Option.flag(
        "no-parentheses", help: "p.Gly56Ala instead of p.(Gly56Ala), as ClinVar writes what is told from the DNA.")
}
