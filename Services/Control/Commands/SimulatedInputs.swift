import Commands
import Foundation
import Genomics
import Hashing
import Simulation

/// Which profile a command names.
enum ProfileChoice {
    /// A profile of the suite by its name, or one of a file.
    static func profile(_ choice: String) throws -> SequencingProfile {
        if let known = SequencingProfile.bundled.first(where: { $0.name == choice }) { return known.profile }
        guard choice.contains("/") || choice.hasSuffix(".json") || FileManager.default.fileExists(atPath: choice)
        else {
            let names = SequencingProfile.bundled.map(\.name).joined(separator: ", ")
            throw StartError(.usage, "--profile: \"\(choice)\" is no file and none of \(names)")
        }
        let profile: SequencingProfile
        do {
            profile = try JSONDecoder().decode(SequencingProfile.self, from: try Files.read(choice))
        } catch let error as DecodingError {
            throw ControlError("\(choice) is no profile of `helicase simulate profile`: \(Self.words(error))")
        }
        if let flaw = profile.flaw { throw ControlError("\(choice): \(flaw)") }
        return profile
    }

    private static func words(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) is of another kind"
        case .dataCorrupted(let context): return "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}

/// A sample's variants, read contig by contig in the reference's order.
final class SampleVariantFile {
    private var reader: VCFReader
    private let path: String
    private let reference: ReferenceGenome
    private var ahead: Variant?

    init(path: String, sample: String, reference: ReferenceGenome) throws {
        self.path = path
        self.reference = reference
        let samples = try VCFReader(path: path).samples
        guard !samples.isEmpty else {
            throw ControlError("\(path): it names no sample, so nobody knows who has its variants; name a file with GT")
        }
        if samples.count > 1, !samples.contains(sample) {
            throw ControlError(
                "\(path): choose with --sample whose variants are meant: \(samples.prefix(10).joined(separator: ", "))"
                    + (samples.count > 10 ? ", …" : ""))
        }
        reader = try VCFReader(path: path, sample: samples.contains(sample) ? sample : samples[0])
        ahead = try next()
    }

    /// The variants of a contig; contigs are asked for in their order.
    func variants(of contig: Int) throws -> [Variant] {
        var variants: [Variant] = []
        while let variant = ahead {
            guard let number = reference.index(of: variant.contig) else {
                throw refusal("the reference has no contig \(variant.contig)")
            }
            guard number >= contig else {
                throw refusal("\(variant.contig) comes behind later contigs of the reference; sort it in their order")
            }
            guard number == contig else { break }
            if let last = variants.last, last.position > variant.position {
                throw refusal("it stands behind a later position; sort the file with `bcftools sort`")
            }
            try check(variant, contig: number)
            variants.append(variant)
            ahead = try next()
        }
        return variants
    }

    /// Throws where variants are left that no contig was asked for.
    func finish() throws {
        if let variant = ahead { throw refusal("\(variant.contig) was not expected here") }
    }

    private func next() throws -> Variant? { try reader.next() }

    private func check(_ variant: Variant, contig: Int) throws {
        guard let genotype = variant.genotype else { throw refusal("there is no genotype (GT)") }
        guard genotype.alleles.count <= 2 else {
            throw refusal("the genotype \(genotype) has \(genotype.alleles.count) copies; at most two are simulated")
        }
        let carried = Set(genotype.alleles.compactMap { $0 }).subtracting([0])
        for number in carried where number <= variant.alternates.count {
            let text = variant.alternates[number - 1]
            guard text != "*" else { continue }
            guard text.utf8.allSatisfy({ Nucleotide.isBase($0 & 0xdf) }) else {
                throw refusal("the allele \(text.prefix(40)) is no bases and cannot be put into reads")
            }
        }
        let range = variant.referenceRange
        let bases = try reference.bases(contig: contig, range.clamped(to: 0..<reference.contigs[contig].length))
        guard bases.elementsEqual(variant.reference.utf8) else {
            throw refusal("REF is not what the reference has at \(variant.contig):\(variant.position)")
        }
    }

    private func refusal(_ message: String) -> ControlError {
        ControlError("\(path), record \(reader.recordNumber): \(message)")
    }
}

/// Variants at random places: three substitutions to one insertion or deletion, two heterozygous to one homozygous.
enum RandomVariants {
    static func make(
        on contig: String, window: ReferenceWindow, every spacing: Int, using random: inout SplitMix64
    ) -> [Variant] {
        var variants: [Variant] = []
        let bases = window.bases
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
            var variant = Variant(
                contig: contig, position: window.start + position + 1, reference: reference, alternates: [alternate])
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

    func write(_ text: [UInt8]) throws { try input.write(contentsOf: Data(text)) }

    func close() throws {
        try input.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ControlError("gzip failed") }
    }
}
