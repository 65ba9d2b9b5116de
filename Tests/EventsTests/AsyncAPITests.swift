import Events
import Foundation
import Messaging
import Schemas
import TestSupport
import Testing

/// `Schemas/asyncapi.json` says what the code says.
struct AsyncAPITests {
    private let document: JSONValue

    init() throws {
        document = try JSONValue(Data(contentsOf: SchemaFiles.folder.appendingPathComponent("asyncapi.json")))
    }

    private var channels: [String: JSONValue] { document["channels"]?.members ?? [:] }
    private var messages: [String: JSONValue] { document["components"]?["messages"]?.members ?? [:] }
    private var operations: [String: JSONValue] { document["operations"]?.members ?? [:] }

    @Test("Every topic is a channel with its partitions and its configuration, and every channel is a topic")
    func channelsAreTopics() throws {
        let declarations = Topics.declarations()
        #expect(Set(channels.keys) == Set(declarations.map(\.name)))
        for topic in declarations {
            let channel = try #require(channels[topic.name])
            #expect(channel["address"]?.text == "{prefix}\(topic.name)")
            let kafka = try #require(channel["bindings"]?["kafka"])
            #expect(kafka["partitions"]?.integer == topic.partitions, "\(topic.name)")
            #expect(kafka["replicas"]?.integer == topic.replicationFactor, "\(topic.name)")
            let configuration = (kafka["topicConfiguration"]?.members ?? [:]).mapValues { value in
                value.integer.map(String.init) ?? value.elements.compactMap(\.text).joined(separator: ",")
            }
            #expect(configuration == topic.configuration, "\(topic.name)")
        }
    }

    @Test("Every event type is a message with its schema, and every message but the dead letter is an event type")
    func messagesAreEventTypes() throws {
        let events = messages.filter { $0.key != "deadLetter" }.values
        #expect(events.compactMap { $0["name"]?.text }.sorted() == EventType.allCases.map(\.rawValue).sorted())
        for message in events {
            let name = try #require(message["name"]?.text)
            let type = try #require(EventType(rawValue: name))
            let schema = message["payload"]?["schema"]?["$ref"]?.text
            let isJSON = jsonEvents.contains { $0.type == type }
            #expect(schema == (isJSON ? "Events/\(type.folder)/v1.json" : nil))
            #expect(isJSON || message["externalDocs"]?["url"]?.text == "Events/\(type.folder)/v1.md")
            #expect((message["contentType"]?.text == ContentType.json) == isJSON)
            let properties = message["headers"]?["allOf"]?.elements.last?["properties"]
            #expect(properties?["ce_type"]?["const"]?.text == name)
            #expect(properties?["content-type"]?["const"] == message["contentType"])
        }
    }

    @Test("Every message is on a channel, and operations name messages of their channel")
    func operationsFit() throws {
        let carried = channels.values.flatMap { ($0["messages"]?.members ?? [:]).keys }
        #expect(carried.sorted() == messages.keys.sorted())
        for (name, operation) in operations {
            let channel = try #require(operation["channel"]?["$ref"]?.text)
            let references = try #require(operation["messages"]).elements.compactMap { $0["$ref"]?.text }
            #expect(!references.isEmpty && references.allSatisfy { $0.hasPrefix("\(channel)/messages/") }, "\(name)")
        }
    }

    @Test("The groups that receive are those of the subscriptions, and every topic has a writer")
    func groupsAreSubscriptions() throws {
        var topics: [String: Set<String>] = [:]
        for operation in operations.values {
            guard let group = operation["bindings"]?["kafka"]?["groupId"]?["const"]?.text else { continue }
            let channel = try #require(operation["channel"]?["$ref"]?.text?.split(separator: "/").last)
            #expect(operation["action"]?.text == "receive")
            topics[group, default: []].insert(String(channel))
        }
        #expect(
            topics == Dictionary(uniqueKeysWithValues: Topics.subscriptions.map { ($0.group, Set($0.topics)) }))
        let written = operations.values.filter { $0["action"]?.text == "send" }
            .compactMap { $0["channel"]?["$ref"]?.text?.split(separator: "/").last.map(String.init) }
        #expect(Set(written) == Set(channels.keys))
    }

    @Test("The headers of a record of ours are headers of its message")
    func headersOfRecords() throws {
        let seal = try LaneSeal(run: Identifier(), lane: 3, batches: 1).record(source: "ingest")
        let common = try #require(document["components"]?["schemas"]?["CloudEventHeaders"])
        let own = try #require(messages["laneSealed"]?["headers"]?["allOf"]?.elements.last)
        let required = [common, own].flatMap { $0["required"]?.elements.compactMap(\.text) ?? [] }
        #expect(Set(seal.headers.map(\.name)) == Set(required))
        #expect(Set(required).isSubset(of: [common, own].flatMap { ($0["properties"]?.members ?? [:]).keys }))
    }
}
