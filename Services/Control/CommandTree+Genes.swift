import Commands

/// What finds the genes of bacteria, fits the model that does, and compares genes.
extension CommandTree {
    static let predictGenes = Command(
        name: "genes", summary: "finds the genes of a bacterial genome that code for proteins",
        discussion: """
            Reads FASTA, plain or gzip, and writes GFF3: a CDS a gene, from its start codon (ATG, GTG or TTG, genetic code 11) to its stop \
            codon. Codons and the bases around starts are learned from the long reading frames of the genome itself, so the file should \
            hold one genome; of one too small for that the model's own are taken, or what its composition lets expect, and \
            it is said. A gene that runs over a contig's end or a gap (three unknown codons) has partial=10, 01 or 11, as Prodigal \
            writes it. The column score is the logarithm of the odds of a gene, conf and start_conf are percentages, rbs_motif and \
            rbs_spacer say where the ribosome binds.
            """,
        examples: [
            .init("helicase predict genes --reference genome.fa.gz --output genes.gff3", "the genes of a genome"),
            .init(
                "helicase predict genes --reference plasmid.fa --circular --output genes.gff3",
                "of closed circles, where a gene may run over the end"),
        ],
        options: [
            .option("reference", "FASTA", help: "The genome, one contig a record.", isRequired: true),
            .option("output", "GFF3", help: "Where the genes go; compressed where it ends in .gz.", isRequired: true),
            .flag("circular", help: "The contigs are closed to circles."),
            .flag("transcripts", help: "Adds a gene and a transcript to each CDS, as bcftools csq wants them."),
            .flag(
                "promoters",
                help: "Asks promoter-ecoli too: says the likeliest promoter before each gene, and tips doubtful ones."),
            .option("model", "FILE", help: "A model that `train genes` made; that of the suite if not given."),
            force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let trainGenes = Command(
        name: "genes", summary: "fits the model that judges genes to half a genome whose genes are known",
        discussion: """
            The genes are GFF3 or a table with the columns start, end (from 0, the end not included) and strand. The half that is not \
            named stays unseen, for `evaluate genes --half`.
            """,
        examples: [
            .init(
                "helicase train genes --reference genome.fa.gz --genes genes.csv.gz --half first --output genes.safetensors",
                "makes a model")
        ],
        options: [
            .option("reference", "FASTA", help: "The genome.", isRequired: true),
            .option("genes", "FILE", help: "Its genes.", isRequired: true),
            .option("half", "first|second", help: "Which half of each contig to train on.", default: "first"),
            .option("output", "FILE", help: "Where the model goes.", isRequired: true),
            .option("seed", "N", help: "Seed of the first member; 1 if not given."),
            .option("epochs", "N", help: "Passes over the examples."),
            .option("members", "N", help: "Networks whose mean is said."), force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let evaluateGenes = Command(
        name: "genes", summary: "how many ends and starts of genes are right",
        discussion: """
            A gene is found if a prediction ends with the same stop codon, and exact if it begins at the same base too. Known genes are \
            those of the file that are open from a start to a stop codon in the reference; what else it holds (pseudogenes, genes of RNA, \
            parts) is not asked for, and predictions most of which lie on such a record are counted apart: strict precision has them as wrong.
            """,
        examples: [
            .init(
                "helicase evaluate genes --predictions genes.gff3 --truth genes.csv.gz --reference genome.fa.gz --half second",
                "on the half that was not trained on")
        ],
        options: [
            .option("predictions", "GFF3", help: "The genes that were found.", isRequired: true),
            .option("truth", "FILE", help: "GFF3, or a table with start, end and strand.", isRequired: true),
            .option("reference", "FASTA", help: "The genome, which shows what is a pseudogene."),
            .option("half", "first|second", help: "Only genes that end in this half of each contig."),
            .option("regions", "BED", help: "Only genes that end in these regions."),
        ], ignoredOptions: connectionOptions)
}
