import Foundation
import Storage

extension FuzzEntry {
    /// A value of a column in binary form: a byte for the Swift type, four for the column's, in network order, the value.
    static let database = FuzzEntry("database", longest: 256) { input in
        guard input.count >= 5 else { return }
        let type = DatabaseType(rawValue: input[1..<5].reduce(0) { $0 << 8 | UInt32($1) })
        let swift = types[Int(input[0]) % types.count]
        try check(swift, Array(input.dropFirst(5)), as: type)
    }

    private static let types: [any DatabaseValue.Type] = [
        Bool.self, Int16.self, Int32.self, Int64.self, Int.self, Float.self, Double.self, String.self, UUID.self,
        Date.self, JSON.self, [UInt8].self, [Int].self, [Int?].self, [String].self, [Double].self, [[UInt8]].self,
        [Date].self, [JSON].self, [UUID?].self,
    ]

    /// What is read can be written, and what is written is read as the same bytes.
    private static func check<Value: DatabaseValue>(
        _: Value.Type, _ bytes: [UInt8], as type: DatabaseType
    ) throws(FuzzFinding) {
        guard let value = try? bytes.withUnsafeBytes({ try Value.decode($0, as: type) }) else { return }
        var written: [UInt8] = []
        do {
            try value.encode(as: type, into: &written)
        } catch {
            return  // read from a wider type, such as a numeric, which is never written
        }
        let again = try mustNotThrow("\(Value.self) of \(type)") {
            try written.withUnsafeBytes { try Value.decode($0, as: type) }
        }
        var twice: [UInt8] = []
        try mustNotThrow("\(Value.self) of \(type)") { try again.encode(as: type, into: &twice) }
        try FuzzFinding.unless(twice == written, "\(Value.self) of \(type) is another after writing it")
    }
}
