import Foundation

/// An element of an SVG picture.
struct SVGElement {
    private let name: String
    private let attributes: [(String, String)]
    private let content: [Content]

    private enum Content {
        case element(SVGElement)
        case text(String)
    }

    init(_ name: String, _ attributes: [(String, String)] = [], _ children: [SVGElement] = []) {
        self.name = name
        self.attributes = attributes
        content = children.map(Content.element)
    }

    init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        self.name = name
        self.attributes = attributes
        content = [.text(text)]
    }

    /// The element in XML, texts and attributes escaped.
    var xml: String {
        let start = "<\(name)" + attributes.map { " \($0)=\"\(Markup.escaped($1))\"" }.joined()
        if content.isEmpty { return start + "/>" }
        let inside = content.map {
            switch $0 {
            case .element(let element): element.xml
            case .text(let text): Markup.escaped(text)
            }
        }
        return start + ">" + inside.joined() + "</\(name)>"
    }
}

extension SVGElement {
    static func text(_ text: String, x: Double, y: Double, style: String, anchor: String = "start") -> SVGElement {
        SVGElement("text", [("x", number(x)), ("y", number(y)), ("class", style), ("text-anchor", anchor)], text: text)
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> SVGElement {
        SVGElement(
            "line",
            [("x1", number(x1)), ("y1", number(y1)), ("x2", number(x2)), ("y2", number(y2)), ("class", style)])
    }

    static func rectangle(
        x: Double, y: Double, width: Double, height: Double, style: String, _ more: [(String, String)] = []
    ) -> SVGElement {
        SVGElement(
            "rect",
            [
                ("x", number(x)), ("y", number(y)), ("width", number(width)), ("height", number(height)),
                ("class", style),
            ] + more)
    }

    static func circle(x: Double, y: Double, radius: Double, style: String) -> SVGElement {
        SVGElement("circle", [("cx", number(x)), ("cy", number(y)), ("r", number(radius)), ("class", style)])
    }

    /// A coordinate to a hundredth of a pixel.
    static func number(_ value: Double) -> String {
        let text = String(format: "%.2f", value)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }
}
