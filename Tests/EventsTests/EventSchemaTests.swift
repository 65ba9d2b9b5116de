import Events
import Foundation
import Genomics
import Schemas
import TestSupport
import Testing

/// `Schemas/Events` and the Swift types say the same.
struct EventSchemaTests {
    @Test(
        "Every golden record decodes with today's code and is written again as it was",
        arguments: try GoldenRecord.all())
    func goldenRecordsRoundTrip(record: GoldenRecord) throws {
        let event = try EventCoding.decode(record.event, from: record.bytes)
        #expect(try JSONValue(EventCoding.encode(event)) == JSONValue(record.bytes))
    }

    @Test("Every golden record obeys its schema", arguments: try GoldenRecord.all())
    func goldenRecordsObeyTheirSchemas(record: GoldenRecord) throws {
        #expect(try EventSchema.violations(in: record.bytes, of: record.event.type) == [])
    }

    @Test("What breaks a schema is found, with its place")
    func violationsAreFound() throws {
        func violations(_ type: EventType, _ json: String) throws -> [String] {
            try EventSchema.violations(in: json.utf8, of: type)
        }
        let run = #""run":"0192f3a4-5b6c-7d8e-9f01-23456789abcd""#
        #expect(try violations(.run, #"{\#(run),"sample":"S","state":"opened","later":{"a":1}}"#) == [])
        #expect(
            try violations(.run, #"{"run":"0192F3A4","sample":"","state":"begun","counts":{"reads":-1,"bases":1.5}}"#)
                == [
                    "/counts has no batches", "/counts has no problems", "/counts/bases is no integer",
                    "/counts/reads is -1, less than 0",
                    "/run is no ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "/run is no uuid", "/sample is too short",
                    #"/state is none of ["opened", "sealed", "completed", "failed", "stalled"]"#,
                ])
        #expect(
            try violations(.report, #"{"createdAt":"today","problems":[{"stage":"align","message":"m","record":0}]}"#)
                .filter { !$0.contains("has no") } == [
                    "/createdAt is no date-time", "/problems/0/record is 0, less than 1",
                ])
        #expect(try violations(.report, "[]") == ["the event is no object"])
    }

    @Test("Every event type has a schema or a description, and nothing else is there")
    func everyTypeHasAContract() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SchemaFiles.folder.appendingPathComponent("Events").path)
        #expect(Set(folders) == Set(EventType.allCases.map(\.folder)))
        for type in EventType.allCases {
            let isJSON = jsonEvents.contains { $0.type == type }
            let files = try Set(FileManager.default.contentsOfDirectory(atPath: type.folderURL.path))
            #expect(files == (isJSON ? ["v1.json", "golden"] : ["v1.md"]), "\(type.folder)")
            if isJSON {
                #expect(try EventSchema.of(event: type.folder).title == type.rawValue)
            } else {
                let text = try String(contentsOf: type.folderURL.appendingPathComponent("v1.md"), encoding: .utf8)
                #expect(text.hasPrefix("# \(type.rawValue)\n"))
            }
        }
    }

    @Test("Every key that code writes is in the schema, and every required key is written", arguments: jsonEvents)
    func keysAreThoseOfTheSchema(event: any JSONEvent.Type) throws {
        let schema = try EventSchema.of(event: event.type.folder)
        var seen: Set<String> = []
        for record in try GoldenRecord.all(of: event) {
            let decoded = try EventCoding.decode(event, from: record.bytes)
            try walk(JSONValue(EventCoding.encode(decoded)), schema, seen: &seen)
            try walkFields(of: decoded, schema)
        }
        #expect(try schema.allProperties().subtracting(seen) == [], "no golden record has these properties")
    }

    @Test("The schemas list the cases of each enumeration")
    func casesAreThoseOfTheSchema() throws {
        func check<Case: CaseIterable & RawRepresentable<String>>(_ type: Case.Type, _ path: String...) throws {
            var schema = try EventSchema.of(event: path[0])
            for key in path.dropFirst() {
                let next = key == "items" ? try schema.items() : try schema.property(key)
                schema = try #require(next, "\(schema.place) has no \(key)")
            }
            #expect(schema.cases == Case.allCases.map(\.rawValue), "\(schema.place)")
        }
        try check(RunEvent.State.self, "run", "state")
        try check(ModelEvent.State.self, "model", "state")
        try check(JobEvent.State.self, "job", "state")
        try check(TrainingMembership.Wish.self, "training-membership", "wish")
        try check(IngestRequest.Input.Format.self, "job", "ingest", "inputs", "items", "format")
        try check(Report.Status.self, "report", "status")
        try check(SexByCoverage.Verdict.self, "report", "quality", "sex", "verdict")
        try check(SexByCoverage.Verdict.self, "report", "sex", "sex")
        try check(CalledSex.Basis.self, "report", "sex", "basis")
        try check(SiteReason.self, "report", "sites", "listed", "items", "answer")
        try check(CallabilitySummary.State.self, "report", "callability", "notCallable", "items", "reason")
    }

    /// Compares what was written with the schema; `seen` gathers the properties that were met.
    private func walk(_ value: JSONValue, _ schema: EventSchema, seen: inout Set<String>) throws {
        switch value {
        case .object(let members):
            if schema.isFree { return }
            if let values = try schema.values() {
                for member in members.values { try walk(member, values, seen: &seen) }
                return
            }
            #expect(schema.isOpen, "\(schema.place) must allow keys of a newer minor version")
            #expect(schema.required.subtracting(members.keys) == [], "\(schema.place): required and not written")
            for (key, member) in members {
                guard let property = try schema.property(key) else {
                    Issue.record("\(schema.place): the key \(key) is written and not in the schema")
                    continue
                }
                seen.insert("\(schema.place)/\(key)")
                try walk(member, property, seen: &seen)
            }
        case .array(let elements):
            let items = try #require(try schema.items(), "\(schema.place) does not say what its elements are")
            for element in elements { try walk(element, items, seen: &seen) }
        case .string(let text):
            #expect(schema.cases?.contains(text) ?? true, "\(schema.place): \(text)")
        case .null, .bool, .number: break
        }
    }

    /// Compares the stored properties of a value with the schema, so that optional fields cannot be forgotten either.
    private func walkFields(of value: Any, _ schema: EventSchema) throws {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            for child in mirror.children { try walkFields(of: child.value, schema) }
        case .collection:
            guard let items = try schema.items() else { return }
            for child in mirror.children { try walkFields(of: child.value, items) }
        case .struct where !schema.properties.isEmpty:
            #expect(Set(mirror.children.compactMap(\.label)) == schema.properties, "\(schema.place)")
            for child in mirror.children {
                guard let label = child.label, let property = try schema.property(label) else { continue }
                let isOptional = Mirror(reflecting: child.value).displayStyle == .optional
                #expect(isOptional != schema.required.contains(label), "\(schema.place)/\(label)")
                try walkFields(of: child.value, property)
            }
        default: break
        }
    }
}
