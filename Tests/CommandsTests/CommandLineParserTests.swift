import Commands
import Testing

@Suite("Command line")
struct CommandLineParserTests {
    private let parser = CommandLineParser(
        Command(
            name: "helicase", summary: "runs the suite.", options: [.flag("json", help: "Prints JSON.")],
            subcommands: [
                Command(
                    name: "run", summary: "streams one sample through the running stack.",
                    discussion: "Waits until the reports are there.\nNothing is written twice.",
                    examples: [.init("helicase run --sample HG002 --reference R.fa", "Runs one sample.")],
                    options: [
                        .option("sample", "NAME", help: "The sample.", isRequired: true),
                        .option("fastq", "FILE", help: "Reads.", isRepeatable: true),
                        .option("processes", "N", help: "Processes.", default: "2"),
                        .key(.kafka),
                    ], arguments: [.init("FILE", help: "More reads.", isRequired: false, isRepeatable: true)]),
                Command(
                    name: "models", summary: "keeps the registry.",
                    subcommands: [
                        Command(
                            name: "promote", summary: "makes a version the one in use.",
                            arguments: [.init("MODEL", help: "The model.")])
                    ]),
            ]), version: "1.2.3")

    private func mistake(_ arguments: String...) throws -> String {
        let exit = try #require(throws: CommandLineExit.self) { try parser.parse(arguments) }
        #expect(exit.status == .usage)
        return exit.text
    }

    @Test("subcommands, values, repeated flags, inherited flags and arguments are read")
    func reads() throws {
        let command = try parser.parse([
            "run", "--sample", "HG002", "--fastq", "a", "--fastq=b", "--json", "x", "--", "--y",
        ])
        #expect(command.path == ["run"])
        #expect(command.value("sample") == "HG002")
        #expect(command.values("fastq") == ["a", "b"])
        #expect(command.value("processes") == "2")
        #expect(command.flag("json"))
        #expect(command.positional == ["x", "--y"])
        #expect(try command.integer("processes", in: 1...4) == 2)
        #expect(throws: StartError.self) { try command.integer("processes", in: 3...4) }
        #expect(try parser.parse(["--json", "models", "promote", "m"]).path == ["models", "promote"])
    }

    @Test("an unknown command leads to one that is spelled alike, begins so, or lies elsewhere")
    func unknownCommands() throws {
        func hint(_ arguments: [String]) throws -> String? {
            let exit = try #require(throws: CommandLineExit.self) { try parser.parse(arguments) }
            return exit.text.split(separator: "\n").first.map(String.init)
        }
        #expect(try hint(["mo"]) == "helicase: unknown command mo: did you mean models?")
        #expect(try hint(["promote"]) == "helicase: unknown command promote: did you mean `helicase models promote`?")
        #expect(try hint(["models", "promot"]) == "helicase models: unknown command promot: did you mean promote?")
        #expect(try hint(["sing"]) == "helicase: unknown command sing: there are run, models")
    }

    @Test("flags that change nothing for a command are taken and not shown")
    func ignoredOptions() throws {
        let parser = CommandLineParser(
            Command(
                name: "helicase", summary: "x", options: [.flag("json", help: "JSON."), .flag("loud", help: "Noise.")],
                subcommands: [
                    Command(
                        name: "simulate", summary: "y", ignoredOptions: ["json"],
                        subcommands: [Command(name: "reads", summary: "z")])
                ]))
        #expect(try parser.parse(["simulate", "reads", "--json"]).path == ["simulate", "reads"])
        let help = parser.help(for: ["simulate", "reads"])
        #expect(help.contains("--loud") && !help.contains("--json"))
        #expect(parser.help().contains("--json"))
    }

    @Test("numbers and nouns agree")
    func counts() {
        #expect(Count.of(1, "SNV") == "1 SNV" && Count.of(2, "SNV") == "2 SNVs" && Count.of(0, "indel") == "0 indels")
        #expect(
            Count.of(1, "file is", "files are") == "1 file is" && Count.of(3, "file is", "files are") == "3 files are")
    }

    @Test("a mistake ends with status 2 and says what to do")
    func mistakes() throws {
        let end = "\nSee `helicase run --help`.\n"
        #expect(try mistake("run") == "helicase run: --sample NAME is missing: The sample." + end)
        #expect(
            try mistake("run", "--sampel", "x") == "helicase run: unknown flag --sampel: did you mean --sample?" + end)
        #expect(try mistake("run", "--sample", "a", "--sample", "b") == "helicase run: --sample is given twice" + end)
        #expect(try mistake("run", "--json=1") == "helicase run: --json takes no value" + end)
        #expect(try mistake("run", "--sample").hasPrefix("helicase run: --sample needs a value"))
        #expect(
            try mistake("rum") == "helicase: unknown command rum: did you mean run?\nSee `helicase --help`.\n")
        #expect(try mistake("models", "promote").hasPrefix("helicase models promote: MODEL is missing: The model."))
        #expect(try mistake("models", "promote", "a", "b").hasPrefix("helicase models promote: unexpected argument b"))
        #expect(try mistake("models").contains("COMMANDS\n  promote  makes a version the one in use.\n"))
    }

    @Test("help is asked for anywhere on the line and explains the command there")
    func help() throws {
        let exit = try #require(throws: CommandLineExit.self) { try parser.parse(["run", "--sample", "x", "--help"]) }
        #expect(exit.status == .success)
        #expect(
            exit.text == """
                helicase run: streams one sample through the running stack.

                USAGE
                  helicase run --sample NAME [options] [FILE ...]

                ABOUT
                  Waits until the reports are there.
                  Nothing is written twice.

                ARGUMENTS
                  FILE  More reads.

                OPTIONS
                  --sample NAME  The sample. (required)
                  --fastq FILE   Reads. (repeatable)
                  --processes N  Processes. (default: 2)
                  --kafka KAFKA  The Kafka brokers, host:port, separated by commas. HELICASE_KAFKA_<PROPERTY> sets
                                 any property of librdkafka, HELICASE_KAFKA_SECURITY_PROTOCOL=SASL_SSL for one.
                  --json         Prints JSON.
                  -h, --help     This text.
                  --version      The version.

                EXAMPLES
                  Runs one sample.
                      helicase run --sample HG002 --reference R.fa

                """)
        #expect(exit.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(parser.help(for: ["models", "promote"]).hasPrefix("helicase models promote: "))
    }

    @Test("the version is asked for with --version")
    func version() throws {
        let exit = try #require(throws: CommandLineExit.self) { try parser.parse(["run", "--version"]) }
        #expect(exit.text == "helicase 1.2.3\n")
        #expect(exit.status == .success)
    }

    @Test("a command may have a version of its own, which is then what --version says")
    func ownVersion() throws {
        let parser = CommandLineParser(
            Command(
                name: "helicase", summary: "runs the suite.",
                subcommands: [
                    Command(
                        name: "add", summary: "adds a file.",
                        options: [.option("version", "V", help: "The file's.", isRequired: true)])
                ]), version: "1.2.3")
        #expect(try parser.parse(["add", "--version", "7"]).value("version") == "7")
        #expect(!parser.help(for: ["add"]).contains("The version."))
        let exit = try #require(throws: CommandLineExit.self) { try parser.parse(["--version"]) }
        #expect(exit.text == "helicase 1.2.3\n")
    }

    @Test("a command's flags lie over the configuration as a service's do")
    func configuration() throws {
        let environment = ["HELICASE_KAFKA": "b:1"]
        let without = try parser.parse(["run", "--sample", "x"])
        #expect(try without.configuration(keys: [.kafka], environment: environment).string("kafka") == "b:1")
        let with = try parser.parse(["run", "--sample", "x", "--kafka", "a:1"])
        #expect(try with.configuration(keys: [.kafka], environment: environment).string("kafka") == "a:1")
    }
}
