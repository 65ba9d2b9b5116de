/// An entry of ``ConsequenceField``: what an allele does to a transcript, by itself or with its neighbours.
struct ConsequenceRow {
    var allele: Int
    var transcript: Int
    var consequence: Consequence
    var change: CodingChange?
    /// The number of the exon behind the intron that the allele lies amid; nil where it may reach anything else.
    var intron: Int?

    /// Puts a record's rows into `rows`: one for each transcript, allele and change, in the order of alleles and transcripts.
    static func rows(of record: RecordConsequences, _ table: TranscriptTable, into rows: inout [ConsequenceRow]) {
        rows.removeAll(keepingCapacity: true)
        // Most records lie amid introns: their entries are rows.
        if record.isAmidIntrons {
            for entry in record.entries {
                rows.append(
                    ConsequenceRow(
                        allele: entry.allele, transcript: entry.transcript, consequence: entry.consequence,
                        intron: entry.intron))
            }
        } else {
            gather(record, table, into: &rows)
        }
        // Entries come by transcript; of several alleles they are put in order. What is told of one keeps its order.
        for index in rows.indices.dropFirst() {
            var place = index
            while place > 0, rows[place].isBefore(rows[place - 1]) {
                rows.swapAt(place, place - 1)
                place -= 1
            }
        }
    }

    private func isBefore(_ other: ConsequenceRow) -> Bool {
        allele != other.allele ? allele < other.allele : transcript < other.transcript
    }

    private static func gather(
        _ record: RecordConsequences, _ table: TranscriptTable, into rows: inout [ConsequenceRow]
    ) {
        var rest: [ConsequenceRow] = []
        for entry in record.entries {
            if let change = entry.change {
                if rows.contains(where: {
                    $0.transcript == entry.transcript && $0.allele == entry.allele && $0.change == change
                }) {
                    continue
                }
                rows.append(
                    ConsequenceRow(
                        allele: entry.allele, transcript: entry.transcript, consequence: change.consequence,
                        change: change))
            } else if let place = rest.lastIndex(where: {
                $0.allele == entry.allele && $0.transcript == entry.transcript
            }) {
                rest[place].consequence.formUnion(entry.consequence)
            } else {
                rest.append(
                    ConsequenceRow(
                        allele: entry.allele, transcript: entry.transcript, consequence: entry.consequence,
                        intron: entry.intron))
            }
        }
        for other in rest {
            var isShown = false
            for index in rows.indices
            where rows[index].allele == other.allele && rows[index].transcript == other.transcript {
                isShown = true
                // What sequence says about start and stop codons counts more than what borders say.
                let terms =
                    rows[index].consequence.isDisjoint(with: .startStop) || rows[index].change?.isShift == true
                    ? other.consequence : other.consequence.subtracting(.startStop)
                rows[index].consequence.formUnion(terms.subtracting(.synonymous))
            }
            if !isShown { rows.append(other) }
        }
        for index in rows.indices where rows[index].intron == nil {
            rows[index].consequence = shown(rows[index].consequence, table[rows[index].transcript].transcript)
        }
    }

    private static let exonic: Consequence = [
        .fivePrimeUTR, .threePrimeUTR, .nonCodingExon, .codingSequence, .missense, .synonymous,
    ]

    /// The terms as the Sequence Ontology and VEP put them together.
    private static func shown(_ consequence: Consequence, _ transcript: Transcript) -> Consequence {
        var terms = consequence.simplified
        if terms.contains(.spliceRegion), terms.isDisjoint(with: exonic.union(.compound)) { terms.insert(.intron) }
        if !terms.isDisjoint(with: [.stopRetained, .startRetained]) { terms.remove(.synonymous) }
        if transcript.coding == nil { terms.insert(.nonCoding) }
        if terms.contains(.nonCodingExon) { terms.remove(.nonCoding) }
        return terms
    }
}
