import Commands
import Foundation
import TaskCatalog
import Tasks

/// `helicase`: the operator's command.
@main
struct Helicase {
    static func main() async {
        let command: ParsedCommand
        do {
            command = try CommandLineParser(CommandTree.root).parse(Array(CommandLine.arguments.dropFirst()))
        } catch {
            error.exit()
        }
        do {
            try await run(command)
            exit(ExitStatus.success.rawValue)
        } catch let error as Interrupted {
            complain(error)
            exit(Interrupted.status)
        } catch let error as ReportSigning.UnknownSigner {
            complain(error)
            exit(ReportSigning.UnknownSigner.status)
        } catch let error as StartError {
            complain(error)
            exit(error.exitStatus.rawValue)
        } catch {
            complain(error)
            exit(ExitStatus.failure.rawValue)
        }
    }

    private static func run(_ command: ParsedCommand) async throws {
        switch command.path {
        case ["stack", "up"]: try await StackCommands.up(command)
        case ["stack", "down"]: try await StackCommands.down(command)
        case ["stack", "status"]: try await StackCommands.status(command)
        case ["stack", "scale"]: try await StackCommands.scale(command)
        case ["stack", "restart"]: try await StackCommands.restart(command)
        case ["stack", "logs"]: try await StackLogs(command).run()
        case ["stack", "supervise"]: try await StackCommands.supervise(command)
        case ["broker"]:
            try await EmbeddedBrokerProcess.serve(
                addressFile: command.value("address-file") ?? "",
                topicPrefix: command.value("topic-prefix") ?? "helicase.")
        case ["run"]: try await RunCommand(command).run()
        case let path where path.first == "runs": try await RunsCommands.run(path[1], command)
        case ["report", "get"]: try await ReportCommands.get(command)
        case ["report", "why"]: try await ReportReasons.why(command)
        case ["report", "diff"]: try await ReportReasons.diff(command)
        case ["report", "render"]: try await ReportReasons.render(command)
        case ["report", "replay"]: try await ReportAmendments.replay(command)
        case ["report", "reanalyse"]: try await ReportAmendments.reanalyse(command)
        case ["report", "key"]: try ReportSigning.makeKey(command)
        case ["report", "sign"]: try await ReportSigning.sign(command)
        case ["report", "verify"]: try ReportSigning.verify(command)
        case let path where path.first == "dead-letters": try await DeadLetterCommands.run(path[1], command)
        case ["predict", "variants"]: try await PredictVariants(command).run()
        case ["predict", "effect"]: try await PredictItems.effects(command).run()
        case ["predict", "scan"]: try await PredictScan(command).run()
        case ["predict", "genes"]: try await PredictGenes(command).run()
        case ["predict", "expression"]: try await ExpressionCommands.predict(command)
        case ["predict", "pathogenicity"]: try PredictPathogenicity(command).run()
        case ["predict", "response"] where RankResponses.isAsked(command): try await RankResponses(command).run()
        case let path where path.first == "predict":
            guard let task = TaskCatalog.suite.itemTask(path[1]) else {
                preconditionFailure("predict \(path[1]) is declared and not handled")
            }
            try await PredictItems(
                task, command, input: command.declares("pairs") ? "pairs" : "input",
                options: TaskOptions.companions(command, of: task)
            ).run()
        case let path where path.first == "hgvs": try HGVSCommands.run(path[1], command)
        case ["joint"]: try JointVariants.run(command)
        case ["interpret"]: try InterpretCommand(command).run()
        case ["classify"]: try ClassifyVariants(command).run()
        case ["pharmacogenomics"]: try PharmacogenomicsCommand.run(command)
        case ["diagnose"]: try Diagnose(command).run()
        case ["risk"]: try RiskScores(command).run()
        case ["ancestry"]: try CohortCommands.ancestry(command)
        case ["kinship"]: try CohortCommands.kinship(command)
        case ["annotate"]: try AnnotateVariants.run(command)
        case ["explain", "sequence"]: try await ExplainSequence(command).run()
        case ["explain", "motifs"]: try await ExplainMotifs(command).run()
        case ["explain", "response"]: try ExplainResponse(command).run()
        case ["explain", "variants"]: try await ExplainVariants(command).run()
        case ["explain", "expression"]: try await ExplainExpression(command).run()
        case ["check"]: try CheckCommand.run(command)
        case ["evaluate", "variants"]:
            var evaluation = try EvaluateVariants(command)
            try evaluation.run()
        case ["evaluate", "sequence"]: try EvaluateItems.run(command)
        case ["evaluate", "genes"]: try await EvaluateGenes.run(command)
        case ["data", "audit"]: try await DataAudit(command).run()
        case ["train", "variants"]: try await TrainVariants(command).run()
        case ["train", "network"]: try await TrainNetwork(command).run()
        case ["train", "sequence"]: try await TrainSequence(command).run()
        case ["train", "genes"]: try await TrainGenes(command).run()
        case ["train", "phenotype"]: try await TrainPhenotype(command).run()
        case ["train", "expression"]: try await ExpressionCommands.train(command)
        case ["train", "pathogenicity"]: try await TrainPathogenicity(command).run()
        case ["train", "molecules"]: try TrainMolecules(command).run()
        case ["design", "molecules"]: try DesignMolecules(command).run()
        case let path where path.first == "train":
            guard let task = TaskCatalog.suite.task(path[1]) as? any TableTrainedTask else {
                preconditionFailure("train \(path[1]) is declared and not handled")
            }
            try await TrainTables(task, command).run()
        case let path where path.first == "jobs": try await JobCommands.run(path[1], command)
        case ["simulate", "reads"]: try await SimulateReads(command).run()
        case ["simulate", "cohort"]: try SimulateCohort(command).run()
        case ["simulate", "profile"]: try SimulateProfile(command).run()
        case ["simulate", "examples"]: try await SimulateExamples(command).run()
        case ["simulate", "sequences"]:
            var sequences = try SimulateSequences(command)
            try sequences.run()
        case ["simulate", "molecules"]: try SimulateMolecules(command).run()
        case ["models", "shadow"]: try await ExperimentCommands.begin(.shadow, command)
        case ["models", "canary"]: try await ExperimentCommands.begin(.canary, command)
        case ["models", "experiment", "show"]: try await ExperimentCommands.show(command)
        case ["models", "experiment", "stop"]: try await ExperimentCommands.stop(command)
        case let path where path.first == "models": try await ModelCommands.run(path[1], command)
        case let path where path.first == "knowledge": try await KnowledgeCommands.run(path[1], command)
        case let path where path.first == "audit": try await AuditCommands.run(path[1], command)
        case let path where path.first == "topics": try await TopicCommands.run(path[1], command)
        case let path where path.first == "schemas": try SchemaCommands.run(path[1], command)
        case let path where path.first == "database": try await DatabaseCommands.run(path[1], command)
        default: preconditionFailure("the command \(command.path) is declared and not handled")
        }
    }

    private static func complain(_ error: any Error) {
        FileHandle.standardError.write(Data("helicase: \(ErrorText.sentence(error))\n".utf8))
    }
}
