import LinearAlgebra

/// Drugs or proteins that are alike, told by a kernel: classes where nobody names any.
///
/// Each member in its order founds a group, or joins the first whose founder it is alike enough (leader clustering; Hartigan 1975, chapter 3).
enum LikenessGroups {
    /// The place of each member's founder.
    static func founders(_ kernel: Matrix, least: Double) -> [Int] {
        var founders: [Int] = []
        return (0..<kernel.rows).map { member in
            if let founder = founders.first(where: { kernel[member, $0] >= least }) { return founder }
            founders.append(member)
            return member
        }
    }
}
