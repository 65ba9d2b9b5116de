import Commands

/// Who answers for a report.
extension CommandTree {
    /// `helicase report key | sign | verify`.
    static let signing: [Command] = [
        Command(
            name: "key", summary: "makes a pair of keys to sign reports with",
            discussion: """
                The private key (Ed25519) is for its owner alone: the file has the mode 0600, and a key that others may read is refused later. \
                The public one goes to FILE.pub, a line for the list of trusted keys of those who verify.
                """,
            examples: [
                .init("helicase report key --output director.key --signer 'A. Ogura, MD'", "and director.key.pub")
            ],
            options: [
                .option(
                    "output", "FILE", help: "Where the private key goes; FILE.pub is the public one.", isRequired: true),
                .option("signer", "NAME", help: "Whose it is: the name that its signatures may state."),
                force,
            ], ignoredOptions: connectionOptions + ["json"]),
        Command(
            name: "sign", summary: "signs a report, or any other file",
            discussion: """
                The signature lies beside the file (FILE.sig, JSON): who signed which SHA-256 when, with which key. The file itself stays as it is. \
                With --audit the act is an entry of the audit chain as well.
                """,
            examples: [
                .init(
                    "helicase report sign out/S.report.json --key director.key --signer 'A. Ogura, MD'",
                    "leaves out/S.report.json.sig")
            ],
            options: [
                .option("key", "FILE", help: "The private key, of `helicase report key`.", isRequired: true),
                .option("signer", "NAME", help: "Who signs.", isRequired: true),
                .option("output", "FILE", help: "Where the signature goes, instead of beside the file."),
                .flag("audit", help: "Adds the act to the audit chain of the database."),
                force,
            ], arguments: [.init("FILE", help: "What is signed.")],
            ignoredOptions: ["json", "kafka", "topic-prefix", "partitions"]),
        Command(
            name: "verify", summary: "whether a signature is of this file, and whose",
            discussion: """
                The status is 0 only where the file has the bytes that were signed, by a key that --trusted lists (a line each as in \
                FILE.pub, with the name that it may state), and 1 where it has not, or by another key. Without --trusted it is 3 for \
                a file that is whole: whose key that is, a signature cannot say, so anybody may have signed it.
                """,
            examples: [
                .init(
                    "helicase report verify S.report.json --trusted laboratory.keys",
                    "with the signature S.report.json.sig")
            ],
            options: [
                .option("signature", "FILE", help: "The signature, where it is not FILE.sig."),
                .option(
                    "trusted", "FILE", help: "Public keys that may have signed, with the names that they may state."),
            ], arguments: [.init("FILE", help: "What was signed.")], ignoredOptions: connectionOptions),
    ]
}
