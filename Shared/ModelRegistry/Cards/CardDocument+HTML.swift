import Plots

extension CardDocument {
    /// The card as one HTML file that loads nothing.
    var html: String {
        let body = sections.map { section in
            "<section>\n<h2>\(Markup.escaped(section.title))</h2>\n"
                + section.blocks.map(Self.element).joined(separator: "\n") + "\n</section>"
        }
        return Page.page(title, lead: lead, style: Self.style, body.joined(separator: "\n"))
    }

    private static func element(_ block: Block) -> String {
        switch block {
        case .paragraph(let text): return "<p>\(Markup.escaped(text))</p>"
        case .list(let items): return "<ul>" + items.map { "<li>\(Markup.escaped($0))</li>" }.joined() + "</ul>"
        case .code(let text): return "<pre><code>\(Markup.escaped(text))</code></pre>"
        case .table(let header, let rows):
            func style(_ header: String) -> String {
                switch header.first {
                case "#": " class=\"number\""
                case "`": " class=\"digest\""
                default: ""
                }
            }
            func row(_ cells: [String], _ tag: String) -> String {
                "<tr>" + zip(header, cells).map { "<\(tag)\(style($0))>\(Markup.escaped($1))</\(tag)>" }.joined()
                    + "</tr>"
            }
            return "<div class=\"table\"><table><thead>\(row(header.map(title), "th"))</thead><tbody>"
                + rows.map { row($0, "td") }.joined() + "</tbody></table></div>"
        case .plots(let plots):
            return "<div class=\"plots\">" + plots.map { "<figure>\($0.plot.inline)</figure>" }.joined() + "</div>"
        }
    }

    private static let style = """
        :root { color-scheme: light dark; --page: #ffffff; --text: #1f2328; --quiet: #59636e; --rule: #d1d9e0; --code: #f6f8fa; }
        @media (prefers-color-scheme: dark) {
        :root { --page: #0d1117; --text: #e6edf3; --quiet: #9198a1; --rule: #3d444d; --code: #161b22; }
        }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-top: 1.2rem; border-top: 1px solid var(--rule); }
        .lead { font-size: 1.05rem; color: var(--quiet); margin: 0; max-width: 48rem; }
        p, ul { max-width: 48rem; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .6rem 0; }
        th, td { text-align: left; padding: .3rem 1.2rem .3rem 0; border-bottom: 1px solid var(--rule); vertical-align: top;
          overflow-wrap: anywhere; }
        th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
        .number { text-align: right; }
        td.digest { font: 12px/1.9 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: nowrap; }
        pre { background: var(--code); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; }
        .plots { display: flex; flex-wrap: wrap; gap: 1rem; margin: .8rem 0; }
        figure { margin: 0; max-width: 100%; }
        .plot { max-width: 100%; height: auto; display: block; }
        """
}
