import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// A batch of records of VCF as a model reads them, and as its examples hold them: the JSON of the alleles of each record without a
/// problem, in the tensor `alleles`.
struct VariantBatch {
    /// A record.
    struct Record: Codable, Hashable {
        var variant: VariantItem
        /// The class that is meant; nil for the one that the model says.
        var output: String?
    }

    /// One an item; nil for one with a problem.
    let records: [Record?]

    /// The examples of items; one whose field is no alleles has a problem.
    static func examples(of items: ItemBatch) throws -> ItemExamples {
        let decoder = JSONDecoder()
        var (subjects, records): ([ItemExamples.Subject], [Record]) = ([], [])
        for item in items.items {
            var problem = item.problem
            if problem == nil {
                do {
                    let variant = try decoder.decode(VariantItem.self, from: Data(item.fields[0]))
                    for alternate in variant.alternates { _ = try alternate.context() }
                    let name = item.fields[1]
                    records.append(
                        Record(variant: variant, output: name.isEmpty ? nil : String(decoding: name, as: UTF8.self)))
                } catch {
                    problem = "these are no alleles: \(error)"
                }
            }
            subjects.append(.init(record: item.record, name: item.name, problem: problem))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = Array(try encoder.encode(records))
        return ItemExamples(
            subjects: subjects, tensors: [.init(name: "alleles", dtype: .u8, shape: [json.count], bytes: json)],
            featureVersion: VariantItem.featureVersion)
    }

    /// Reads examples; throws `TaskError` where they hold no alleles, or those of other items.
    init(_ examples: ItemExamples) throws {
        guard let tensor = examples["alleles"], tensor.dtype == .u8 else {
            throw TaskError("the tensor `alleles` (U8) is needed")
        }
        var records: ArraySlice<Record>
        do {
            records = try JSONDecoder().decode([Record].self, from: Data(tensor.bytes))[...]
        } catch {
            throw TaskError("`alleles` is not the JSON of alleles: \(error)")
        }
        guard records.count == examples.subjects.count(where: { $0.problem == nil }) else {
            throw TaskError("`alleles` are not those of the items")
        }
        self.records = examples.subjects.map { $0.problem == nil ? records.removeFirst() : nil }
    }

    /// What a model says of each record: its ``EffectScores``.
    func scores(_ model: SequenceModel, problems: [String?], workers: Int) async throws -> [Score] {
        var results = problems.map { Score(problem: $0 ?? "there is no allele") }
        let groups = Dictionary(grouping: records.indices.filter { records[$0] != nil }) { records[$0]?.output }
        for (name, places) in groups {
            let effects: VariantEffects
            do {
                effects = try VariantEffects(model, class: name)
            } catch let error as TaskError {
                for place in places { results[place] = Score(problem: Item.plain(error.description)) }
                continue
            }
            let contexts = try places.map { try records[$0]?.variant.alternates.map { try $0.context() } ?? [] }
            var found = try await effects.effects(of: contexts.joined().compactMap { $0 }, workers: workers)[...]
            for (place, own) in zip(places, contexts) {
                guard let variant = records[place]?.variant else { continue }
                var scores = EffectScores(position: variant.position)
                for (alternate, context) in zip(variant.alternates, own) {
                    switch context.map({ _ in found.removeFirst() }) {
                    case .success(let effect)?: scores.add(effect, sites: model.outcome.names)
                    case .failure(let error)?: scores.add(problem: error.description)
                    case nil: scores.add(problem: alternate.problem)
                    }
                }
                results[place] = scores.score
            }
        }
        return results
    }
}
