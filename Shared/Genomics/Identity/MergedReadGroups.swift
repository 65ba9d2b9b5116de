/// The read groups of several files under ids that no two of them share.
///
/// One id for the same group in two files stays one; where two files mean different groups by it, the later file's is
/// renamed. Libraries keep their names, so reads of one `LB` are one library in whatever files they lie.
public struct MergedReadGroups: Sendable {
    /// All groups, in the order of the files.
    public let groups: [ReadGroup]
    /// For each file, the new names of the ids that were renamed.
    private let renamed: [[String: String]]

    /// Merges the groups of files in their order.
    public init(_ files: [[ReadGroup]]) {
        var groups: [ReadGroup] = []
        var places: [String: Int] = [:]
        var renamed: [[String: String]] = []
        let given = Set(files.joined().map(\.id))
        for file in files {
            var names: [String: String] = [:]
            for var group in file {
                if let place = places[group.id] {
                    if groups[place] == group { continue }
                    let old = group.id
                    if let same = groups.first(where: { known in
                        var known = known
                        known.id = old
                        return known == group
                    }) {
                        names[old] = same.id
                        continue
                    }
                    var number = 2
                    while places["\(old).\(number)"] != nil || given.contains("\(old).\(number)") { number += 1 }
                    group.id = "\(old).\(number)"
                    names[old] = group.id
                }
                places[group.id] = groups.count
                groups.append(group)
            }
            renamed.append(names)
        }
        self.groups = groups
        self.renamed = renamed
    }

    /// The record under the merged id of its read group; `file` is the place of the record's file.
    public func merged(_ record: BAMRecord, file: Int) -> BAMRecord {
        guard renamed.indices.contains(file), !renamed[file].isEmpty else { return record }
        var tags = BAMTags(record.tags)
        guard let id = tags.string("RG"), let name = renamed[file][id] else { return record }
        tags.remove("RG")
        tags.append("RG", string: name)
        var record = record
        record.setTags(tags.bytes)
        return record
    }
}
