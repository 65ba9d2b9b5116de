import Commands

/// What makes molecules.
extension CommandTree {
    static let simulateMolecules = Command(
        name: "molecules", summary: "new molecules, as a language model of molecules says them",
        discussion: """
            A recurrent network that learned SMILES of molecules says new ones. It says more than --count: written are those that RDKit reads, that no earlier one \
            was, that are not among the molecules it learned from, and that pass the filters of the MOSES benchmark (reactive and unstable groups, patterns that \
            disturb assays, no charges, no ring of 8 atoms or more, C N S O F Cl Br H alone). The file has a canonical SMILES a line, without stereochemistry and \
            without a header. Printed are the shares of all texts that were said, so that the network itself can be judged; --raw writes the texts as they were \
            said, those that are no molecules among them. The same seed gives the same file for any number of threads.
            """,
        examples: [
            .init("helicase simulate molecules --count 30000 --output molecules.smi", "molecules like those of MOSES"),
            .init(
                "helicase simulate molecules --count 30000 --raw --output raw.smi", "what the network said, as it is"),
        ],
        options: [
            .option("count", "N", help: "How many.", isRequired: true),
            .option(
                "model", "NAME or FILE", help: "A model of the suite, or one that `train molecules` made.",
                default: "molecules-moses"),
            .option(
                "temperature", "T", help: "Below 1 the likely becomes likelier, and molecules more alike.", default: "1"
            ),
            .option("seed", "N", help: "Seed of everything random.", default: "1"),
            .flag("raw", help: "Writes what the network said, as it said it."),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."),
            .option("output", "SMI", help: "Where they go; compressed where it ends in .gz.", isRequired: true), force,
        ])

    static let trainMolecules = Command(
        name: "molecules", summary: "learns a language model from molecules, for `simulate` and `design molecules`",
        discussion: """
            --data has a SMILES a line, or is a table with a column smiles, SMILES, isomeric_smiles or canonical_smiles. Molecules are made canonical, without \
            stereochemistry, and count once; those that are no molecules, that have tokens the language lacks (salts of several parts among them), or too many, \
            are named and left out. A fiftieth is held out for the figures. --from goes on from the weights of another model, as for a language of one kind of drug \
            after one of all. The package also keeps which molecules are known, and how common fragments are. The same data and seed give the same model for any \
            number of threads.
            """,
        examples: [
            .init(
                "helicase train molecules --name molecules-moses --data moses_train_250k.smi.gz --output molecules-moses.safetensors",
                "makes the suite's model"),
            .init(
                "helicase train molecules --name molecules-binders --data kiba.tsv.gz --data davis.tsv.gz --from molecules-moses --spellings 3 "
                    + "--output molecules-binders.safetensors", "a model of kinase inhibitors"),
        ],
        options: [
            .option("name", "NAME", help: "What the model is called.", isRequired: true),
            .option("data", "FILE", help: "Molecules; may be repeated.", isRequired: true, isRepeatable: true),
            .option("from", "NAME or FILE", help: "The model to go on from, with its sizes."),
            .option("output", "FILE", help: "Where the model goes.", isRequired: true),
            .option("hidden", "N", help: "Numbers of a layer's state; 384 if not given."),
            .option("layers", "N", help: "Recurrent layers; 1 if not given."),
            .option("epochs", "N", help: "Passes over the molecules; 2 if not given."),
            .option("spellings", "N", help: "Spellings of each molecule beside the canonical one; none if not given."),
            .option("rate", "R", help: "The greatest learning rate; 0.002 if not given."),
            .option("longest", "N", help: "Tokens of a molecule at most; 100 if not given."),
            .option("seed", "N", help: "Seed of weights, order and what is held out; 1 if not given."),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."), force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let design = Command(
        name: "design", summary: "designs molecules for a target", ignoredOptions: connectionOptions + ["json"],
        subcommands: [designMolecules])

    private static let designMolecules = Command(
        name: "molecules", summary: "new molecules that are predicted to bind a protein, within constraints",
        discussion: """
            A language model of molecules is moved, step by step, towards those that the affinity model gives a high lower bound for the target (REINVENT: Olivecrona and \
            others 2017). It is first taught the known drugs that the affinity model thinks most of; a memory shows it its best again; a scaffold of which enough was \
            proposed is rewarded no more. Every proposal is a valid molecule that no model learned from, within all constraints below, and passes the filters of `simulate \
            molecules`. \

            Leaves in the output folder molecules.tsv (rank, SMILES, predicted affinity with its 90 % interval, the nearest known molecule and how alike it is, QED, synthetic \
            accessibility, weight, log P, and what the admet models say), molecules.smi, and index.html, a page that loads nothing, with drawings. The goal is the predicted affinity that \
            99 of 100 drugs of the affinity model's training do not reach for this target when they are predicted by their fragments alone, as new molecules are. Predictions are not measurements: nothing is made or tested in a laboratory, and a molecule \
            that was chosen for its high prediction is likelier to be worse than to be better. The same seed gives the same files for any number of threads.
            """,
        examples: [
            .init("helicase design molecules --target ABL1.fa --output abl1", "a thousand proposals for a kinase"),
            .init(
                "helicase design molecules --target EGFR.fa --like 'C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1' --scaffold 'c1ncnc2ccccc12' --count 100 "
                    + "--output egfr", "quinazolines in the manner of erlotinib"),
        ],
        options: [
            .option(
                "target", "FASTA",
                help: "The protein; its name tells constructs of the affinity model apart, such as ABL1(T315I).",
                isRequired: true),
            .option("like", "SMILES", help: "Proposals are similar to this molecule."),
            .option("min-similarity", "S", help: "With --like: ECFP4 similarity at least; 0.4 if not given."),
            .option("scaffold", "SMARTS", help: "Proposals have this pattern."),
            .option("count", "N", help: "Proposals.", default: "1000"),
            .option(
                "steps", "N", help: "Steps at most; ends early with --count proposals above the goal.", default: "300"),
            .option(
                "affinity-model", "NAME or FILE", help: "What tells affinities.", default: "affinity-davis"),
            .option("language", "NAME or FILE", help: "The language to begin with.", default: "molecules-moses"),
            .option("min-qed", "Q", help: "Drug-likeness (Bickerton and others 2012) at least; 0.35 if not given."),
            .option(
                "max-sa", "S",
                help:
                    "Synthetic accessibility (Ertl and Schuffenhauer 2009) at most, 1 easy to 10 hard; 4.5 if not given."
            ),
            .option("min-weight", "DALTON", help: "200 if not given."),
            .option("max-weight", "DALTON", help: "600 if not given."),
            .option("min-logp", "P", help: "-1 if not given."), .option("max-logp", "P", help: "6 if not given."),
            .option("min-solubility", "S", help: "log10 mol/L by admet-esol at least; -8 if not given."),
            .option(
                "scaffold-limit", "N", help: "Proposals above the goal of one Murcko scaffold at most; 25 if not given."
            ),
            .option("drawn", "N", help: "Molecules that the page draws.", default: "200"),
            .option("seed", "N", help: "Seed of everything random.", default: "1"),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."),
            .option("output", "DIR", help: "Where the files go.", isRequired: true), force,
        ])
}
