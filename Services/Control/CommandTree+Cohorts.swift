import Commands

extension CommandTree {
    static let simulateCohort = Command(
        name: "cohort", summary: "people who never lived, as a panel's haplotypes say they might, with an audit",
        discussion: """
            Learns an autoregressive network from a part of a phased panel's people, makes new ones, and audits them against those it learned from and those it \
            never saw: nearest-neighbor adversarial accuracy and privacy loss, two membership attacks, kinship, copied stretches, singletons; and what the cohort is \
            good for: frequencies, linkage, components, regressions learned from it. Where a check fails nothing is written but the audit, and the exit status \
            is 1; --force writes nevertheless, and says so in the header.

            Leaves O.vcf.gz with its index, phased; O.ped with sexes and families; O.audit.html and O.audit.json. Sites at which fewer than \
            --least-carriers haplotypes of those learned from carry the rarer allele are not made, for such an allele points at a person: a panel's singletons are \
            never in a cohort. Two runs with other seeds share the panel's people: what both tell adds up, and no audit of one says what both do. The audit is of \
            attacks that are known; it proves no differential privacy. The same seed gives the same files for any number of workers.
            """,
        examples: [
            .init(
                "helicase simulate cohort --from panel.vcf.gz --count 5000 --output cohort.vcf.gz",
                "five thousand people, if the audit holds"),
            .init(
                "helicase simulate cohort --from panel.vcf.gz --count 1000 --families 200 --seed 7 --output trios.vcf.gz",
                "1000 founders, 400 of them parents of a child each"),
        ],
        options: [
            .option("from", "VCF", help: "A panel of phased diploid genotypes without gaps.", isRequired: true),
            .option("count", "N", help: "How many unrelated people.", isRequired: true),
            .option(
                "families", "N", help: "How many pairs of them have a child, by recombination of their haplotypes.",
                default: "0"),
            .option(
                "held-out", "FRACTION",
                help: "The part of the panel's people that is audited against, never learned from.",
                default: "0.5"),
            .option(
                "least-carriers", "N", help: "Sites of fewer carriers among those learned from are not made.",
                default: "10"),
            .option(
                "penalty", "P",
                help: "What hanging on another allele costs; more tells less of people and keeps less linkage.",
                default: "0.012"),
            .option("seed", "N", help: "Seed of everything random, who is held out among it.", default: "1"),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."),
            .option("output", "VCF.GZ", help: "Where the people go.", isRequired: true),
            .flag("force", help: "Replaces files that are there, and writes in spite of a failed check."),
        ])
}
