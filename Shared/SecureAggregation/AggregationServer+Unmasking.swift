import Hashing

extension AggregationServer {
    /// Adds the masked updates and takes away what masks are left.
    mutating func unmasked() throws(SecureAggregationError) -> Sum {
        let survivors = speakers(.update)
        let dropped = speakers(.shares).filter { !survivors.contains($0) }
        var keys: [Int: SiteKeys] = [:]
        for (site, message) in messages[.keys] ?? [:] { keys[site] = try SiteKeys(message.body) }
        var shares: [(holder: Int, of: [Int: [UInt8]])] = []
        for holder in speakers(.unmasking) {
            guard let message = messages[.unmasking]?[holder] else { continue }
            shares.append((holder, try SealedShares(message.body).shares))
        }

        var total = [UInt64](repeating: 0, count: terms.length)
        for site in survivors {
            guard let message = messages[.update]?[site] else { continue }
            let values = try Self.values(of: message, terms)
            for index in total.indices { total[index] &+= values[index] }
        }
        for site in survivors {
            let commitment = keys[site]?.selfCommitment
            let seed = try secret(of: site, shares, what: "self mask") { [terms] secret in
                Sodium.hash(secret + terms.digest) == commitment
            }
            Sodium.applyMask(key: Masks.selfKey(seed, terms), adding: false, to: &total)
        }
        for site in dropped {
            let open = keys[site]?.mask
            let secret = try secret(of: site, shares, what: "mask") { Sodium.publicKey(of: $0) == open }
            for other in survivors {
                guard let mask = keys[other]?.mask, let shared = Masks.pairKey(secret: secret, other: mask, terms)
                else { throw SecureAggregationError(.inconsistent, "site \(other)'s public key is of small order") }
                // The survivor added it where its place is lower.
                Sodium.applyMask(key: shared, adding: other > site, to: &total)
            }
        }

        let encoded = total.map { Int64(bitPattern: $0) }
        let values = terms.encoding.decoded(encoded)
        let norm = FixedPoint.norm(values)
        let bound = terms.encoding.largestNorm(sites: survivors.count, length: terms.length)
        guard norm <= bound else {
            throw SecureAggregationError(
                .outOfBounds,
                "the sum's norm is \(norm), and \(survivors.count) clipped updates have at most \(bound): a site among \(survivors) did not clip; nothing says which"
            )
        }
        return Sum(encoded: encoded, values: values, sites: survivors)
    }

    /// A secret from the threshold's number of shares, checked against what the site had published; a holder whose share is
    /// false is named and left out, as long as enough others are there.
    private mutating func secret(
        of site: Int, _ all: [(holder: Int, of: [Int: [UInt8]])], what: String, fits: ([UInt8]) -> Bool
    ) throws(SecureAggregationError) -> [UInt8] {
        let shares = all.compactMap { holder, shares in
            shares[site].flatMap {
                $0.count == 32 ? ShamirSharing.Share(point: UInt8(holder + 1), values: $0) : nil
            }
        }
        let threshold = terms.threshold
        guard shares.count >= threshold else {
            throw SecureAggregationError(
                .unrecoverable, "\(shares.count) sites have a share of site \(site)'s \(what); \(threshold) are needed")
        }
        // Each window of neighbors in the ring of holders: one without liars, if these lie together or are few, gives the secret.
        for start in shares.indices {
            let window = (0..<threshold).map { shares[(start + $0) % shares.count] }
            guard let secret = ShamirSharing.secret(of: window), fits(secret) else { continue }
            if start > 0 {
                for share in shares where !window.contains(share) {
                    let exchanged = Array(window.dropLast()) + [share]
                    if let other = ShamirSharing.secret(of: exchanged), other != secret {
                        let holder = Int(share.point) - 1
                        refuse(
                            holder,
                            SecureAggregationError(
                                .inconsistent, "site \(holder) sent a false share of site \(site)'s \(what)"))
                    }
                }
            }
            return secret
        }
        throw SecureAggregationError(
            .unrecoverable,
            "the shares of site \(site)'s \(what) do not give what it committed to: it, or several others, sent false ones"
        )
    }
}
