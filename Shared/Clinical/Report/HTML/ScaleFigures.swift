/// Small pictures of one number each, with the number in words beside them.
enum ScaleFigures {
    /// What pictures share, once a page: the scale of points with its five classes (Tavtigian and others 2020, table 2).
    static var definitions: HTML {
        let zones: [(name: String, from: Double, to: Double)] = [
            ("benign", -10, -6.5), ("likely benign", -6.5, -0.5), ("uncertain", -0.5, 5.5),
            ("likely pathogenic", 5.5, 9.5), ("pathogenic", 9.5, 14),
        ]
        let boxes = zones.enumerated().map { place, zone -> HTML in
            "<rect class=\"zone\(place)\" x=\"\(x(zone.from))\" y=\"22\" width=\"\(x(zone.to) - x(zone.from))\" height=\"20\"/>"
        }
        let names = zones.map { zone -> HTML in
            "<text x=\"\((x(zone.from) + x(zone.to)) / 2)\" y=\"36\" text-anchor=\"middle\">\(zone.name)</text>"
        }
        let ticks = [-7, -1, 0, 5, 6, 9, 10].map { value -> HTML in
            "<text x=\"\(x(Double(value)))\" y=\"55\" text-anchor=\"middle\">\(PlainWords.grouped(value))</text>"
        }
        return """
            <svg class="shared" width="0" height="0" aria-hidden="true" focusable="false"><defs><g id="points">\
            \(HTML.all(boxes + names + ticks))</g></defs></svg>

            """
    }

    private static func x(_ points: Double) -> Int { Int(10 + (points + 10) * 28) }

    /// Points on the scale of classes; beyond its ends, at its end.
    static func points(_ points: Int, _ variantClass: VariantClass) -> HTML {
        let place = x(Double(max(-10, min(14, points))))
        return """
            <svg class="scale" viewBox="0 0 700 60" role="img" aria-label="\(PlainWords.grouped(points)) points on the scale of classes: \
            \(variantClass.rawValue)"><use href="#points"/><path class="pointer" d="M\(place - 7) 8h14l-7 13z"/>\
            <path class="needle" d="M\(place) 20v24"/></svg>

            """
    }

    /// The part of reads that show an allele.
    static func balance(reference: Int, alternate: Int) -> HTML {
        let (reference, alternate) = (Double(max(0, reference)), Double(max(0, alternate)))
        guard reference + alternate > 0 else { return "" }
        let part = Int(160 * alternate / (reference + alternate))
        return """
            <svg class="bar" viewBox="0 0 162 12" aria-hidden="true" focusable="false"><rect class="frame" x="1" y="1" width="160" \
            height="10"/><rect class="fill" x="1" y="1" width="\(part)" height="10"/></svg>
            """
    }

    /// A percentile with its interval, from 0 to 100.
    static func percentile(_ value: Double, _ interval: [Double]?) -> HTML {
        func place(_ value: Double) -> Int { 1 + Int(1.6 * max(0, min(100, value.isFinite ? value : 0))) }
        var span: HTML = ""
        if let interval, interval.count == 2 {
            let (low, high) = (place(interval[0]), place(interval[1]))
            span =
                "<rect class=\"fill\" x=\"\(min(low, high))\" y=\"3\" width=\"\(max(1, abs(high - low)))\" height=\"6\"/>"
        }
        return """
            <svg class="bar" viewBox="0 0 162 12" aria-hidden="true" focusable="false"><rect class="frame" x="1" y="1" width="160" \
            height="10"/>\(span)<path class="needle" d="M\(place(value)) 0v12"/></svg>
            """
    }

    /// The exons of a transcript with the one that is changed, and the amino acids before and after; nothing where neither is known.
    static func protein(_ consequence: TranscriptConsequence) -> HTML {
        let (most, width) = (120, 636)
        let isExon = consequence.exon != nil
        guard let ordinal = consequence.exon ?? consequence.intron, ordinal.count > 0, ordinal.count <= most,
            (1...ordinal.count).contains(ordinal.number)
        else { return "" }
        let exons = isExon ? ordinal.count : ordinal.count + 1
        let step = width / exons
        let gap = step > 8 ? 3 : 1
        let boxes = (0..<exons).map { place in "M\(1 + place * step) 8h\(step - gap)v14h-\(step - gap)z" }.joined()
        let left = 1 + (ordinal.number - 1) * step
        let mark: HTML =
            isExon
            ? "<path class=\"hit\" d=\"M\(left) 4h\(step - gap)v22h-\(step - gap)z\"/>"
            : "<path class=\"needle\" d=\"M\(left + step - 1) 2v26\"/>"
        var words = "\(isExon ? "Exon" : "Intron") \(ordinal.number) of \(ordinal.count)"
        if let residue = consequence.residue, let acids = consequence.aminoAcids {
            let sides = acids.split(separator: "/", omittingEmptySubsequences: false)
            words += ", residue \(PlainWords.grouped(residue))"
            if sides.count == 2, sides[1].hasSuffix("X") {
                words += ": from \(PlainWords.bases(name(sides[0]))) on the protein is another"
            } else if sides.count == 2, sides.allSatisfy({ $0.count == 1 }) {
                words += ": \(name(sides[0])) becomes \(name(sides[1]))"
            } else if sides.count == 2 {
                words += ": \(PlainWords.bases(String(sides[0]))) becomes \(PlainWords.bases(String(sides[1])))"
            } else {
                words += ": \(PlainWords.bases(acids))"
            }
        }
        return """
            <figure class="protein"><svg viewBox="0 0 640 30" role="img" aria-label="\(words)"><path class="exons" d="\(boxes)"/>\
            \(mark)</svg><figcaption>\(words). Exons of \(consequence.transcript), all drawn alike.</figcaption></figure>

            """
    }

    /// A single amino acid by its name.
    private static func name(_ letters: Substring) -> String {
        guard letters.count == 1, let letter = letters.first, let name = aminoAcids[letter] else {
            return letters.isEmpty || letters == "-" ? "nothing" : String(letters)
        }
        return name
    }

    private static let aminoAcids: [Character: String] = [
        "A": "alanine", "R": "arginine", "N": "asparagine", "D": "aspartic acid", "C": "cysteine", "Q": "glutamine",
        "E": "glutamic acid", "G": "glycine", "H": "histidine", "I": "isoleucine", "L": "leucine", "K": "lysine",
        "M": "methionine", "F": "phenylalanine", "P": "proline", "S": "serine", "T": "threonine", "W": "tryptophan",
        "Y": "tyrosine", "V": "valine", "U": "selenocysteine", "*": "a stop",
    ]
}
