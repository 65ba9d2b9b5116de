import Foundation
import Genomics
import VariantCalling

/// Writes what is found in shard after shard to a VCF and a gVCF.
///
/// Where the depths are to tell the sex, what is found from the first shard of X or Y on waits in a scratch file until all reads were seen.
final class CallOutputs {
    private let calls: OrderedCalls
    private let gvcf: OrderedCalls?
    private let plan: PloidyPlan
    private let contigs: [Contig]
    private var records: FoundRecords
    private var waiting: FindingsFile?
    /// The calls by how sure they are.
    private(set) var reliability = CallReliability(nil)

    init(calls: OrderedCalls, gvcf: OrderedCalls?, plan: PloidyPlan, reference: ReferenceGenome) {
        self.calls = calls
        self.gvcf = gvcf
        self.plan = plan
        contigs = reference.contigs
        records = FoundRecords(plan, reference: reference.window, hasBlocks: gvcf != nil)
    }

    /// Takes what was found in the next shard.
    func write(_ found: ShardFindings, of shard: GenomeBins.Shard) throws {
        guard case .bin(let contig, _) = shard, !found.isEmpty else { return }
        if waiting == nil, plan.isOpen(contigs[contig].name) { waiting = try FindingsFile() }
        if let waiting { return try waiting.append(found, contig: contig) }
        try write(found)
    }

    /// Writes what waits, as calls of a sex, and closes the files.
    func finish(sex: SexByCoverage.Verdict) throws {
        records.sex = sex
        try waiting?.forEach(contigs: contigs) { try write($0) }
        for variant in records.finish() { try calls.write(variant) }
        try calls.finish()
        try gvcf?.finish()
    }

    private func write(_ found: ShardFindings) throws {
        let shard = try records.add(found)
        for call in shard.calls { reliability.add(call) }
        for variant in shard.variants { try calls.write(variant) }
        for variant in shard.blocks { try gvcf?.write(variant) }
    }
}

/// What was found in shards, in a scratch file that nobody else sees; it goes away with its owner.
final class FindingsFile {
    private struct Entry: Codable {
        var contig: Int
        var calls: [SexedCall]
        var blocks: Data
        var sites: [SiteEvidence]
    }

    private let handle: FileHandle
    private let path: String
    private var sizes: [Int] = []

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-findings-\(UUID())").path
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ControlError("\(path) cannot be created: \(String(cString: strerror(errno)))")
        }
        // The name is not needed: the space is free again when the process ends, however it ends.
        unlink(path)
        handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    /// Appends what was found in a shard of a contig.
    func append(_ found: ShardFindings, contig: Int) throws {
        let entry = Entry(
            contig: contig, calls: found.calls, blocks: Data(found.blocks.packed()), sites: found.sites)
        let data = try JSONEncoder().encode(entry)
        try handle.write(contentsOf: data)
        sizes.append(data.count)
    }

    /// Calls `body` with all that was appended, in its order.
    func forEach(contigs: [Contig], _ body: (ShardFindings) throws -> Void) throws {
        try handle.seek(toOffset: 0)
        for size in sizes {
            guard let data = try handle.read(upToCount: size), data.count == size else {
                throw ControlError("\(path) cannot be read back")
            }
            let entry = try JSONDecoder().decode(Entry.self, from: data)
            try body(
                ShardFindings(
                    calls: entry.calls,
                    blocks: try [ReferenceBlock](unpacking: Array(entry.blocks), contig: contigs[entry.contig]),
                    sites: entry.sites))
        }
    }
}
