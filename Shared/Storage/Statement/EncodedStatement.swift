import CLibPQ

/// A statement in the form that libpq takes: all values in binary, one after the other in one buffer.
struct EncodedStatement: Sendable {
    let text: String
    let types: [Oid]
    private let bytes: [UInt8]
    /// Where each value starts and how long it is; `nil` is NULL.
    private let values: [Range<Int>?]

    init(_ statement: Statement) throws(StorageError) {
        let parameters = statement.parameters
        // libpq reads the SQL up to its first NUL: the rest would silently not be part of it.
        guard !statement.text.utf8.contains(0) else {
            throw StorageError(.invalidStatement, "the SQL contains a NUL character")
        }
        guard parameters.count <= Int(UInt16.max) else {
            throw StorageError(
                .invalidStatement, "\(parameters.count) bound values are too many (65535): bind arrays and unnest them")
        }
        var bytes: [UInt8] = []
        var values: [Range<Int>?] = []
        values.reserveCapacity(parameters.count)
        for (index, value) in parameters.enumerated() {
            let start = bytes.count
            if value.isNull {
                values.append(nil)
                continue
            }
            do throws(ConversionError) {
                try value.encode(as: type(of: value).databaseType, into: &bytes)
            } catch {
                var failure = StorageError(.invalidValue, "value $\(index + 1) cannot be bound: \(error)")
                failure.statement = statement.text
                throw failure
            }
            values.append(start..<bytes.count)
        }
        text = statement.text
        types = parameters.map { type(of: $0).databaseType.rawValue }
        // The buffer is never empty, so an empty value still has an address: no address means NULL.
        bytes.append(0)
        self.bytes = bytes
        self.values = values
    }

    /// Calls `body` with libpq's arrays: count, types, addresses, lengths, formats.
    func withParameters<R>(
        _ body: (Int32, [Oid], [UnsafePointer<CChar>?], [Int32], [Int32]) -> R
    ) -> R {
        bytes.withUnsafeBytes { buffer in
            let addresses = values.map { range in
                range.flatMap { buffer.baseAddress?.advanced(by: $0.lowerBound).assumingMemoryBound(to: CChar.self) }
            }
            let lengths = values.map { Int32($0?.count ?? 0) }
            return body(
                Int32(values.count), types, addresses, lengths, [Int32](repeating: 1, count: values.count))
        }
    }
}
