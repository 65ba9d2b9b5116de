import Genomics
import Hashing

/// A read as it leaves the sequencer, with where its bases stand on the reference.
struct SimulatedRead: Sendable {
    var bases: [UInt8] = []
    var qualities: [UInt8] = []
    var places: [ReferencePlace] = []
}

extension ReadSimulator {
    /// Reads a molecule from its start or, as the second mate, from the other strand's; a long one to its end.
    func read(
        _ molecule: Molecule, mate: Int, readScore: Double, with random: inout SplitMix64
    ) -> SimulatedRead {
        let isLong = profile.technology.isLong
        let limit = isLong ? molecule.bases.count + molecule.bases.count / 8 + 32 : profile.readLength
        var read = SimulatedRead()
        sampler.draw(limit, mate: mate, readScore: readScore, with: &random, into: &read.qualities)
        let isReverse = molecule.isReverse != (mate == 1)
        read.bases.reserveCapacity(limit + 1)
        read.places.reserveCapacity(limit + 1)
        // Bad reads stumble more often; the mean over all reads is 1.
        let stumbling = isLong ? molecule.susceptibility : readScore < -0.5 ? 2.3 : 0.4
        // By how much the qualities have fallen behind a difficult place or a long homopolymer; it wears off.
        var drop = 0.0
        var run = 0
        var next = 0
        // Before, at and behind the base that is read, as codes; unknown bases are left as they are.
        var context = 0
        func base(_ index: Int) -> UInt8 {
            mate == 0
                ? molecule.bases[index] : BaseCode.complement(ofASCII: molecule.bases[molecule.bases.count - 1 - index])
        }
        while read.bases.count < limit {
            let cycle = read.bases.count
            guard next < molecule.bases.count else {
                if isLong { break }
                // Through the fragment into the adapter, and behind it into nothing, which reads as A.
                let offset = next - molecule.bases.count
                let letter = offset < adapter.count ? adapter[offset] : UInt8(ascii: "A")
                read.bases.append(misread(letter, read.qualities[cycle], context, with: &random))
                read.places.append(.nowhere)
                next += 1
                continue
            }
            let index = mate == 0 ? next : molecule.bases.count - 1 - next
            let letter = base(next)
            let following = next + 1 < molecule.bases.count ? base(next + 1) : letter
            context = (context << 2 | Int(Nucleotide.code(ofASCII: letter) ?? 0)) & 15
            let around = context << 2 | Int(Nucleotide.code(ofASCII: following) ?? 0)
            let skipped = deletion(read.qualities[cycle], with: &random)
            next += max(1, skipped)
            if skipped > 0 { continue }
            run = letter == read.bases.last ? run + 1 : 1
            if run >= profile.qualityFallsFromRun { drop = min(drop + 1, 10) }
            let place = molecule.places[index]
            let difficult = place.position.flatMap { difficultPlaces[$0, isReverse] }
            let isAffected = difficult.map { random.uniformDouble() < $0.fraction * stumbling } ?? false
            if let difficult, isAffected { drop += difficult.drop }
            let quality = sampler.lowered(read.qualities[cycle], by: drop)
            read.qualities[cycle] = quality
            drop *= isLong ? 0.5 : 0.95
            var extra: UInt8?
            if let difficult, isAffected, random.uniformDouble() < 0.8 {
                func turned(_ base: UInt8) -> UInt8 { isReverse ? BaseCode.complement(ofASCII: base) : base }
                switch difficult.error {
                case .deletion: continue
                case .substitution(let wrong): read.bases.append(turned(wrong))
                case .insertion(let added):
                    read.bases.append(letter)
                    extra = turned(added)
                }
            } else {
                read.bases.append(misread(letter, quality, around, with: &random))
            }
            read.places.append(place)
            if let extra, read.bases.count < limit {
                read.bases.append(extra)
                read.places.append(insertedPlace(behind: next - 1, molecule, mate, isReverse))
            }
            insert(behind: next - 1, molecule, mate, isReverse, limit, into: &read, with: &random)
        }
        read.qualities.removeLast(read.qualities.count - read.bases.count)
        for isEnd in [false, true] { clip(isEnd, &read, with: &random) }
        return read
    }

    /// How many bases are left out from here on.
    private func deletion(_ quality: UInt8, with random: inout SplitMix64) -> Int {
        let indels = profile.indels
        guard random.uniformDouble() < indels.deletionRate * factor(quality) else { return 0 }
        var length = 1
        while length < 30, random.uniformDouble() < indels.furtherDeleted { length += 1 }
        return length
    }

    /// Puts bases that are not there behind the base that was read last, sometimes.
    private func insert(
        behind index: Int, _ molecule: Molecule, _ mate: Int, _ isReverse: Bool, _ limit: Int,
        into read: inout SimulatedRead, with random: inout SplitMix64
    ) {
        let indels = profile.indels
        let quality = read.qualities[read.bases.count - 1]
        guard read.bases.count < limit, random.uniformDouble() < indels.insertionRate * factor(quality) else { return }
        let place = insertedPlace(behind: index, molecule, mate, isReverse)
        repeat {
            read.bases.append(Nucleotide.letters[random.index(below: 4)])
            read.places.append(place)
        } while read.bases.count < limit && random.uniformDouble() < indels.furtherInserted
    }

    /// Where a base stands that is put in behind the one read last: along the reference behind that, or behind the one read next.
    private func insertedPlace(
        behind index: Int, _ molecule: Molecule, _ mate: Int, _ isReverse: Bool
    ) -> ReferencePlace {
        let after = isReverse ? index + 1 : index
        guard after < molecule.places.count else { return .nowhere }
        return molecule.places[mate == 0 ? after : molecule.places.count - 1 - after].inserted
    }

    /// Long reads leave out and put in more where their qualities are low.
    private func factor(_ quality: UInt8) -> Double {
        profile.technology.isLong ? indelFactors[Int(quality)] : 1
    }

    /// Turns an end into noise, sometimes.
    private func clip(_ isEnd: Bool, _ read: inout SimulatedRead, with random: inout SplitMix64) {
        guard random.uniformDouble() < profile.clips.rate else { return }
        let length = min(Int(profile.clips.lengths.value(at: random.uniformDouble())), read.bases.count / 3)
        for index in isEnd ? (read.bases.count - length)..<read.bases.count : 0..<length {
            read.bases[index] = Nucleotide.letters[random.index(below: 4)]
            read.qualities[index] = sampler.lowered(read.qualities[index], by: 10)
            read.places[index] = .nowhere
        }
    }

    /// `context` holds the codes of the base before, the base, and the one behind.
    private func misread(
        _ base: UInt8, _ quality: UInt8, _ context: Int, with random: inout SplitMix64
    ) -> UInt8 {
        let probability = errorProbabilities[Int(min(quality, UInt8(QualityModel.highest)))]
        guard random.uniformDouble() < probability * substitutions.rate(context),
            let code = Nucleotide.code(ofASCII: base)
        else { return base }
        if quality <= 2, random.uniformDouble() < 0.1, !profile.technology.isLong { return UInt8(ascii: "N") }
        return substitutions.base(context & 0b110011 | Int(code) << 2, draw: random.uniformDouble())
    }
}
