import Foundation

/// How often a disease has each phenotype, from its rows.
struct DiseaseProfile: Sendable, Hashable {
    /// A term that rows name, or an ancestor of such terms.
    struct Entry: Sendable, Hashable {
        var term: Int32
        /// The share of the affected who have it, 0 to 1: of an ancestor the greatest of what is below it.
        var frequency: Float
        /// The share that would have any of what is below it, if these were independent.
        var joint: Float
        /// How many people the frequency rests on, at most; a class of frequencies counts as ten, a bare row as two.
        var people: Float
    }

    /// What rows name themselves, by term.
    private(set) var direct: [Entry] = []
    /// With all ancestors, by term.
    private(set) var all: [Entry] = []
    /// Terms that rows rule out, by term: `NOT`, or nobody of those who were looked at.
    ///
    /// The network's features have them as very rare, as they were in its training; the likelihood ratio heeds them.
    private(set) var ruledOut: [Int32] = []
    /// Reads rows, without those of some references: a case is never compared with annotations made from its own paper.
    ///
    /// Counts of several papers are added up; (seen + 0.3) / (people + 1) is the frequency, so that one of one is no certainty.
    init(
        _ rows: [DiseaseAnnotations.Row], without references: Set<Int> = [],
        _ ontology: Ontology
    ) {
        struct Sum {
            var (seen, people) = (Float(0), Float(0))
            var (shares, classes) = (Float(0), Float(0))
            var isBare = false
        }
        var sums: [Int: Sum] = [:]
        for row in rows where !references.contains(row.reference) {
            var sum = sums[row.term] ?? Sum()
            if row.isNegated {
                sum.people += Self.peopleOfBareRow
            } else {
                switch row.frequency {
                case .counted(let seen, let people):
                    sum.seen += Float(seen)
                    sum.people += Float(people)
                case .share(let share):
                    sum.shares += share
                    sum.classes += 1
                case .unknown: sum.isBare = true
                }
            }
            sums[row.term] = sum
        }
        for (term, sum) in sums.sorted(by: { $0.key < $1.key }) {
            var (seen, people) = (sum.seen, sum.people)
            if sum.classes > 0 {
                seen += sum.shares / sum.classes * Self.peopleOfClass
                people += Self.peopleOfClass
            }
            if sum.isBare {
                seen += Self.peopleOfBareRow / 2
                people += Self.peopleOfBareRow
            }
            if seen == 0 { ruledOut.append(Int32(term)) }
            let frequency = seen > 0 ? (seen + 0.3) / (people + 1) : Self.ruledOutFrequency
            direct.append(Entry(term: Int32(term), frequency: frequency, joint: frequency, people: people))
        }
        spread(ontology)
    }

    static let ruledOutFrequency: Float = 0.02
    private static let peopleOfClass: Float = 10
    private static let peopleOfBareRow: Float = 2

    /// Who has a phenotype has all that it is a kind of.
    private mutating func spread(_ ontology: Ontology) {
        var found: [Int32: (frequency: Float, without: Float, people: Float)] = [:]
        for entry in direct {
            for ancestor in ontology.ancestors[Int(entry.term)] {
                var known = found[ancestor] ?? (0, 1, 0)
                known.frequency = max(known.frequency, entry.frequency)
                known.without *= 1 - min(entry.frequency, 0.99)
                known.people = max(known.people, entry.people)
                found[ancestor] = known
            }
        }
        all = found.sorted { $0.key < $1.key }.map {
            Entry(term: $0.key, frequency: $0.value.frequency, joint: 1 - $0.value.without, people: $0.value.people)
        }
    }

    /// What is known of a term; nil where nothing is.
    func entry(of term: Int) -> Entry? {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].term < Int32(term) { low = middle + 1 } else { high = middle }
        }
        return low < all.count && all[low].term == Int32(term) ? all[low] : nil
    }
}
