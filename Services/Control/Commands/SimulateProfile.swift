import Commands
import Foundation
import Genomics
import Hashing
import Observability
import Simulation

/// `helicase simulate profile`: learns from real reads how a sequencer reads.
struct SimulateProfile {
    private let command: ParsedCommand
    private let technology: SequencingTechnology?

    init(_ command: ParsedCommand) throws {
        self.command = command
        technology = try command.value("technology").map { name in
            guard let kind = SequencingTechnology(rawValue: name) else {
                let names = SequencingTechnology.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartError(.usage, "--technology: \"\(name)\" is none of \(names)")
            }
            return kind
        }
        if command.flag("compare"), command.value("truth") == nil {
            throw StartError(.usage, "--compare needs --truth: the simulated sample has its variants")
        }
    }

    func run() throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        try OutputFile.check(output)
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let regions = try command.value("regions").map { try RegionFile.bed($0, reference: reference) }
        let truth = try command.value("truth").map { try VCFReader.variants(path: $0) }
        if let truth, let first = truth.first(where: { reference.index(of: $0.contig) == nil }) {
            throw ControlError("--truth: the reference has no contig \(first.contig)")
        }
        var learner: ProfileLearner?
        var sources: [SequencingProfile.Source] = []
        var (extent, problems) = (0, 0)
        for path in command.values("alignments") {
            let before = learner?.lookedAt ?? 0
            let file = AlignmentSource(path: path, reference: reference)
            let kind = try learner?.technology ?? technology ?? file.technology()
            let current =
                learner
                ?? ProfileLearner(reference: reference, technology: kind, truth: truth, regions: regions)
            learner = current
            extent += try file.read(into: current)
            problems += file.problems
            sources.append(
                .init(
                    file: URL(fileURLWithPath: path).lastPathComponent,
                    sha256: try SHA256Digest.hexadecimal(ofFile: path), bases: current.lookedAt - before))
        }
        guard let learner else { throw StartError(.usage, "--alignments: a file's name is missing") }
        let name = command.value("name") ?? sources.map(\.file).joined(separator: ", ")
        let learned: LearnedProfile
        do {
            learned = try learner.profile(name: name, sources: sources, extent: extent)
        } catch {
            throw ControlError("\(sources.map(\.file).joined(separator: ", ")): \(error.message)")
        }
        try Files.write(Data(learned.profile.json.utf8), to: output)
        print("\(learned.profile.technology.rawValue) reads: \(output)")
        let width = learned.figures.reduce(0) { max($0, $1.name.count) } + 2
        for (name, value) in learned.figures {
            print("  " + name.padding(toLength: width, withPad: " ", startingAt: 0) + value)
        }
        for remark in learned.remarks { Remark.say(remark) }
        if truth == nil {
            Remark.say(
                "without --truth, positions at which a fifth of the reads differ were taken for the sample's variants")
        }
        if command.flag("compare"), let truth {
            try ProfileComparison(reference: reference, regions: regions, truth: truth, profile: learned.profile)
                .show(beside: learner.candidates)
        }
        if problems > 0 {
            throw ControlError("\(Count.of(problems, "record")) could not be used; the profile is of the others")
        }
    }
}

/// The records of an alignment file on their way to a learner.
private final class AlignmentSource {
    private(set) var problems = 0
    private let path: String
    private let reference: ReferenceGenome

    init(path: String, reference: ReferenceGenome) {
        self.path = path
        self.reference = reference
    }

    private func open() throws -> ReadFile {
        let file = try ReadFile(.alignments(path), readGroup: "sample", reference: reference)
        guard file.header != nil, file.isMapped else {
            throw ControlError("\(path): no read of it is mapped, and a profile is learned from reads that are")
        }
        return file
    }

    /// What the read groups say, or else the lengths and qualities of the first reads.
    func technology() throws -> SequencingTechnology {
        let file = try open()
        let platforms = Set(file.readGroups.compactMap { $0.platform?.uppercased() })
        if let kind = SequencingTechnology.allCases.first(where: { platforms == [$0.platform] }) { return kind }
        var (lengths, qualities): ([Int], [Double]) = ([], [])
        while lengths.count < 200, let item = try file.next() {
            guard case .fragment(let records) = item else { continue }
            for record in records where record.sequenceLength > 0 && record.quality(0) != 0xff {
                lengths.append(record.sequenceLength)
                qualities.append(
                    Double(record.qualities.reduce(0) { $0 + Int($1) }) / Double(record.sequenceLength))
            }
        }
        guard !lengths.isEmpty else { throw ControlError("\(path): no read with qualities was found") }
        lengths.sort()
        qualities.sort()
        if lengths[lengths.count / 2] < 500 { return .shortPairs }
        return qualities[qualities.count / 2] < 27 ? .nanopore : .hifi
    }

    /// Reads the file; gives the positions of the reference from its first to its last read, over all contigs.
    func read(into learner: ProfileLearner) throws -> Int {
        let file = try open()
        guard let header = file.header else { return 0 }
        let contigs = header.contigs.map { reference.index(of: $0.name) }
        var spans: [Int: Range<Int>] = [:]
        let progress = ProgressMeter("learning", total: file.totalBytes.map(Int.init), unit: "bytes")
        try learner.beginFile()
        var number = 0
        while let item = try file.next() {
            switch item {
            case .fragment(let records):
                for record in records {
                    number += 1
                    guard record.referenceID >= 0, let contig = contigs[Int(record.referenceID)] else { continue }
                    do {
                        try learner.add(record, contig: contig)
                    } catch {
                        throw ControlError("\(path), record \(number), \(error.field ?? "POS"): \(error.message)")
                    }
                    let range = record.referenceRange
                    let known = spans[contig] ?? range
                    spans[contig] = known.lowerBound..<max(known.upperBound, range.upperBound)
                }
            case .problem(let problem):
                if problem.isLoss { problems += 1 }
                Remark.say("\(problem.file), record \(problem.record), \(problem.field): \(problem.message)")
            }
            progress.set(Int(file.bytesRead))
        }
        try learner.finish()
        progress.finish()
        return spans.values.reduce(0) { $0 + $1.count }
    }
}

/// Real reads beside reads that are simulated by the profile learned from them.
private struct ProfileComparison {
    let reference: ReferenceGenome
    let regions: BED?
    let truth: [Variant]
    let profile: SequencingProfile

    /// At most so much is simulated, the first of the regions.
    private static let longest = 2_000_000

    func show(beside real: CandidateCensus) throws {
        let twin = try candidates(depth: real.depth.sum / Double(max(1, real.positions)))
        let simulated = Dictionary(twin.figures.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let known = Set(real.figures.map(\.name))
        let rows =
            real.figures + twin.figures.filter { !known.contains($0.name) }.map { (name: $0.name, value: 0) }
        let width = rows.reduce(0) { max($0, $1.name.count) } + 2
        print("".padding(toLength: width, withPad: " ", startingAt: 0) + "      real  simulated")
        for row in rows {
            let numbers = [row.value, simulated[row.name] ?? 0].map { String(format: "%10.2f", $0) }
            print(row.name.padding(toLength: width, withPad: " ", startingAt: 0) + numbers.joined(separator: " "))
        }
    }

    private func candidates(depth: Double) throws -> CandidateCensus {
        let margin = profile.technology.isLong ? 50_000 : 2000
        var left = Self.longest
        let wanted = regions ?? BED(reference.contigs.map { ($0.name, 0..<$0.length) })
        var widened: [(contig: String, range: Range<Int>)] = []
        for contig in reference.contigs {
            for range in wanted.ranges[contig.name] ?? [] where left > 0 {
                let taken = range.lowerBound..<min(range.upperBound, range.lowerBound + left)
                left -= taken.count
                widened.append((contig.name, max(0, taken.lowerBound - margin)..<(taken.upperBound + margin)))
            }
        }
        let genome = SimulatedGenome(
            reference: reference, profile: profile, coverage: depth, mixture: SimulatedMixture(), seed: 1,
            readGroup: "twin")
        let mapper = try ReadMapper(reference: reference, preset: profile.technology.preset)
        let learner = ProfileLearner(
            reference: reference, technology: profile.technology, truth: truth, regions: regions)
        let stretches = genome.stretches(regions: BED(widened))
        let progress = ProgressMeter(
            "simulating", total: stretches.reduce(0) { $0 + $1.core.count }, unit: "bases")
        for number in reference.contigs.indices {
            let own = stretches.filter { $0.contig == number }
            guard !own.isEmpty else { continue }
            let name = reference.contigs[number].name
            let variants = try genome.resolve(truth.filter { $0.contig == name }, contig: number)
            var records: [BAMRecord] = []
            for stretch in own {
                let simulator = try genome.simulator(of: stretch, variants).simulator
                for index in 0..<simulator.count {
                    guard let fragment = simulator.fragment(index) else { continue }
                    records += try mapper.map(fragment.records).filter { Int($0.referenceID) == number }
                }
                progress.advance(by: stretch.core.count)
            }
            records.sort { ($0.position, $0.flags.rawValue) < ($1.position, $1.flags.rawValue) }
            _ = DuplicateMarker().mark(&records)
            for record in records { try learner.add(record, contig: number) }
        }
        try learner.finish()
        progress.finish()
        return learner.candidates
    }
}
