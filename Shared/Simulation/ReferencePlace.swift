/// Where a base of a haplotype, a molecule or a read stands on the reference.
struct ReferencePlace: Sendable, Hashable {
    // A position; -1 for nowhere; -2 - p for a base that is inserted behind position p.
    private let code: Int32

    /// The place of a base that no reference base is the origin of, such as an adapter's.
    static let nowhere = ReferencePlace(code: -1)

    /// The place of a base that stands at a 0-based position.
    static func at(_ position: Int) -> ReferencePlace { ReferencePlace(code: Int32(truncatingIfNeeded: position)) }

    /// The place of a base that is inserted behind a 0-based position.
    static func inserted(after position: Int) -> ReferencePlace {
        ReferencePlace(code: -2 - Int32(truncatingIfNeeded: position))
    }

    /// The place of a base that is inserted behind this one, along the reference.
    var inserted: ReferencePlace { position.map { .inserted(after: Int($0)) } ?? .nowhere }

    /// Whether it is inserted behind ``position``.
    var isInserted: Bool { code < -1 }

    /// The position, that of the base before for an inserted base, nil for a base from nowhere.
    var position: Int32? { code >= 0 ? code : code == -1 ? nil : -2 - code }
}
