import Commands
import Events
import Foundation
import Genomics
import Hashing

/// Why a request is not followed.
public struct RequestRefused: Error, Sendable, CustomStringConvertible {
    /// What is wrong with it, and what to do.
    public var description: String

    /// Makes a refusal of a sentence.
    public init(_ description: String) { self.description = description }
}

extension IngestRequest {
    /// The most files of a run.
    public static let inputLimit = 4096
    /// The most regions that travel in the request itself.
    public static let inlineRegionLimit = 20_000
    /// The most bytes of a BED file of regions.
    public static let regionBytesLimit = 256 << 20
    /// The most bytes of a VCF file of sites.
    public static let sitesBytesLimit = 256 << 20

    /// Throws unless names are names, sizes are bounded, and reference and sites lie where services may read.
    ///
    /// Every stage asks where it takes a request up: whoever can write to `jobs` may ask for anything.
    public func check(_ roots: DataRoots, isVouched: Bool) throws(RequestRefused) {
        guard SampleName.isValid(sample) else { throw RequestRefused("sample: \(SampleName.rule)") }
        guard inputs.allSatisfy({ ($0.format == .items) == (task != nil) }) else {
            throw RequestRefused("inputs: those of the format items belong to a request with a task, and no others do")
        }
        guard variants == nil || inputs.count == 1 && interim != true && sites == nil else {
            throw RequestRefused("inputs: calls come alone, without interim reports and sites: nothing is called")
        }
        if let clinical {
            guard task == nil else { throw RequestRefused("clinical belongs to calls, not to a task") }
            try clinical.check()
            for file in clinical.files { try Self.check(file.path, "clinical", roots, isVouched) }
        }
        guard task == nil || (sex, ploidy, sites) == (nil, nil, nil) else {
            throw RequestRefused("sex, ploidy and sites belong to the calling of variants, not to a task")
        }
        if let task {
            try task.check()
            for file in task.tracks ?? [] { try Self.check(file.path, "task.tracks", roots, isVouched) }
            for file in task.files ?? [] { try Self.check(file.path, "task.files", roots, isVouched) }
            if reference.isEmpty { return }
        }
        guard (referenceDigest.utf8.count <= 128), referenceDigest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw RequestRefused("referenceDigest: this is no digest")
        }
        if task != nil { return try Self.check(reference, "reference", roots, isVouched) }
        guard ReadMapper.Preset(rawValue: preset) != nil else {
            throw RequestRefused("preset: \(preset.prefix(40)) is not one of sr, map-hifi, map-ont")
        }
        do throws(EventError) {
            _ = try duplicatePolicy()
            _ = try sexChoice()
        } catch { throw RequestRefused(error.description) }
        guard (ploidy?.count ?? 0) <= Self.ploidyLimit else {
            throw RequestRefused("ploidy: more than \(Self.ploidyLimit) stretches")
        }
        for stretch in ploidy ?? [] where !(0...PloidyStretch.most).contains(stretch.copies) {
            throw RequestRefused(
                "ploidy: \(stretch.copies) is not a number of chromosomes of 0 to \(PloidyStretch.most)")
        }
        if let sites {
            try Self.check(sites.path, "sites", roots, isVouched)
            guard sites.digest.utf8.count == 64, sites.digest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw RequestRefused("sites: the digest is no SHA-256")
            }
        }
        try Self.check(reference, "reference", roots, isVouched)
        guard (regions?.count ?? 0) <= Self.inlineRegionLimit else {
            throw RequestRefused(
                "regions: more than \(Self.inlineRegionLimit); store them as an artifact and name it as regionsArtifact"
            )
        }
        for region in regions ?? [] {
            guard region.start >= 1, region.end >= region.start - 1, region.end <= 1 << 40,
                region.contig.utf8.count <= 1000
            else { throw RequestRefused("regions: \("\(region)".prefix(80)) is no stretch of a contig") }
        }
        if let file = regionsArtifact {
            guard SampleName.isValid(file.name), (0...Self.regionBytesLimit).contains(file.size) else {
                throw RequestRefused("regionsArtifact: no usable name, or more than \(Self.regionBytesLimit >> 20) MB")
            }
        }
    }

    /// Throws unless every input is a regular file that lies where services may read.
    public func checkInputs(_ roots: DataRoots, isVouched: Bool) throws(RequestRefused) {
        guard (1...Self.inputLimit).contains(inputs.count) else {
            throw RequestRefused("inputs: a run has 1 to \(Self.inputLimit) of them, not \(inputs.count)")
        }
        for path in inputs.flatMap({ [$0.path, $0.matePath].compactMap { $0 } }) {
            guard path != "-" else {
                throw RequestRefused("inputs: standard input is read by `helicase run` and not through a topic")
            }
            try Self.check(path, "inputs", roots, isVouched)
        }
    }

    private static func check(
        _ path: String, _ field: String, _ roots: DataRoots, _ isVouched: Bool
    ) throws(RequestRefused) {
        if let flaw = roots.flaw(of: path, isVouched: isVouched) {
            throw RequestRefused("\(field): \(path.prefix(200)): \(flaw)")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw RequestRefused("\(field): \(path.prefix(200)): this is no regular file")
    }
}

extension ClinicalRequest {
    /// Throws unless names are names and sizes are bounded.
    func check() throws(RequestRefused) {
        guard knowledge.count <= 100, genes.count <= 10_000, genes.allSatisfy({ (1...100).contains($0.utf8.count) })
        else { throw RequestRefused("clinical: at most 100 files and 10,000 genes") }
        let texts = knowledge.flatMap { [$0.role, $0.name, $0.version, $0.licence ?? ""] }
        guard texts.allSatisfy({ $0.utf8.count <= 1000 && $0.utf8.allSatisfy { $0 >= 0x20 } }),
            knowledge.allSatisfy({ !$0.name.isEmpty })
        else { throw RequestRefused("clinical.knowledge: each file has a name, and short texts") }
        let isHexadecimal: (UInt8) -> Bool = { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        for file in files where file.digest.utf8.count != 64 || !file.digest.utf8.allSatisfy(isHexadecimal) {
            throw RequestRefused("clinical: \(file.path.prefix(200)): the digest is no SHA-256")
        }
    }

    /// Throws unless every file is the one that the run was asked with.
    public func checkFiles(_ digests: FileDigests) throws(GenomicsError) {
        for file in files {
            let digest: String
            do { digest = try digests.sha256(ofFile: file.path) } catch {
                throw GenomicsError(
                    .cannotRead, "cannot be read where this process runs: \(error)", file: file.path)
            }
            guard digest == file.digest else {
                throw GenomicsError(
                    .referenceMismatch,
                    "is not the file that the run was asked with: it was replaced, or is another one where this process runs",
                    file: file.path)
            }
        }
    }
}

extension TaskRequest {
    /// Throws unless names are names and sizes are bounded.
    func check() throws(RequestRefused) {
        for (field, files) in [("tracks", tracks ?? []), ("files", files ?? [])] {
            let names = files.map(\.name)
            guard names.count <= 100, Set(names).count == names.count, names.allSatisfy({ !$0.isEmpty }) else {
                throw RequestRefused("task.\(field): at most 100, each with a name of its own")
            }
        }
        let texts =
            [name, model] + (options ?? [:]).keys + ((tracks ?? []) + (files ?? [])).flatMap { [$0.name, $0.digest] }
        func isShort(_ text: String, _ limit: Int, but separator: UInt8? = nil) -> Bool {
            text.utf8.count <= limit && text.utf8.allSatisfy { $0 >= 0x20 || $0 == separator }
        }
        // A model's vocabulary may be an option, its words apart by ASCII's unit separator.
        guard !name.isEmpty, !model.isEmpty, (options?.count ?? 0) <= 100, version ?? 1 > 0,
            texts.allSatisfy({ isShort($0, 1000) }),
            options?.values.allSatisfy({ isShort($0, 1 << 16, but: 0x1f) }) ?? true,
            (options ?? [:]).values.reduce(0, { $0 + $1.utf8.count }) <= 1 << 18
        else { throw RequestRefused("task: names of a task and a model, and short options, are needed") }
    }
}
