import Hashing
import SecureAggregation
import Testing

/// Sums of updates that nobody sees.
struct AggregationTests {
    @Test(
        "The sum equals the plain sum to the bit, whoever of a third drops out in whichever phase",
        arguments: RoundMessage.Phase.allCases)
    func dropouts(phase: RoundMessage.Phase) throws {
        let updates = AggregationRig.updates(sites: 9, length: 1001, seed: 7)
        for dead in [[0], [8, 1], [2, 4, 6]] {
            var rig = try AggregationRig(sites: 9, length: 1001)
            for site in dead { rig.deaths[site] = phase }
            let sum = try rig.run(updates)
            // Who dies after its update is in the sum still.
            let counted = (0..<9).filter { !dead.contains($0) || phase.rawValue > RoundMessage.Phase.update.rawValue }
            #expect(sum.sites == counted)
            #expect(sum.encoded == (try rig.plainSum(updates, of: counted)))
            #expect(rig.server.refusals.isEmpty)
        }
    }

    @Test("Three sites that drop out in three phases leave the sum of those whose updates came")
    func mixedDropouts() throws {
        let updates = AggregationRig.updates(sites: 9, length: 64, seed: 8)
        var rig = try AggregationRig(sites: 9, length: 64)
        rig.deaths = [1: .shares, 5: .update, 7: .unmasking]
        let sum = try rig.run(updates)
        #expect(sum.sites == [0, 2, 3, 4, 6, 7, 8])
        #expect(sum.encoded == (try rig.plainSum(updates, of: sum.sites)))
        let plain = (0..<64).map { place in sum.sites.reduce(0) { $0 + updates[$1][place] } }
        #expect(zip(sum.values, plain).allSatisfy { abs($0 - $1) < 9 * 0x1p-25 })
    }

    @Test(
        "With more than a third gone the round ends, and its error says who is missing",
        arguments: [
            RoundMessage.Phase.keys, .shares, .update, .survivors, .unmasking,
        ])
    func tooFew(phase: RoundMessage.Phase) throws {
        var rig = try AggregationRig(sites: 9, length: 4)
        for site in [0, 3, 5, 8] { rig.deaths[site] = phase }
        let error = #expect(throws: SecureAggregationError.self) {
            try rig.run(AggregationRig.updates(sites: 9, length: 4, seed: 1))
        }
        #expect(error?.code == .belowThreshold && error?.message.contains("missing: [0, 3, 5, 8]") == true)
        #expect(rig.server.sum == nil)
    }

    @Test("NaN, a wrong length, an old round, a foreign signature and a changed message are named and left out")
    func badHands() throws {
        var updates = AggregationRig.updates(sites: 12, length: 16, seed: 3)
        updates[0][5] = .nan
        updates[1] = [1]
        var old = try AggregationRig(sites: 12, length: 16)
        _ = try old.run(AggregationRig.updates(sites: 12, length: 16, seed: 2))
        var rig = try AggregationRig(sites: 12, length: 16, round: 2, keys: old.keys)
        let replayed = old.heard.first { $0.sender == 2 && $0.phase == .update }
        rig.onTheWay = { message in
            guard message.phase == .update else { return message }
            if message.sender == 2 { return replayed }
            if message.sender == 3 {
                // In the name of site 3, by another's signature: the last 64 bytes.
                let other = Array(replayed?.encoded.suffix(64) ?? [])
                return try? RoundMessage(Array(message.encoded.dropLast(64)) + other)
            }
            return message
        }
        let sum = try rig.run(updates)
        #expect(sum.sites == Array(4..<12))
        #expect(sum.encoded == (try rig.plainSum(updates, of: sum.sites)))
        #expect(rig.server.refusals.map(\.site) == [2, 3])
        #expect(rig.server.refusals.map(\.error.code) == [.wrongRound, .wrongSignature])
        #expect(rig.server.abstentions.keys.sorted() == [0, 1])
        #expect(rig.server.abstentions[0] == "the update's number 5 is nan")
        rig.server.receive(encoded: [1, 2, 3])
        #expect(rig.server.refusals.last?.site == nil && rig.server.refusals.last?.error.code == .malformed)
    }

    @Test("Updates longer than the bound are clipped, and one that went round the clipping is found in the sum")
    func norms() throws {
        let encoding = FixedPoint(fractionBits: 24, normBound: 8)
        let clipped = encoding.clipped([30, -40])
        #expect(abs(clipped[0] - 4.8) < 1e-12 && abs(clipped[1] + 6.4) < 1e-12)
        #expect(encoding.clipped([3, -4]) == [3, -4])
        #expect(try encoding.encoded(clipped) == [80_530_637, -107_374_182])
        #expect(throws: SecureAggregationError.self) { try encoding.encoded([30, -40]) }

        var updates = AggregationRig.updates(sites: 3, length: 2, seed: 4)
        updates[1] = [300, 400]
        var rig = try AggregationRig(sites: 3, length: 2)
        let sum = try rig.run(updates)
        #expect(abs(sum.values[0] - updates[0][0] - updates[2][0] - 4.8) < 1e-6)

        // Masked numbers say nothing of the norm, so a site that adds to them is heard, and the sum shows it.
        var other = try AggregationRig(sites: 3, length: 2)
        let key = other.keys[1]
        other.onTheWay = { message in
            guard message.phase == .update, message.sender == 1 else { return message }
            var bytes = Array(message.encoded.dropLast(64))
            bytes[bytes.count - 3] &+= 1
            return try? RoundMessage(bytes + key.signature(of: bytes))
        }
        let error = #expect(throws: SecureAggregationError.self) { try other.run(updates) }
        #expect(error?.code == .outOfBounds && other.server.sum == nil)
    }

    @Test("A false share is found, its holder is named, and the sum is right")
    func falseShare() throws {
        let updates = AggregationRig.updates(sites: 9, length: 8, seed: 5)
        var rig = try AggregationRig(sites: 9, length: 8)
        let liar = rig.keys[1]
        rig.deaths[4] = .update
        rig.onTheWay = { message in
            guard message.phase == .unmasking, message.sender == 1 else { return message }
            var bytes = Array(message.encoded.dropLast(64))
            // The last byte is of the last share: site 8's.
            bytes[bytes.count - 1] ^= 1
            return try? RoundMessage(bytes + liar.signature(of: bytes))
        }
        let sum = try rig.run(updates)
        #expect(sum.encoded == (try rig.plainSum(updates, of: [0, 1, 2, 3, 5, 6, 7, 8])))
        #expect(rig.server.refusals.map(\.site) == [1])
        #expect(rig.server.refusals.first?.error.message == "site 1 sent a false share of site 8's self mask")
    }

    @Test("A site repeats nothing, and a coordinator that repeats a site's message is refused")
    func replays() throws {
        var rig = try AggregationRig(sites: 3, length: 2)
        let first = try rig.clients[0].advertisedKeys()
        let twice = #expect(throws: SecureAggregationError.self) { try rig.clients[0].advertisedKeys() }
        #expect(twice?.code == .replayed)
        rig.server.receive(first)
        rig.server.receive(first)
        #expect(rig.server.refusals.map(\.error.code) == [.replayed])
        let keys = [first, try rig.clients[1].advertisedKeys(), first]
        let error = #expect(throws: SecureAggregationError.self) { try rig.clients[1].shares(for: keys) }
        #expect(error?.code == .replayed)
    }

    @Test("Sites do not unmask where the coordinator told some of them of other survivors")
    func splitView() throws {
        var rig = try AggregationRig(sites: 6, length: 2)
        let updates = AggregationRig.updates(sites: 6, length: 2, seed: 6)
        try rig.speak(.keys, among: Array(0..<6)) { try $0.advertisedKeys() }
        let keys = try rig.server.close()
        try rig.speak(.shares, among: Array(0..<6)) { try $0.shares(for: keys) }
        let shares = try rig.server.close()
        try rig.speak(.update, among: Array(0..<6)) { try $0.maskedUpdate(updates[$0.site], after: shares) }
        // Site 5's update came; three sites are told that it did not, to get at its mask beside its self mask.
        var signed: [RoundMessage] = []
        for site in 0..<6 {
            signed.append(
                try rig.clients[site].confirmed(survivors: site < 3 ? [0, 1, 2, 3, 4] : [0, 1, 2, 3, 4, 5]))
        }
        let error = #expect(throws: SecureAggregationError.self) { try rig.clients[0].unmasking(after: signed) }
        #expect(error?.code == .inconsistent)
        let few = #expect(throws: SecureAggregationError.self) {
            try rig.clients[4].unmasking(after: Array(signed[3...]))
        }
        #expect(few?.code == .belowThreshold)
        let again = #expect(throws: SecureAggregationError.self) { try rig.clients[4].unmasking(after: signed) }
        #expect(again?.code == .replayed)
    }

    @Test("Terms that protect nobody, or whose sums do not fit, are refused")
    func badTerms() throws {
        let keys = (0..<5).map { _ in SigningKey().publicKey }
        let encoding = FixedPoint(fractionBits: 20, normBound: 1)
        for (sites, threshold, encoding) in [
            (Array(keys.prefix(2)), nil, encoding), ([keys[0], keys[0], keys[1]], nil, encoding), (keys, 3, encoding),
            (keys, 6, encoding), (keys, nil, FixedPoint(fractionBits: 52, normBound: 1e6)),
            (keys, nil, FixedPoint(fractionBits: 20, normBound: .nan)),
        ] {
            let error = #expect(throws: SecureAggregationError.self) {
                try AggregationTerms(
                    federation: "t", round: 1, sites: sites, threshold: threshold, length: 1, encoding: encoding)
            }
            #expect(error?.code == .invalidTerms)
        }
        #expect([3, 4, 5, 6, 9, 10].map { AggregationTerms.leastThreshold(of: $0) } == [2, 3, 4, 4, 6, 7])
    }
}
