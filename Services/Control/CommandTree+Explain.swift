import Commands
import Interpretation
import VariantCalling

/// What `explain` does.
extension CommandTree {
    static let explain = Command(
        name: "explain", summary: "says why a model says so",
        subcommands: [
            Command(
                name: "sequence", summary: "what each base of a sequence adds to a model's output",
                discussion: """
                    Leaves attributions.safetensors (contributions, and what every other letter would add), records.tsv with the \
                    completeness error of each record, contributions.bedgraph where records are named by their place \
                    (chr1:100-200), with --reference contributions.bw too, a logo a record as SVG, and index.html, which loads nothing. What contributions lack to the \
                    difference that they explain is their error; attributions above --maximum-error are refused. A record that \
                    is not explained is named, and makes the exit status 1. Methods: \
                    \(AttributionMethod.allCases.map(\.rawValue).joined(separator: ", ")).
                    """,
                examples: [
                    .init(
                        "helicase explain sequence --model promoter-ecoli --input candidates.fa --output why",
                        "DeepSHAP, against 20 shuffles of each sequence"),
                    .init(
                        "helicase explain sequence --model m.safetensors --input candidates.fa --output changes "
                            + "--method mutagenesis", "what every single change would do"),
                ],
                options: [
                    .option("input", "FILE", help: "The sequences.", isRequired: true),
                    .option("method", "NAME", help: "How.", default: AttributionMethod.deepSHAP.rawValue),
                    .option(
                        "maximum-error", "X",
                        help:
                            "Attributions with a greater completeness error are refused; the method's own if not given."
                    ),
                    .option("reference", "FASTA", help: "Where the records' places are; for a track as bigWig."),
                    .option("logos", "N", help: "Records of which logos are drawn, the first ones.", default: "50"),
                ] + explained, ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
            Command(
                name: "motifs", summary: "the motifs that a model looks for",
                discussion: """
                    Explains every sequence by DeepSHAP, takes the stretches where contributions stand together more than by \
                    chance, gathers those that look alike, and matches them with a library. Leaves motifs.meme, motifs.jaspar, matches.tsv with q-values, hits.bed (in genome coordinates where records are named by their \
                    place) and index.html, which loads nothing.
                    """,
                examples: [
                    .init(
                        "helicase explain motifs --model binding-SRF --sequences peaks.fa --library JASPAR.meme.gz "
                            + "--output motifs", "what a binding model learned")
                ],
                options: [
                    .option("sequences", "FILE", help: "Sequences of the class.", isRequired: true),
                    .option("library", "MEME", help: "Known motifs.", isRequired: true),
                    .option("most", "N", help: "Sequences that are explained, the first ones.", default: "2000"),
                ] + explained, ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
            Command(
                name: "variants", summary: "what the reads at an allele show, and on what the network's word rests",
                discussion: """
                    For each allele of --sites, called or not: the reads as the caller counted them (SVG), what it made of them, and \
                    which kinds of evidence moved the network, by integrated gradients against the same reads if each showed the \
                    reference. Leaves sites.tsv, sites/*.svg, contributions.safetensors and index.html, which loads nothing. An \
                    allele that cannot be explained is named, and makes the exit status 1.
                    """,
                examples: [
                    .init(
                        "helicase explain variants --alignments sample.bam --reference R.fa --sites calls.vcf.gz --output why",
                        "the calls of a sample")
                ],
                options: [
                    .option("alignments", "FILE", help: "SAM, BAM or CRAM, as it was called.", isRequired: true),
                    .option("reference", "FASTA", help: "The reference of the alignments.", isRequired: true),
                    .option("sites", "VCF", help: "The alleles.", isRequired: true),
                    .option("output", "DIR", help: "Where the files go.", isRequired: true),
                    .option(
                        "model", "NAME[@VERSION] or FILE", help: "The calling network; the suite's own if not given."),
                    .option("most", "N", help: "Alleles that are explained, the first ones.", default: "200"),
                    .option(
                        "maximum-error", "X", help: "Contributions with a greater completeness error are refused.",
                        default: "\(CallExplainer.maximumError)"), duplicates, force,
                ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
            explainExpression,
            explainResponse,
        ])

    private static let explained: [Command.Option] = [
        .option(
            "model", "NAME[@VERSION] or FILE", help: "A model of the suite, a version in the registry, or a package.",
            isRequired: true),
        .option("output", "DIR", help: "Where the files go.", isRequired: true),
        .option(
            "class", "NAME",
            help:
                "The class or output that is explained; the second of two, or the most probable of more, if not given."),
        .option("references", "N", help: "Shuffles of each sequence that DeepSHAP compares it with.", default: "20"),
        .option("reference-seed", "N", help: "The seed of the shuffles.", default: "1"),
        .option("column", "NAME", help: "The column of a table; sequence, seq or x if not given."),
        force,
    ]
}
