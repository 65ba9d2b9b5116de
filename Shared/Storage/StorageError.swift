/// What went wrong with the database: what happened, in which statement, and what PostgreSQL said about it.
public struct StorageError: Error, Sendable, Hashable {
    /// The kind of trouble: a SQLSTATE for what the server reports, a word for what the client finds.
    ///
    /// Matches an error in a `catch`: `catch StorageError.Code.uniqueViolation { … }`.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The SQLSTATE (PostgreSQL manual, appendix A) or the client's own word.
        public let rawValue: String

        /// Names a code; any SQLSTATE is one.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The configuration names no usable database.
        public static let invalidConfiguration = Code(rawValue: "invalidConfiguration")
        /// The server cannot be reached or gave no answer in time.
        public static let cannotConnect = Code(rawValue: "cannotConnect")
        /// The connection broke; whether the last statement took effect is unknown.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The database or the connection was used after it had been closed or given back.
        public static let closed = Code(rawValue: "closed")
        /// The statement cannot be sent as it is.
        public static let invalidStatement = Code(rawValue: "invalidStatement")
        /// A value does not fit its column, or a column does not fit the requested Swift type.
        public static let invalidValue = Code(rawValue: "invalidValue")
        /// A row has no column of that name or index.
        public static let noSuchColumn = Code(rawValue: "noSuchColumn")
        /// The transaction had failed before it was committed, and nothing of it was kept.
        public static let transactionAborted = Code(rawValue: "transactionAborted")
        /// The folder of migrations is not a sequence of numbered scripts.
        public static let invalidMigrations = Code(rawValue: "invalidMigrations")
        /// The database lacks migrations that this program needs.
        public static let migrationsMissing = Code(rawValue: "migrationsMissing")
        /// An applied migration's script was changed afterwards.
        public static let migrationChanged = Code(rawValue: "migrationChanged")
        /// The database was migrated by a newer program.
        public static let databaseNewer = Code(rawValue: "databaseNewer")

        /// 23505: a unique constraint refused a row.
        public static let uniqueViolation = Code(rawValue: "23505")
        /// 23503: a foreign key refused a row.
        public static let foreignKeyViolation = Code(rawValue: "23503")
        /// 23502: a NULL in a column that takes none.
        public static let notNullViolation = Code(rawValue: "23502")
        /// 23514: a check constraint refused a row.
        public static let checkViolation = Code(rawValue: "23514")
        /// 40001: concurrent transactions cannot be put in an order; repeat this one.
        public static let serializationFailure = Code(rawValue: "40001")
        /// 40P01: transactions waited for each other; repeat this one.
        public static let deadlockDetected = Code(rawValue: "40P01")
        /// 42P01: no such table.
        public static let undefinedTable = Code(rawValue: "42P01")
        /// 42601: the statement is not SQL.
        public static let syntaxError = Code(rawValue: "42601")
        /// 57014: the statement was cancelled.
        public static let queryCanceled = Code(rawValue: "57014")
        /// 53300: the server takes no more connections.
        public static let tooManyConnections = Code(rawValue: "53300")
        /// 0A000: among others, a table changed under a prepared statement.
        public static let featureNotSupported = Code(rawValue: "0A000")
        /// 26000: no such prepared statement.
        public static let invalidStatementName = Code(rawValue: "26000")

        /// Whether an error is a `StorageError` with this code.
        public static func ~= (code: Code, error: any Error) -> Bool {
            (error as? StorageError)?.code == code
        }
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String
    /// The SQLSTATE, if the server reported the trouble.
    public var sqlState: String?
    /// The server's detail, such as the key that exists already.
    public var detail: String?
    /// The server's hint.
    public var hint: String?
    /// The constraint that refused a row.
    public var constraint: String?
    /// The SQL, with `$1` for bound values: values are never part of an error.
    public var statement: String?

    /// Makes an error that the client found.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the connection is gone or could not be made.
    public var isConnectionLost: Bool {
        if code == .connectionLost || code == .cannotConnect { return true }
        guard let sqlState else { return false }
        return sqlState.hasPrefix("08") || Self.terminations.contains(sqlState)
    }

    /// Whether the same work may succeed when it is repeated.
    public var isRetriable: Bool {
        isConnectionLost || isPlanOutdated
            || [.serializationFailure, .deadlockDetected, .tooManyConnections].contains(code)
    }

    /// Whether the values are at fault (SQLSTATE classes 22 and 23): no time, room or right would make them fit.
    public var isFaultOfData: Bool {
        guard let sqlState else { return false }
        return sqlState.hasPrefix("22") || sqlState.hasPrefix("23")
    }

    /// A prepared statement no longer fits the tables that it was prepared for.
    var isPlanOutdated: Bool {
        code == .invalidStatementName || (code == .featureNotSupported && statementWasPrepared)
    }

    /// Set by the session for statements that it ran by name.
    var statementWasPrepared = false

    /// Administrator's stop, crash, starting up, and the two idle time-outs: the server hangs up after each.
    private static let terminations: Set = ["57P01", "57P02", "57P03", "57P05", "25P03"]
}

extension StorageError: CustomStringConvertible {
    /// `message (SQLSTATE 23505), constraint runs_pkey; hint; in "INSERT …"`, without the detail, which holds values of rows.
    public var description: String {
        var text = message
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let constraint { text += ", constraint \(constraint)" }
        if let hint { text += "; \(hint)" }
        if let statement { text += "; in \"\(statement.prefix(200))\"" }
        return text
    }
}
