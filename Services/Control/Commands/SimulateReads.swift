import Commands
import Foundation
import Genomics
import Hashing
import Observability
import Simulation

/// `helicase simulate reads`: a sample with known variants, as FASTQ files and a truth set.
struct SimulateReads {
    private let command: ParsedCommand
    private let seed: UInt64

    init(_ command: ParsedCommand) throws {
        self.command = command
        seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
    }

    func run() throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFolder(output)
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let every = try command.integer("spacing", in: 50...10_000_000) ?? 1000
        let coverage = try command.integer("coverage", in: 1...10_000) ?? 40
        let sample = command.value("sample") ?? "SIMULATED"
        guard SampleName.isValid(sample) else {
            throw StartError(.usage, "--sample: \(SampleName.rule)")
        }
        let names = ["truth.vcf.gz", "R1.fastq.gz", "R2.fastq.gz", "regions.bed"].map { "\(sample).\($0)" }
        try OutputPath.checkNew(names, in: output, force: command.flag("force"))
        try Files.makeFolder(output)
        var truth = try VCFWriter(
            path: "\(output)/\(sample).truth.vcf.gz",
            header: VCFHeader(
                contigs: reference.contigs, sample: sample, source: "Helicase",
                formats: [.init("GT", number: "1", type: "String", "Genotype")]))
        let files = try ["R1", "R2"].map { try FASTQFile("\(output)/\(sample).\($0).fastq.gz") }
        var random = SplitMix64(seed: seed)
        var (variantCount, pairs) = (0, 0)
        let progress = ProgressMeter("simulating", total: reference.contigs.reduce(0) { $0 + $1.length }, unit: "bases")
        for (index, contig) in reference.contigs.enumerated() {
            let bases = try reference.bases(contig: index, 0..<contig.length)
            let variants = RandomVariants.make(on: contig.name, bases: bases, every: every, using: &random)
            for variant in variants { try truth.write(variant) }
            variantCount += variants.count
            let simulator = ReadSimulator(
                contig: contig.name, window: ReferenceWindow(start: 0, bases: bases), variants: variants,
                profile: .hiSeqX, coverage: Double(coverage), seed: random.next())
            for number in 0..<simulator.count {
                guard let fragment = simulator.fragment(number) else { continue }
                for (file, record) in zip(files, fragment.records) { try file.write(record) }
                pairs += 1
            }
            progress.advance(by: contig.length)
        }
        progress.finish()
        try truth.finish()
        for file in files { try file.close() }
        let bed = reference.contigs.map { "\($0.name)\t0\t\($0.length)\n" }.joined()
        try Files.write(bed, to: "\(output)/\(sample).regions.bed")
        print(
            "\(sample): \(Count.of(pairs, "pair")) of reads with \(Count.of(variantCount, "variant")) in \(output)")
    }
}

/// Variants at random places: three substitutions to one insertion or deletion, two heterozygous to one homozygous.
enum RandomVariants {
    static func make(
        on contig: String, bases: [UInt8], every spacing: Int, using random: inout SplitMix64
    ) -> [Variant] {
        var variants: [Variant] = []
        let letters = Array("ACGT".utf8)
        var position = 200
        while position + 200 < bases.count {
            defer { position += spacing / 2 + Int(random.next() % UInt64(spacing)) }
            let base = bases[position]
            guard letters.contains(base) else { continue }
            func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
            var (reference, alternate) = (text([base]), "")
            switch random.next() % 8 {
            case 0: alternate = reference + text((0...(random.next() % 6)).map { _ in letters[Int(random.next() % 4)] })
            case 1:
                reference = text(bases[position...(position + 1 + Int(random.next() % 6))])
                alternate = text([base])
            default: alternate = text([letters.filter { $0 != base }[Int(random.next() % 3)]])
            }
            var variant = Variant(contig: contig, position: position + 1, reference: reference, alternates: [alternate])
            variant.genotype = Genotype(random.next() % 3 == 0 ? [1, 1] : [0, 1])
            variants.append(variant)
        }
        return variants
    }
}

/// A FASTQ file that is written through gzip.
final class FASTQFile {
    private let process = Process()
    private let input: FileHandle
    private var buffer = Data()

    init(_ path: String) throws {
        try Files.write(Data(), to: path)
        let file = try Files.act(path, .write) { try FileHandle(forWritingTo: URL(fileURLWithPath: path)) }
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-1", "-n", "-c"]
        process.standardInput = pipe
        process.standardOutput = file
        input = pipe.fileHandleForWriting
        try Files.act("gzip", .start) { try process.run() }
    }

    func write(_ record: BAMRecord) throws {
        buffer.append(UInt8(ascii: "@"))
        buffer.append(contentsOf: record.name)
        buffer.append(UInt8(ascii: "\n"))
        buffer.append(contentsOf: record.sequence)
        buffer.append(contentsOf: Array("\n+\n".utf8))
        buffer.append(contentsOf: record.qualities.map { $0 + 33 })
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 1 << 18 {
            try input.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
    }

    func close() throws {
        try input.write(contentsOf: buffer)
        try input.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ControlError("gzip failed") }
    }
}
