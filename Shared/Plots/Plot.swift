/// A picture of data: SVG that is legible on light and dark pages, and to those who do not tell colours apart.
///
/// Colours are Okabe and Ito's (2008); lines differ by dashes too.
public struct Plot: Sendable {
    /// The picture as a file of its own, its style within.
    public let file: String
    /// The picture for an HTML page that has ``style``.
    public let inline: String

    init(width: Double, height: Double, title: String, _ elements: [SVGElement]) {
        func picture(_ style: [SVGElement]) -> String {
            let size = ("\(SVGElement.number(width))", "\(SVGElement.number(height))")
            return SVGElement(
                "svg",
                [
                    ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(size.0) \(size.1)"),
                    ("width", size.0), ("height", size.1), ("class", "plot"), ("role", "img"), ("aria-label", title),
                ],
                style + [
                    .rectangle(x: 0.5, y: 0.5, width: width - 1, height: height - 1, style: "surface", [("rx", "6")]),
                    .text(title, x: 16, y: 25, style: "text title"),
                ] + elements
            ).xml
        }
        inline = picture([])
        file = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + picture([SVGElement("style", text: Self.style)]) + "\n"
    }

    /// The style sheet of all plots.
    ///
    /// It has no character that XML must escape.
    public static let style = """
        .plot text { font: 12px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        .plot text.title { font-size: 14px; font-weight: 600; }
        .plot text.strong { font-size: 15px; font-weight: 600; }
        .plot .surface { fill: #ffffff; stroke: #d1d9e0; }
        .plot .text { fill: #1f2328; }
        .plot .quiet { fill: #59636e; }
        .plot .bright { fill: #ffffff; }
        .plot .axis { stroke: #59636e; }
        .plot .grid { stroke: #e4e8ec; }
        .plot .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .plot .reference { stroke: #818b98; stroke-width: 1.25; stroke-dasharray: 2 4; }
        .plot .dash1 { stroke-dasharray: 7 4; }
        .plot .dash2 { stroke-dasharray: 2 4; }
        .plot .dash3 { stroke-dasharray: 9 3 2 3; }
        .plot .stroke0 { stroke: #0072b2; } .plot .fill0 { fill: #0072b2; }
        .plot .stroke1 { stroke: #d55e00; } .plot .fill1 { fill: #d55e00; }
        .plot .stroke2 { stroke: #009e73; } .plot .fill2 { fill: #009e73; }
        .plot .stroke3 { stroke: #aa4499; } .plot .fill3 { fill: #aa4499; }
        .plot circle { stroke: #ffffff; fill-opacity: .85; }
        .plot .cell { fill: #0072b2; }
        .plot .base0 { fill: #007a55; } .plot .base1 { fill: #0072b2; }
        .plot .base2 { fill: #b87500; } .plot .base3 { fill: #c74a00; }
        @media (prefers-color-scheme: dark) {
        .plot .surface { fill: #161b22; stroke: #3d444d; }
        .plot circle { stroke: #161b22; }
        .plot .text { fill: #e6edf3; }
        .plot .quiet { fill: #9198a1; }
        .plot .axis { stroke: #9198a1; }
        .plot .grid { stroke: #2a3038; }
        .plot .reference { stroke: #767f8a; }
        .plot .stroke0 { stroke: #56b4e9; } .plot .fill0 { fill: #56b4e9; }
        .plot .stroke1 { stroke: #e69f00; } .plot .fill1 { fill: #e69f00; }
        .plot .stroke2 { stroke: #2fc99b; } .plot .fill2 { fill: #2fc99b; }
        .plot .stroke3 { stroke: #cc79a7; } .plot .fill3 { fill: #cc79a7; }
        .plot .base0 { fill: #2fc99b; } .plot .base1 { fill: #56b4e9; }
        .plot .base2 { fill: #e69f00; } .plot .base3 { fill: #ef7b45; }
        }
        """
}
