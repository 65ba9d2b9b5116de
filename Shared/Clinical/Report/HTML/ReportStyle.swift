/// How the page looks: on a screen, and on A4 in grey.
///
/// Colors of text are at least 4.5 to 1 against what is behind them, and none is the only sign of anything.
enum ReportStyle {
    /// The sheet, with a line for the head of each printed page.
    static func sheet(running text: String) -> HTML {
        // Sizes of pages and their margins come last, so that a line that a browser does not know costs nothing before it.
        HTML(stringLiteral: screen + pictures + print + margins(text))
    }

    /// A text as a string of CSS in which nothing has a meaning: every character but letters and digits of ASCII by its number.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            quoted += isPlain ? String(scalar) : "\\\(String(max(1, scalar.value), radix: 16)) "
        }
        return quoted + "\""
    }

    private static func margins(_ text: String) -> String {
        """
        @page { size: A4; margin: 17mm 15mm 18mm;
          @top-right { content: \(quoted(String(text.prefix(90)))); font: 8pt sans-serif; color: #444; }
          @bottom-left { content: \(quoted(ClinicalReport.disclaimer)); font: 7.5pt sans-serif; color: #444; }
          @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
        """
    }

    private static let screen = """
        :root { color-scheme: light; --ink: #1c2127; --quiet: #55606b; --rule: #d5dbe1; --paper: #ffffff; --tint: #f4f6f8;
          --link: #0b4f79; --causal: #8f2313; --open: #7a5200; --harmless: #1f5f3f; }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Noto Sans", Arial, sans-serif; }
        header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
        footer { padding-top: 2rem; padding-bottom: 4rem; }
        h1, .headline { font-family: Charter, "Bitstream Charter", "Source Serif 4", Georgia, "Noto Serif", serif; }
        h1 { font-size: 1.7rem; line-height: 1.2; font-weight: 600; margin: 1.6rem 0 .8rem; }
        h2 { font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 .8rem; padding-top: .9rem; border-top: 2px solid var(--ink); }
        h3 { font-size: 1.12rem; line-height: 1.35; margin: 1.6rem 0 .5rem; }
        h4 { font-size: 1rem; margin: 1.3rem 0 .3rem; }
        p, ul, ol, figure, dl { margin: .5rem 0; }
        p, li { max-width: 46rem; }
        ul, ol { padding-left: 1.3rem; }
        li + li { margin-top: .25rem; }
        a { color: var(--link); text-underline-offset: .15em; }
        a:focus-visible, summary:focus-visible, .comment:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        :target { background: #fff6d6; } article:target, section:target { background: none; }
        article:target > h3, section:target > h2 { background: #fff6d6; }
        code { font: .92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
        sup { line-height: 0; font-size: .72rem; }
        sup a { padding: 0 .3rem; }
        .skip { position: absolute; left: -999rem; top: .5rem; background: var(--paper); padding: .5rem .8rem; border: 2px solid; }
        .skip:focus { left: 1rem; }
        .shared { position: absolute; }
        .disclaimer { max-width: none; margin: 0; padding: .6rem .9rem; border: 1px solid var(--ink); font-size: .92rem; }
        header .disclaimer { margin-top: 1rem; }
        .missing { color: var(--causal); }
        .hint, .from { color: var(--quiet); font-size: .9em; }
        .facts { columns: 2 25rem; column-gap: 2rem; }
        .facts > div { break-inside: avoid; display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .8rem; padding: .3rem 0;
          border-top: 1px solid var(--rule); }
        dt { color: var(--quiet); } dd { margin: 0; }
        .result { margin-top: 1.4rem; padding: .3rem 1.3rem 1rem; border: 1px solid var(--rule); border-left: .5rem solid var(--open);
          background: var(--tint); }
        .result:target { background: var(--tint); }
        .result.positive { border-left-color: var(--causal); } .result.negative { border-left-color: var(--harmless); }
        .result h2 { border: 0; margin: .6rem 0 .2rem; padding: 0; }
        .verdict { display: inline-block; font-size: .95rem; padding: .1rem .6rem; margin-right: .4rem; border-radius: .2rem;
          color: #fff; background: var(--open); vertical-align: .12em; }
        .positive .verdict { background: var(--causal); } .negative .verdict { background: var(--harmless); }
        .headline { font-weight: 600; }
        .three { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 0 1.8rem; }
        .three h3, .also h3 { margin-top: 1rem; }
        .contents ol { columns: 2 18rem; padding-left: 1.6rem; } .contents li { break-inside: avoid; padding: .1rem 0; }
        .contents ol ol { columns: auto; }
        article { margin: 1.6rem 0 2.6rem; padding-top: .2rem; border-top: 1px solid var(--ink); }
        .number { color: var(--quiet); font-weight: 400; } .name { font-weight: 400; }
        .class { display: inline-block; padding: 0 .5rem; border: 1.5px solid; border-radius: .2rem; font-size: .9rem; }
        .causal { color: var(--causal); } .open { color: var(--open); } .harmless { color: var(--harmless); }
        .plain { font-size: 1.05rem; }
        .doubts { margin: .8rem 0; padding: .1rem 1rem .3rem; border-left: 4px double var(--open); background: #fbf7ec; }
        .doubts h4 { margin-top: .4rem; }
        table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: .8rem 0 1.2rem; font-size: .92rem;
          font-variant-numeric: tabular-nums; background: var(--paper); }
        caption { text-align: left; font-weight: 600; padding: .3rem 0; }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--rule); }
        th:first-child, td:first-child { padding-left: 0; }
        thead th { border-bottom: 1.5px solid var(--ink); color: var(--quiet); font-weight: 600; }
        tbody th { font-weight: 600; }
        td ul { margin: 0; padding-left: 1rem; } td p { margin: .3rem 0 0; }
        .n { text-align: right; }
        .comment { min-height: 2rem; padding: .2rem .35rem; border: 1px solid #7d8790; background: #fff; }
        details { margin: .8rem 0; border-top: 1px solid var(--rule); }
        summary { cursor: pointer; padding: .35rem 0; } summary h3, summary h4 { display: inline; font-size: 1rem; }
        @media screen { article { content-visibility: auto; contain-intrinsic-size: auto 90rem; } }
        @media (max-width: 40rem) { header, main, footer { padding: 0 .9rem; } .facts > div { grid-template-columns: 1fr; gap: 0; }
          th, td { padding: .3rem .3rem; } table { font-size: .85rem; } }

        """

    private static let pictures = """
        svg { display: block; max-width: 100%; height: auto; }
        svg text { font: 11px system-ui, -apple-system, "Segoe UI", "Noto Sans", Arial, sans-serif; fill: #1c2127; }
        figcaption { color: var(--quiet); font-size: .86rem; max-width: 46rem; }
        .scale { width: 44rem; margin: .4rem 0; } svg g text { font-size: 10px; }
        @media (forced-colors: active) { svg { background: #fff; forced-color-adjust: none; } }
        .zone0, .zone1 { fill: #e3efe8; stroke: #1c2127; stroke-width: .6; } .zone2 { fill: #fff; stroke: #1c2127; stroke-width: .6; }
        .zone3, .zone4 { fill: #f6e1dd; stroke: #1c2127; stroke-width: .6; }
        .pointer { fill: #1c2127; } .needle { stroke: #1c2127; stroke-width: 2; }
        .bar { display: inline-block; width: 10rem; vertical-align: middle; } .frame { fill: #fff; stroke: #55606b; } .fill { fill: #0b4f79; }
        .protein svg { width: 40rem; } .exons { fill: #dfe5ea; stroke: #55606b; stroke-width: .5; } .hit { fill: #1c2127; }
        .reads svg { width: 44rem; border: 1px solid var(--rule); background: #fff; }
        .reads .with { fill: #b9d4e6; } .reads .without { fill: #e0e4e8; } .reads .poor { fill: #fff; stroke: #7d8790; stroke-width: .7; }
        .reads .bars { stroke: #1c2127; stroke-width: 1.6; } .reads .wedges { fill: #7a1fa2; } .reads .mark { fill: #fff1bf; }
        .reads text.bases { font: 700 9px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; text-anchor: middle; }

        """

    private static let print = """
        @media print {
          html { font-size: 9.5pt; } body { font-size: 1rem; line-height: 1.4; } header, main, footer { max-width: none; padding: 0; }
          a { color: inherit; } .skip, .contents { display: none; }
          :target, :target > h2, :target > h3 { background: none !important; }
          h1 { font-size: 15pt; margin: 4mm 0 2mm; } h2 { font-size: 12.5pt; break-after: avoid; margin-top: 8mm; }
          h3, h4, caption { break-after: avoid; } h3 { font-size: 11pt; } .facts > div { grid-template-columns: 26mm minmax(0, 1fr); }
            .result { break-after: page; background: none; } .three { grid-template-columns: 1fr 1fr 1fr; gap: 0 5mm; }
          .verdict { color: #000 !important; background: none !important; border: 1.5pt solid; }
          .doubts { background: none; } p, li { max-width: none; }
          tr, figure, .facts > div, .doubts, .disclaimer, summary, .scale { break-inside: avoid; } thead { display: table-header-group; }
          table { font-size: 8.5pt; } .reads svg { max-height: 105mm; width: auto; } .comment { min-height: 7mm; }
          details:not([open])::details-content { content-visibility: visible; block-size: auto; }
          summary { list-style: none; }
        }

        """
}
