import Foundation
import Hashing
import Storage

/// Labelled examples under a name, on which versions are scored: never changed once they are there.
///
/// The files lie in PostgreSQL, in pieces, not beside it: a promotion rests on them, so whoever has the database can make
/// its figures again, and a backup has both.
public struct EvaluationSet: Sendable, Codable, Hashable {
    /// A file of the set.
    public struct File: Sendable, Codable, Hashable {
        /// Its name when it was added.
        public var name: String
        /// SHA-256.
        public var digest: String
        /// Labelled examples.
        public var examples: Int
        /// What the file says that its examples are for, such as `validation`.
        public var split: String?

        /// Describes a file.
        public init(name: String, digest: String, examples: Int, split: String?) {
            self.name = name
            self.digest = digest
            self.examples = examples
            self.split = split
        }
    }

    /// The name.
    public var name: String
    /// The task, such as `variants`: who reads the files and scores them.
    public var task: String
    /// What predictions and targets are.
    public var kind: ScoredExamples.Kind
    /// The definition of the features in the files.
    public var featureVersion: String
    /// SHA-256 of the files' digests in their order.
    public var digest: String
    /// Examples in all.
    public var examples: Int
    /// The files, in the order of the examples.
    public var files: [File]
    /// Where the examples are from and what they stand for.
    public var description: String
    /// Who added it.
    public var actor: String
    /// When.
    public var createdAt: Date
}

extension EvaluationSet {
    /// Throws for a name that cannot be said again, or tears a table.
    public static func checkName(_ name: String) throws(RegistryError) {
        let isTorn = name.unicodeScalars.contains { [.control, .format].contains($0.properties.generalCategory) }
        guard !name.isEmpty, name.utf8.count <= 200, !isTorn else {
            throw RegistryError(
                "an evaluation set needs a name of at most 200 bytes, without line breaks or characters that are not seen"
            )
        }
    }

    /// Throws where a file with examples is there twice: they would count twice, and make intervals too narrow.
    public static func checkDifferent(_ files: [File]) throws(RegistryError) {
        var names: [String: String] = [:]
        for file in files where file.examples > 0 {
            guard let earlier = names.updateValue(file.name, forKey: file.digest) else { continue }
            throw RegistryError(
                (earlier == file.name ? "\(file.name) is named twice" : "\(file.name) has the very bytes of \(earlier)")
                    + ": its examples would count twice")
        }
    }

    /// Throws where a version was trained, or its epoch chosen, on a file of the set: figures of it would flatter.
    ///
    /// `data` are the digests of the version's lineage, by file.
    public func checkUnseen(by version: String, data: [String: String]) throws(RegistryError) {
        for file in files {
            guard let (path, _) = data.filter({ $0.value == file.digest }).min(by: { $0.key < $1.key }) else {
                continue
            }
            throw RegistryError(
                "\(version) was trained or validated on \(file.name) of the evaluation set \(name) (\(path) in its lineage "
                    + "has the same digest): evaluate it on examples that it has not seen")
        }
    }
}

/// What a task reads from a file of examples.
public struct LabelledFile: Sendable {
    /// The file's name.
    public var name: String
    /// The file.
    public var bytes: [UInt8]
    /// The targets of each example, as many as those of the set's kind.
    public var targets: [Float]
    /// Numbers that examples share which are not independent of each other; nil where all are.
    public var groups: [Int64]?
    /// The definition of the features.
    public var featureVersion: String
    /// What the file says that its examples are for.
    public var split: String?

    /// Describes a file.
    public init(
        name: String, bytes: [UInt8], targets: [Float], groups: [Int64]? = nil, featureVersion: String, split: String?
    ) {
        self.name = name
        self.bytes = bytes
        self.targets = targets
        self.groups = groups
        self.featureVersion = featureVersion
        self.split = split
    }

    func description(_ kind: ScoredExamples.Kind) -> EvaluationSet.File {
        EvaluationSet.File(
            name: name, digest: SHA256Digest.hexadecimal(of: bytes), examples: targets.count / kind.targetWidth,
            split: split)
    }
}

extension ModelRegistry {
    /// A piece of a file: small enough for a row, large enough to make few.
    private static let pieceSize = 1 << 20

    /// Adds a set; the same files under the same name change nothing, others are refused.
    ///
    /// `file` is asked for each file twice, to describe it and to store it, so that no more than one is in memory.
    public func addEvaluationSet(
        _ name: String, task: String, kind: ScoredExamples.Kind, files count: Int, description: String, actor: String,
        file: @Sendable (Int) throws -> LabelledFile
    ) async throws -> EvaluationSet {
        guard !name.isEmpty else { throw RegistryError("an evaluation set needs a name") }
        var (files, targets, features): ([EvaluationSet.File], [Float], String?) = ([], [], nil)
        var groups: [Int64] = []
        var digests = SHA256Digest()
        for index in 0..<count {
            let file = try file(index)
            try kind.check(file.targets)
            if let features, file.featureVersion != features {
                throw RegistryError(
                    "\(file.name) has features of version \(file.featureVersion), the files before it of \(features)")
            }
            features = file.featureVersion
            guard file.targets.count.isMultiple(of: kind.targetWidth) else {
                throw RegistryError(
                    "\(file.name) has \(file.targets.count) targets, and an example of the set has \(kind.targetWidth)")
            }
            let description = file.description(kind)
            files.append(description)
            digests.update(Array(description.digest.utf8))
            targets += file.targets
            groups += file.groups ?? []
            guard groups.isEmpty || groups.count * kind.targetWidth == targets.count else {
                throw RegistryError(
                    "\(file.name) and the files before it do not all have groups: give each example one")
            }
        }
        guard let features, !targets.isEmpty else { throw RegistryError("the files hold no labelled examples") }
        try EvaluationSet.checkDifferent(files)
        guard groups.isEmpty || Set(groups).count > 1 else {
            throw RegistryError(
                "all examples are of one group, so nothing can be said of others: no interval is possible")
        }
        let (described, labels, digest) = (files, targets.littleEndianBytes, digests.hexadecimal)
        let members = groups.isEmpty ? nil : groups.littleEndianBytes
        return try await database.transaction { connection in
            let isNew =
                try await connection.execute(
                    """
                    INSERT INTO evaluation_sets
                        (name, task, kind, feature_version, digest, examples, files, targets, groups, description, actor)
                    VALUES (\(name), \(task), \(try JSON(encoding: kind)), \(features), \(digest),
                        \(labels.count / 4 / kind.targetWidth), \(try JSON(encoding: described)), \(labels), \(members),
                        \(description), \(actor))
                    ON CONFLICT DO NOTHING
                    """) == 1
            let set = try await Self.evaluationSet(name, on: connection)
            guard set.digest == digest, set.task == task, set.kind == kind, set.featureVersion == features else {
                throw RegistryError(
                    "the evaluation set \(name) is there already, with other files, labels or features (digest \(set.digest)); sets are "
                        + "never changed: choose another name")
            }
            if isNew {
                for index in 0..<count { try await Self.store(file(index), index, of: set, on: connection) }
            }
            return set
        }
    }

    private static func store(
        _ file: LabelledFile, _ index: Int, of set: EvaluationSet, on connection: Connection
    ) async throws {
        guard file.description(set.kind) == set.files[index] else {
            throw RegistryError("\(file.name) was changed while it was read")
        }
        for (piece, start) in stride(from: 0, to: file.bytes.count, by: pieceSize).enumerated() {
            let bytes = Array(file.bytes[start..<min(start + pieceSize, file.bytes.count)])
            try await connection.execute(
                """
                INSERT INTO evaluation_set_files (set_name, file, piece, bytes)
                VALUES (\(set.name), \(index), \(piece), \(bytes))
                """)
        }
    }

    /// All sets, by name.
    public func evaluationSets() async throws -> [EvaluationSet] {
        try await database.query(
            """
            SELECT name, task, kind, feature_version, digest, examples, files, description, actor, created_at
            FROM evaluation_sets ORDER BY name
            """
        ).map(Self.evaluationSet)
    }

    /// The set of a name.
    public func evaluationSet(_ name: String) async throws -> EvaluationSet {
        try await database.withConnection { try await Self.evaluationSet(name, on: $0) }
    }

    /// The bytes of a file of a set.
    public func file(_ index: Int, of set: EvaluationSet) async throws -> [UInt8] {
        let rows = try await database.query(
            """
            SELECT bytes FROM evaluation_set_files WHERE set_name = \(set.name) AND file = \(index) ORDER BY piece
            """)
        let bytes = try rows.flatMap { try $0.decode("bytes", as: [UInt8].self) }
        guard SHA256Digest.hexadecimal(of: bytes) == set.files[index].digest else {
            throw RegistryError("file \(index) of the evaluation set \(set.name) is damaged: its digest is another one")
        }
        return bytes
    }

    /// The groups of a set's examples, in the order of its files; nil where each is independent of the others.
    public func groups(of set: EvaluationSet) async throws -> [Int64]? {
        let rows = try await database.query("SELECT groups FROM evaluation_sets WHERE name = \(set.name)")
        return try rows.first?.decode("groups", as: [UInt8]?.self).map { [Int64](littleEndianBytes: $0) }
    }

    /// The labels of a set, in the order of its files' examples.
    public func targets(of set: EvaluationSet) async throws -> [Float] {
        let rows = try await database.query("SELECT targets FROM evaluation_sets WHERE name = \(set.name)")
        guard let row = rows.first else { throw RegistryError("there is no evaluation set \(set.name)") }
        return try [Float](littleEndianBytes: row.decode("targets"))
    }

    static func evaluationSet(_ name: String, on connection: Connection) async throws -> EvaluationSet {
        let rows = try await connection.query(
            """
            SELECT name, task, kind, feature_version, digest, examples, files, description, actor, created_at
            FROM evaluation_sets WHERE name = \(name)
            """)
        guard let row = rows.first else {
            throw RegistryError(
                "there is no evaluation set \(name); `helicase models evaluation-set list` shows what there is")
        }
        return try evaluationSet(row)
    }

    private static func evaluationSet(_ row: Row) throws -> EvaluationSet {
        EvaluationSet(
            name: try row.decode("name"), task: try row.decode("task"),
            kind: try row.decode("kind", as: JSON.self).decode(), featureVersion: try row.decode("feature_version"),
            digest: try row.decode("digest"), examples: try row.decode("examples"),
            files: try row.decode("files", as: JSON.self).decode(), description: try row.decode("description"),
            actor: try row.decode("actor"), createdAt: try row.decode("created_at"))
    }
}
