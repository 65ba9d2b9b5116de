import Clinical
import Commands
import Foundation
import Genomics
import Observability

/// `helicase classify`: what criteria that a person assigned come to.
struct ClassifyVariants {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func run() throws {
        guard (command.value("criteria") == nil) != (command.value("variants") == nil) else {
            throw StartError(.usage, "give --variants, annotated calls, or --criteria, a table of codes")
        }
        if command.value("variants") != nil { return try ClassifyCalls(command).run() }
        let (input, output) = (command.value("criteria") ?? "", command.value("output") ?? "")
        try OutputPath.checkFile(output, force: command.flag("force"))
        let table = try TableFile(path: input, comment: UInt8(ascii: "#"))
        let (variant, criteria) = (try table.place(of: "variant"), try table.place(of: "criteria_met"))
        let text = try TextOutput(path: output)
        try text.write("variant\tcriteria_met\tpoints\tclass_points\tclass_2015\tremark\n")
        var (count, disagreements, unusable) = (0, 0, 0)
        while let record = try table.next() {
            count += 1
            func refuse(_ reason: String) {
                unusable += 1
                Remark.say("\(input), line \(record.line): \(reason)")
            }
            if let flaw = table.flaw(of: record) {
                refuse(flaw)
                let name = record.fields.indices.contains(variant) ? record.fields[variant] : ""
                try text.write("\(name)\t\t\t\t\t\(flaw)\n")
                continue
            }
            let name = record.fields[variant]
            do {
                let combined = CombinedCriteria(try MetCriterion.list(record.fields[criteria]))
                let (points, rules) = (combined.classByPoints, combined.classByRules)
                if points != rules { disagreements += 1 }
                let remark =
                    points == rules ? "" : combined.isContradictory ? "contradictory" : "points and rules differ"
                let met = combined.met.map(\.name).joined(separator: ",")
                try text.write(
                    "\(name)\t\(met)\t\(combined.points)\t\(points.rawValue)\t\(rules.rawValue)\t\(remark)\n")
            } catch let error as CriterionError {
                refuse("\(name): \(error)")
                try text.write("\(name)\t\t\t\t\t\(error)\n")
            }
        }
        try text.finish()
        print(
            "\(Count.of(count, "variant")) in \(output); points and the rules of 2015 give \(Count.of(disagreements, "variant")) "
                + "different classes")
        if unusable > 0 {
            throw ControlError("\(Count.of(unusable, "variant")) of \(input) could not be classified; the others were")
        }
    }
}
