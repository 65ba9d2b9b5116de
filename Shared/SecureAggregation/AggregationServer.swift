import Hashing

/// The coordinator of a round: it passes messages on and learns the sum, and of no single update more than the sum says.
///
/// Give it every message as it comes (``receive(_:)``) and close each phase when all have spoken or patience is over (``close()``). What it does not
/// accept is named in ``refusals``; the round goes on without it as long as the threshold's number of sites is left.
public struct AggregationServer: Sendable {
    /// What was not accepted: of whom as it claims to be, and why.
    public struct Refusal: Sendable, Hashable {
        /// The claimed sender's place; nil where the message cannot be read.
        public var site: Int?
        /// Why.
        public var error: SecureAggregationError
    }

    /// A round's outcome.
    public struct Sum: Sendable, Hashable {
        /// The sums of the encoded updates, exact.
        public var encoded: [Int64]
        /// The sums as numbers.
        public var values: [Double]
        /// Whose updates they are of.
        public var sites: [Int]
    }

    /// What all sites have agreed on.
    public let terms: AggregationTerms
    /// The phase whose messages are due; `abstention` once the sum is there.
    public private(set) var phase = RoundMessage.Phase.keys
    /// What was not accepted, in the order in which it came.
    public private(set) var refusals: [Refusal] = []
    /// The sites that said that they take no part, with their reasons.
    public private(set) var abstentions: [Int: String] = [:]
    /// The sum, once the last phase is closed.
    public private(set) var sum: Sum?

    var messages: [RoundMessage.Phase: [Int: RoundMessage]] = [:]

    /// Opens a round.
    public init(_ terms: AggregationTerms) { self.terms = terms }

    /// Takes a record of the topic.
    public mutating func receive(encoded: [UInt8]) {
        do {
            receive(try RoundMessage(encoded))
        } catch {
            refusals.append(Refusal(site: nil, error: error))
        }
    }

    /// Takes a message.
    public mutating func receive(_ message: RoundMessage) {
        do {
            if message.phase == .abstention {
                try message.check(terms, phase: .abstention)
                abstentions[message.sender] = String(decoding: message.body, as: UTF8.self)
                return
            }
            try message.check(terms, phase: phase)
            try accept(message)
        } catch {
            refusals.append(Refusal(site: message.sender, error: error))
        }
    }

    private mutating func accept(_ message: RoundMessage) throws(SecureAggregationError) {
        let sender = message.sender
        guard messages[phase]?[sender] == nil else {
            throw SecureAggregationError(.replayed, "site \(sender) has sent \(phase) already in this round")
        }
        guard abstentions[sender] == nil else {
            throw SecureAggregationError(.inconsistent, "site \(sender) takes no part in this round by its own word")
        }
        guard expected.contains(sender) else {
            throw SecureAggregationError(.inconsistent, "site \(sender) sent \(phase), and not what comes before that")
        }
        switch phase {
        case .keys: _ = try SiteKeys(message.body)
        case .shares:
            let named = Set(try SealedShares(message.body).shares.keys)
            guard named == Set(speakers(.keys)) else {
                throw SecureAggregationError(.malformed, "site \(sender)'s shares are not for the sites that sent keys")
            }
        case .update:
            _ = try Self.values(of: message, terms)
        case .survivors:
            guard message.body == SurvivorList.encoded(speakers(.update)) else {
                throw SecureAggregationError(.inconsistent, "site \(sender) signed other survivors than there are")
            }
        case .unmasking: _ = try SealedShares(message.body)
        case .abstention: break
        }
        messages[phase, default: [:]][sender] = message
    }

    /// The sites that may speak in the phase that is open.
    private var expected: [Int] {
        switch phase {
        case .keys: Array(terms.sites.indices)
        case .shares: speakers(.keys)
        case .update: speakers(.shares)
        case .survivors: speakers(.update)
        case .unmasking: speakers(.survivors)
        case .abstention: []
        }
    }

    /// The sites whose message of a phase was accepted, in order.
    public func speakers(_ phase: RoundMessage.Phase) -> [Int] { (messages[phase] ?? [:]).keys.sorted() }

    /// The sites that were heard in the phase before and not in this one.
    public var missing: [Int] { expected.filter { messages[phase]?[$0] == nil } }

    /// Ends a phase: returns its messages, to be passed on to the sites that sent them, and opens the next; after `unmasking` ``sum`` is there.
    ///
    /// - Throws: ``SecureAggregationError`` `belowThreshold` where too few have spoken: the round is over, and nothing of any update is known;
    ///   `unrecoverable` and `outOfBounds` where shares or updates were false.
    public mutating func close() throws(SecureAggregationError) -> [RoundMessage] {
        let speakers = speakers(phase)
        guard speakers.count >= terms.threshold else {
            throw SecureAggregationError(
                .belowThreshold,
                "\(speakers.count) sites sent \(phase), and the threshold is \(terms.threshold); missing: \(missing)")
        }
        let passed = speakers.compactMap { messages[phase]?[$0] }
        switch phase {
        case .keys: phase = .shares
        case .shares: phase = .update
        case .update: phase = .survivors
        case .survivors: phase = .unmasking
        case .unmasking:
            sum = try unmasked()
            phase = .abstention
        case .abstention:
            throw SecureAggregationError(.wrongRound, "the round is over")
        }
        return passed
    }

    mutating func refuse(_ site: Int, _ error: SecureAggregationError) {
        refusals.append(Refusal(site: site, error: error))
    }

    static func values(of message: RoundMessage, _ terms: AggregationTerms) throws(SecureAggregationError) -> [UInt64] {
        var reader = ByteReader(message.body)
        let values = try reader.numbers()
        try reader.end()
        guard values.count == terms.length else {
            throw SecureAggregationError(
                .invalidUpdate,
                "site \(message.sender)'s update has \(values.count) numbers, and the round is of \(terms.length)")
        }
        return values
    }
}
