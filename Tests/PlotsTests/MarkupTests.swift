import Plots
import Testing

/// Text that others wrote, within pages and plots.
@Suite("Markup")
struct MarkupTests {
    @Test("What would be markup is shown as it is, also with a combining accent behind it")
    func escaped() {
        #expect(Markup.escaped("<b a=\"1\" c='2'>&") == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;")
        #expect(Markup.escaped("<\u{301}script>") == "&lt;\u{301}script&gt;")
        #expect(Markup.escaped("a\u{1}b\n\tc\u{7f}") == "a b\n\tc ")
    }
}
