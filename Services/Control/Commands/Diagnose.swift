import Clinical
import Commands
import Foundation
import Genomics
import Observability

/// `helicase diagnose`: the genes whose diseases fit what people show, and what was found in them.
struct Diagnose {
    private let command: ParsedCommand
    private let method: PhenotypeRanker.Method
    private let limit: Int?

    init(_ command: ParsedCommand) throws {
        self.command = command
        let word = command.value("method") ?? ""
        guard let method = PhenotypeRanker.Method(rawValue: word) else {
            throw StartError(.usage, "--method: \"\(word)\" is neither learned nor likelihood-ratio")
        }
        self.method = method
        limit = try command.integer("limit", in: 1...100_000)
        guard (command.value("case") == nil) != (command.value("cases") == nil) else {
            throw StartError(.usage, "give --case, one phenopacket, or --cases, lines of many")
        }
        if command.value("variants") == nil {
            for option in ["sample", "classes", "inheritance"] + Self.judging where command.value(option) != nil {
                throw StartError(.usage, "--\(option) is of --variants, which is not given")
            }
        } else if command.value("classes") != nil, let option = Self.judging.first(where: { command.value($0) != nil })
        {
            throw StartError(.usage, "--classes says what the variants are, so --\(option) has nothing to judge")
        } else if command.value("cases") != nil {
            throw StartError(.usage, "--variants are of one person: give --case")
        }
        if command.value("cases") != nil {
            guard let output = command.value("output") else {
                throw StartError(.usage, "--output is missing: where the table of --cases goes")
            }
            try OutputPath.checkFile(output, force: command.flag("force"))
        } else if command.value("output") != nil {
            throw StartError(.usage, "--output is of --cases; a single case is printed")
        }
    }

    /// What variants are judged by where --classes does not say their class.
    private static let judging = ["reference", "transcripts", "clinvar", "knowledge-folder"]

    func run() throws {
        if let path = command.value("case") { try one(path) } else { try many() }
    }

    private func ranker() throws -> PhenotypeRanker {
        let knowledge = try PhenotypeFiles.knowledge(command)
        return switch method {
        case .likelihoodRatio: PhenotypeRanker(knowledge)
        case .learned: try PhenotypeRanker(knowledge, model: PhenotypeFiles.model(command))
        }
    }

    // MARK: One case

    private func one(_ path: String) throws {
        let person = try PhenotypeCase(phenopacket: Files.read(path), file: path)
        let ranker = try ranker()
        let ranking: PhenotypeRanking
        if command.value("variants") != nil {
            ranking = try CaseVariants(command, person: person).rank(person, ranker, limit: limit ?? 10)
        } else {
            ranking = ranker.rank(person, limit: limit ?? 10)
        }
        for remark in ranking.remarks { Remark.say("\(remark.term) \(remark.text)") }
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(ranking), as: UTF8.self))
        } else {
            print(RankingText.lines(ranking).joined(separator: "\n"))
        }
        guard !ranking.genes.isEmpty, ranking.present + ranking.excluded > 0 else {
            throw ControlError(
                "\(path): none of the case's terms can be used"
                    + (ranking.genes.isEmpty ? "" : "; the genes are ranked by their variants alone"))
        }
        let lost = ranking.remarks.count(where: \.isLoss)
        if lost > 0 { throw ControlError("\(path): \(Count.of(lost, "term")) could not be used; the others were") }
    }

    // MARK: Many cases

    /// What was not done of a file of cases.
    private struct Losses {
        var cases = 0
        var lost = 0
        var terms = 0
        var replaced = 0
        var unranked = 0
    }

    private func many() throws {
        let (input, output) = (command.value("cases") ?? "", command.value("output") ?? "")
        let ranker = try ranker()
        var lines = try BGZFLines(path: input)
        let table = try TextOutput(path: output)
        try table.write("case\trank\tgene\tdisease\tscore\n")
        let progress = ProgressMeter("ranking", unit: "cases")
        var losses = Losses()
        var batch: [PhenotypeCase] = []
        func flush() throws {
            for ranking in rank(batch, ranker) {
                try table.write(RankingText.rows(ranking))
                for remark in ranking.remarks where remark.kind != .replaced {
                    Remark.say("\(input), case \(ranking.id): \(remark.term) \(remark.text)")
                }
                losses.terms += ranking.remarks.count(where: \.isLoss)
                losses.replaced += ranking.remarks.count { $0.kind == .replaced }
                if ranking.genes.isEmpty {
                    losses.unranked += 1
                    Remark.say(
                        "\(input), case \(ranking.id): none of its terms can be used; it has no lines in the table")
                }
            }
            progress.advance(by: batch.count)
            batch.removeAll(keepingCapacity: true)
        }
        while let line = try lines.next() {
            if line.allSatisfy({ $0 <= 0x20 }) { continue }
            losses.cases += 1
            do {
                batch.append(try PhenotypeCase(line: line, number: losses.cases, file: input))
            } catch {
                losses.lost += 1
                Remark.say("\(error); the case is left out")
            }
            if batch.count == Self.batchSize { try flush() }
        }
        try flush()
        progress.finish()
        try table.finish()
        try report(losses, input, output)
    }

    private static let batchSize = 64

    private func report(_ losses: Losses, _ input: String, _ output: String) throws {
        if losses.replaced > 0 {
            Remark.say(
                "\(input): \(Count.of(losses.replaced, "obsolete term")) of its cases replaced by those of today")
        }
        print(
            "\(Count.of(losses.cases - losses.lost - losses.unranked, "case")) ranked in \(output) (\(method.rawValue))"
        )
        guard losses.lost + losses.terms + losses.unranked == 0 else {
            throw ControlError(
                "\(input): \(Count.of(losses.lost, "line")) could not be read, \(Count.of(losses.terms, "term")) could not be used, "
                    + "\(Count.of(losses.unranked, "case")) had none that could; the rest is in \(output)")
        }
    }

    /// Ranks cases, several at once; the answers are in their order.
    private func rank(_ cases: [PhenotypeCase], _ ranker: PhenotypeRanker) -> [PhenotypeRanking] {
        let limit = limit ?? 100
        return [PhenotypeRanking?](unsafeUninitializedCapacity: cases.count) { buffer, count in
            buffer.initialize(repeating: nil)
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: cases.count) {
                places[$0] = ranker.rank(cases[$0], limit: limit)
            }
            count = cases.count
        }.compactMap { $0 }
    }
}
