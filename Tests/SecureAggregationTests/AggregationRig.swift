import Hashing
import SecureAggregation

/// Sites and a coordinator in one process, with messages that go astray as a test wants.
struct AggregationRig {
    let keys: [SigningKey]
    let terms: AggregationTerms
    var server: AggregationServer
    var clients: [AggregationClient]
    /// Where a site dies: it says nothing from this phase on.
    var deaths: [Int: RoundMessage.Phase] = [:]
    /// What becomes of a message on its way; nil loses it.
    var onTheWay: (RoundMessage) -> RoundMessage? = { $0 }
    /// Every message that the server was given.
    var heard: [RoundMessage] = []

    init(sites: Int, length: Int, round: UInt64 = 1, keys: [SigningKey]? = nil) throws {
        self.keys = keys ?? (0..<sites).map { _ in SigningKey() }
        terms = try AggregationTerms(
            federation: "tests", round: round, sites: self.keys.map(\.publicKey), length: length,
            encoding: FixedPoint(fractionBits: 24, normBound: 8))
        server = AggregationServer(terms)
        clients = []
        for key in self.keys { clients.append(try AggregationClient(terms, key: key)) }
    }

    func lives(_ site: Int, in phase: RoundMessage.Phase) -> Bool {
        deaths[site].map { $0.rawValue > phase.rawValue } ?? true
    }

    mutating func send(_ message: RoundMessage) throws {
        guard let message = onTheWay(message) else { return }
        heard.append(message)
        // Over the wire and back.
        server.receive(encoded: message.encoded)
    }

    mutating func speak(
        _ phase: RoundMessage.Phase, among sites: [Int],
        _ words: (inout AggregationClient) throws -> RoundMessage
    ) throws {
        for site in sites where lives(site, in: phase) { try send(try words(&clients[site])) }
    }

    /// A whole round; a site whose update throws abstains.
    mutating func run(_ updates: [[Double]]) throws -> AggregationServer.Sum {
        try speak(.keys, among: Array(clients.indices)) { try $0.advertisedKeys() }
        let keys = try server.close()
        try speak(.shares, among: keys.map(\.sender)) { try $0.shares(for: keys) }
        let shares = try server.close()
        try speak(.update, among: shares.map(\.sender)) { client in
            do {
                return try client.maskedUpdate(updates[client.site], after: shares)
            } catch {
                return client.abstention(reason: "\(error)")
            }
        }
        let survivors = try server.close().map(\.sender)
        try speak(.survivors, among: survivors) { try $0.confirmed(survivors: survivors) }
        let confirmations = try server.close()
        try speak(.unmasking, among: confirmations.map(\.sender)) { try $0.unmasking(after: confirmations) }
        _ = try server.close()
        guard let sum = server.sum else { throw SecureAggregationError(.inconsistent, "no sum") }
        return sum
    }

    /// Updates of norm at most 8 with signs and sizes of all kinds.
    static func updates(sites: Int, length: Int, seed: UInt64) -> [[Double]] {
        (0..<sites).map { site in
            var random = SplitMix64(seed: seed, stream: site)
            return (0..<length).map { _ in (random.uniformDouble() - 0.5) * 8 / Double(length).squareRoot() }
        }
    }

    func plainSum(_ updates: [[Double]], of sites: [Int]) throws -> [Int64] {
        var sum = [Int64](repeating: 0, count: terms.length)
        for site in sites {
            let encoded = try terms.encoding.encoded(updates[site])
            for index in sum.indices { sum[index] += encoded[index] }
        }
        return sum
    }
}
