import Foundation

extension ClinicalReport {
    /// The report as JSON with sorted keys: equal reports have equal bytes.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(self))
    }

    /// Reads what ``encoded()`` wrote.
    public init(decoding bytes: some Sequence<UInt8>) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(ClinicalReport.self, from: Data(bytes))
    }
}

extension ClinicalReport.Laboratory {
    /// Reads a laboratory's own file, `--laboratory`; throws a sentence that names what is wrong in it.
    public init(decoding bytes: some Sequence<UInt8>, file: String) throws(LaboratoryError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch DecodingError.keyNotFound(let key, _) {
            throw LaboratoryError("\(file) has no field \"\(key.stringValue)\"; a laboratory has a name and an address")
        } catch {
            throw LaboratoryError(
                "\(file) is no JSON object of texts: name, address, licence, director, orderedBy, patient, specimen, received, test"
            )
        }
        let known = Self.CodingKeys.allCases.map(\.rawValue)
        let fields = (try? JSONDecoder().decode([String: String?].self, from: Data(bytes))) ?? [:]
        let others = fields.keys.filter { !known.contains($0) }.sorted()
        guard others.isEmpty else {
            throw LaboratoryError(
                "\(file): no report has a place for \(others.map { "\"\($0)\"" }.joined(separator: ", ")); the fields are \(known.joined(separator: ", "))"
            )
        }
        guard !name.isEmpty, !address.isEmpty else {
            throw LaboratoryError(
                "\(file): name and address are empty; a report names the laboratory that answers for it")
        }
    }
}

/// What is wrong with a laboratory's file.
public struct LaboratoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    init(_ description: String) { self.description = description }
}
