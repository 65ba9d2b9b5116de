/// The parts of an HTML page that loads nothing.
public enum Page {
    /// The whole page: a title, a sentence about what it is, and its sections, in a style of its own where one is given.
    public static func page(_ title: String, lead: String, style: String? = nil, _ body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Markup.escaped(title))</title>
        <style>
        \(style ?? Self.style)
        \(Plot.style)
        </style>
        </head>
        <body>
        <main>
        <h1>\(Markup.escaped(title))</h1>
        <p class="lead">\(Markup.escaped(lead))</p>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    /// A part under a title; the content is HTML.
    public static func section(_ title: String, _ content: String) -> String {
        "<section>\n<h2>\(Markup.escaped(title))</h2>\n\(content)\n</section>\n"
    }

    /// A paragraph of text.
    public static func paragraph(_ text: String) -> String { "<p>\(Markup.escaped(text))</p>\n" }

    /// A plot.
    public static func figure(_ plot: Plot) -> String { "<figure>\(plot.inline)</figure>\n" }

    /// A table; columns whose name begins with # hold numbers.
    public static func table(_ header: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>"
                + zip(header, cells).map { name, cell in
                    "<\(tag)\(name.hasPrefix("#") ? " class=\"number\"" : "")>\(Markup.escaped(cell))</\(tag)>"
                }.joined() + "</tr>"
        }
        let names = header.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }
        return "<div class=\"table\"><table><thead>\(row(names, "th"))</thead><tbody>"
            + rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
    }

    private static let style = """
        :root { color-scheme: light dark; --page: #ffffff; --text: #1f2328; --quiet: #59636e; --rule: #d1d9e0; }
        @media (prefers-color-scheme: dark) {
        :root { --page: #0d1117; --text: #e6edf3; --quiet: #9198a1; --rule: #3d444d; }
        }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 70rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2.4rem 0 .4rem; padding-top: 1.2rem; border-top: 1px solid var(--rule);
          overflow-wrap: anywhere; }
        .lead { font-size: 1.05rem; color: var(--quiet); margin: 0; max-width: 52rem; overflow-wrap: anywhere; }
        .facts { color: var(--quiet); margin: .2rem 0 .6rem; overflow-wrap: anywhere; }
        p { max-width: 52rem; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .8rem 0; }
        th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
        th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
        .number { text-align: right; }
        .plots { display: flex; flex-wrap: wrap; gap: 1rem; margin: .8rem 0; }
        figure { margin: 0; max-width: 100%; overflow-x: auto; }
        .plot { max-width: 100%; height: auto; display: block; }
        """
}
