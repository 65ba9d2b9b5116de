import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// A page as a parser of XML sees it: elements in their order, each with its text.
final class ParsedPage: NSObject, XMLParserDelegate {
    /// An element.
    final class Element {
        let name: String
        let attributes: [String: String]
        private(set) weak var parent: Element?
        var children: [Element] = []
        var text = ""

        init(_ name: String, _ attributes: [String: String], parent: Element?) {
            (self.name, self.attributes, self.parent) = (name, attributes, parent)
        }

        var ancestors: [Element] { parent.map { [$0] + $0.ancestors } ?? [] }
    }

    /// All elements, outer before inner.
    private(set) var elements: [Element] = []
    private var open: [Element] = []

    /// Reads a page; nil where it is not well-formed.
    static func read(_ page: String) -> ParsedPage? {
        let result = ParsedPage()
        let parser = XMLParser(data: Data(page.utf8))
        parser.delegate = result
        return parser.parse() ? result : nil
    }

    func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// The first element of an id.
    func element(_ id: String) -> Element? { elements.first { $0.attributes["id"] == id } }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let element = Element(name, attributes, parent: open.last)
        open.last?.children.append(element)
        elements.append(element)
        open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        for element in open { element.text += characters }
    }
}
