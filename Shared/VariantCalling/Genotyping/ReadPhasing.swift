import Genomics

/// Tells by reads which alleles of neighbouring heterozygous sites lie on one haplotype.
///
/// Sites come in order. Each fragment that shows alleles of several sites votes for how they hang together, with the Phred by which it
/// prefers them; a site joins the block before it where the votes of at least two fragments and so much Phred agree, otherwise it
/// begins a block of its own. Memory is that of the fragments that reach to the site and of the calls since the last heterozygous one.
public struct ReadPhasing {
    /// So much Phred says that two sites hang together.
    static let leastPhred = 13
    /// Fragments that must say so.
    static let leastFragments = 2
    /// How far apart the sites of a block may lie that follow each other.
    static let longestGap = 100_000

    /// A block: which haplotype each fragment is of.
    private struct Block {
        var contig: String
        /// POS of its first site: PS.
        var start: Int
        var last: Int
        /// Phred for the first haplotype, negative for the second, and where the fragment was last seen.
        var fragments: [UInt32: (preference: Int, position: Int)] = [:]
    }

    private var block: Block?
    /// The first site of a block that no other has joined yet, and what came behind it.
    private var waiting: [CallSetItem] = []

    /// Begins before the first site.
    public init() {}

    /// Takes the next item; returns those that are known to the end now, in their order.
    public mutating func add(_ item: CallSetItem) -> [CallSetItem] {
        guard case .call(let call) = item, let votes = call.votes, call.isPhasable else { return hold(item) }
        if let linked = link(call, votes) { return release() + [.call(linked)] }
        let ready = release()
        block = Block(contig: call.contig, start: call.position, last: call.position)
        vote(votes, isTurned: false, at: call.position)
        waiting = [item]
        return ready
    }

    /// Returns what is left.
    public mutating func finish() -> [CallSetItem] {
        defer { waiting = [] }
        return waiting
    }

    /// What has no phase of its own waits behind what waits.
    private mutating func hold(_ item: CallSetItem) -> [CallSetItem] {
        if waiting.isEmpty { return [item] }
        waiting.append(item)
        return []
    }

    private mutating func release() -> [CallSetItem] {
        defer { waiting = [] }
        return waiting
    }

    /// The call in the phase of the block, where enough reads say which.
    private mutating func link(_ call: SiteCall, _ votes: FragmentVotes) -> SiteCall? {
        guard let own = block, own.contig == call.contig, call.position - own.last <= Self.longestGap else {
            return nil
        }
        var (together, apart, fragments) = (0, 0, (together: 0, apart: 0))
        for (fragment, preference) in votes.preferences where preference != 0 {
            guard let known = own.fragments[fragment], known.preference != 0 else { continue }
            let weight = min(abs(Int(preference)), abs(known.preference))
            if (preference > 0) == (known.preference > 0) {
                together += weight
                fragments.together += 1
            } else {
                apart += weight
                fragments.apart += 1
            }
        }
        let isTurned = apart > together
        guard abs(together - apart) >= Self.leastPhred,
            (isTurned ? fragments.apart : fragments.together) >= Self.leastFragments
        else { return nil }
        // The block's first site is written as phased now that another has joined it.
        if case .call(var first)? = waiting.first {
            first.phase(start: own.start, isTurned: false)
            waiting[0] = .call(first)
        }
        block?.last = call.position
        vote(votes, isTurned: isTurned, at: call.position)
        var linked = call
        linked.phase(start: own.start, isTurned: isTurned)
        return linked
    }

    private mutating func vote(_ votes: FragmentVotes, isTurned: Bool, at position: Int) {
        guard var own = block else { return }
        block = nil
        for (fragment, preference) in votes.preferences {
            let known = own.fragments[fragment]?.preference ?? 0
            own.fragments[fragment] = (known + (isTurned ? -1 : 1) * Int(preference), position)
        }
        if own.fragments.count > 4096 {
            own.fragments = own.fragments.filter { position - $0.value.position <= Self.longestGap }
        }
        block = own
    }
}

extension SiteCall {
    /// Whether reads can tell the phase: two chromosomes, two alleles.
    var isPhasable: Bool { genotype.count == 2 && genotype[0] != genotype[1] && isPassed }

    /// Writes the phase: the votes are for the last allele of GT, which stands on the first haplotype of its block unless it is turned.
    fileprivate mutating func phase(start: Int, isTurned: Bool) {
        phaseSet = start
        isLastAlleleFirst = !isTurned
    }
}

/// What is written into a file of calls.
public enum CallSetItem: Sendable, Hashable {
    /// A site with an alternate allele.
    case call(SiteCall)
    /// Another record, such as a site of a panel without one.
    case record(Variant)

    /// The item as a record of a VCF.
    public var variant: Variant {
        switch self {
        case .call(let call): call.variant
        case .record(let variant): variant
        }
    }

    /// Items in the order of positions, and of one position by their alleles.
    static func precedes(_ a: CallSetItem, _ b: CallSetItem) -> Bool {
        func key(_ item: CallSetItem) -> (Int, String, String) {
            switch item {
            case .call(let call): (call.position, call.reference, call.alternates.joined(separator: ","))
            case .record(let variant): (variant.position, variant.reference, variant.alternates.joined(separator: ","))
            }
        }
        return key(a) < key(b)
    }
}
