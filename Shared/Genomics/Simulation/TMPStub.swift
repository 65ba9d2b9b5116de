public struct SimulationProfile: Sendable { public static func random(using g: inout SplitMix64) -> SimulationProfile { SimulationProfile() } }
public struct ReadSimulator: Sendable { public init(profile: SimulationProfile) {}
public func simulate(_ w: ReferenceWindow, contig: String, variants: [Variant], using g: inout SplitMix64) throws -> [[BAMRecord]] { [] } }
