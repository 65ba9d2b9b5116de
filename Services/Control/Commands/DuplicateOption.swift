import Commands
import Genomics

/// The option `--duplicates` of the commands that call variants.
enum DuplicateOption {
    /// What the command line asks for.
    static func policy(_ command: ParsedCommand) throws -> DuplicatePolicy {
        let text = command.value("duplicates") ?? DuplicatePolicy.mark.description
        guard let policy = DuplicatePolicy(text) else {
            throw StartError(
                .usage, "--duplicates: \"\(text)\" is not mark, keep or umi: and a tag, such as umi:RX")
        }
        return policy
    }
}
