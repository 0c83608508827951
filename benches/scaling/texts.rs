//! Texts of any size that are expensive to read if a step takes more than linear time.

/// A kind of text: its name, and a function that returns such a text of about this size in bytes.
pub(crate) type HostileText = (&'static str, fn(usize) -> String);

/// A part of a text, repeated up to this size.
fn repeat(part: &str, bytes: usize) -> String {
    part.repeat(bytes.div_ceil(part.len()))
}

/// Numbered parts of a text, up to this size.
fn numbered(bytes: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(bytes + 64);
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&part(number));
    }
    text
}

/// The text of the numbers below `count`.
pub(crate) fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().concat()
}

/// Two texts, one after the other, of half the size each.
fn halves(bytes: usize, first: &str, second: &str) -> String {
    repeat(first, bytes / 2) + &repeat(second, bytes / 2)
}

/// Random characters, most of which have a meaning in Markdown and templates; the same text for the same size.
fn random(bytes: usize) -> String {
    const CHARS: &[u8] = b"   \n\n\t#*_`~[](){}<>!|-+=:;'\"&\\/.,%$^@1aA";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut text = String::with_capacity(bytes);
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push(char::from(CHARS[usize::try_from(state % CHARS.len() as u64).unwrap_or_default()]));
        if state.is_multiple_of(97) {
            text.push_str("é日🎉\u{301}\u{200d}");
        }
    }
    text
}

/// Hostile bodies of posts.
pub(crate) const BODIES: &[HostileText] = &[
    ("repeated heading ids", |n| repeat("# a {#x}\n\n", n)),
    ("repeated ids in pairs", |n| numbered(n, |i| format!("# a {{#x{}}}\n\n", i / 2))),
    ("ids that end in numbers", |n| numbered(n, |i| format!("# a\n\n# b {{#a-{i}}}\n\n"))),
    ("equal headings", |n| repeat("# a\n\n", n)),
    ("headings of code", |n| format!("# {}\n", repeat("`a  b` ", n))),
    ("a long heading with attribute lists", |n| {
        format!("# {}\n{}", repeat("a", n / 2), repeat("{: #b}\n", n / 2))
    }),
    ("a long underline with attribute lists", |n| {
        format!("a\n{}\n{}", repeat("=", n / 2), repeat("{: #b}\n", n / 2))
    }),
    ("code blocks before blank lines", |n| halves(n, "```\n```\n", "\n")),
    ("code blocks before spaces", |n| halves(n, "```\na\n```\n\n", " ")),
    ("unclosed fences", |n| repeat("> ```a\n\n", n)),
    ("nested lists on a line, blank lines", |n| format!("{}\n{}", repeat("- ", n / 2), repeat("\n", n / 2))),
    ("nested lists on a line, lines", |n| format!("{}a\n{}", repeat("- ", n / 2), repeat("a\n", n / 2))),
    ("nested lists, blank lines", |n| {
        let depth = (n / 2).isqrt();
        let nested = joined(depth, |i| format!("{}- a\n", "  ".repeat(i)));
        nested + &repeat("\n", n / 2) + "end"
    }),
    ("nested quotes on a line, blank lines", |n| format!("{}a\n{}", repeat(">", n / 2), repeat("\n", n / 2))),
    ("nested quotes on a line, lines", |n| format!("{}a\n{}", repeat("> ", n / 2), repeat("a\n", n / 2))),
    ("nested quotes", |n| {
        let depth = n.isqrt();
        repeat(&format!("{}a\n", ">".repeat(depth)), n)
    }),
    ("quotes and lists", |n| format!("{}a\n{}", repeat("> - ", n / 2), repeat(">\n", n / 2))),
    ("nested footnotes", |n| format!("{}a\n{}", repeat("[^a]: ", n / 2), repeat("\n", n / 2))),
    ("nested definitions", |n| format!("a\n{}a\n{}", repeat(": ", n / 2), repeat("\n", n / 2))),
    ("definitions", |n| repeat("a\n: b\n", n)),
    ("brackets", |n| repeat("[", n)),
    ("closed brackets", |n| halves(n, "[", "]")),
    ("brackets with links", |n| repeat("[a](", n)),
    ("nested links", |n| halves(n, "[", "](a)")),
    ("images", |n| repeat("![", n)),
    ("nested images", |n| halves(n, "![a", "](b)")),
    ("parentheses", |n| format!("[a]{}", repeat("(", n))),
    ("unclosed link titles", |n| repeat("[a](b 'c ", n)),
    ("unclosed angle links", |n| repeat("[a](<b ", n)),
    ("unclosed definition titles", |n| repeat("[a]: b 'c\n", n)),
    ("emphasis", |n| repeat("*a _b ", n)),
    ("closing emphasis", |n| halves(n, "*a ", "b* ")),
    ("asterisks", |n| repeat("**a *", n)),
    ("underscores", |n| repeat("_", n)),
    ("emphasis of all lengths", |n| numbered(n, |i| format!("{}a", "*".repeat(i % 50)))),
    ("strikethrough", |n| repeat("~a ~~b ", n)),
    ("backticks", |n| repeat("`", n)),
    ("backticks of all lengths", |n| numbered(n, |i| format!("{} ", "`".repeat(i + 1)))),
    ("backticks in backticks", |n| repeat("``a`", n)),
    ("angle brackets", |n| repeat("<", n)),
    ("unclosed tags", |n| repeat("<a ", n)),
    ("unclosed attributes", |n| repeat("<a b='", n)),
    ("unclosed comments", |n| repeat("<!-- ", n)),
    ("unclosed inline comments", |n| repeat("a <!-- ", n)),
    ("unclosed instructions", |n| repeat("a <? ", n)),
    ("unclosed declarations", |n| repeat("a <!A ", n)),
    ("unclosed character data", |n| repeat("a <![CDATA[ ", n)),
    ("attributes", |n| format!("<div {}>", numbered(n, |i| format!("a{i} ")))),
    ("inline attributes", |n| format!("a <img {}>", numbered(n, |i| format!("a{i}=b ")))),
    ("blocks of html", |n| repeat("<div>\n\n", n)),
    ("scripts", |n| repeat("<script>\n", n)),
    ("inline scripts", |n| repeat("a <script> ", n)),
    ("entities", |n| repeat("&", n)),
    ("long entities", |n| repeat("&a", n)),
    ("entities of numbers", |n| repeat("&#x", n)),
    ("backslashes", |n| repeat("\\", n)),
    ("a table of many columns", |n| {
        format!("{}\n{}\n", repeat("|a", n / 3), repeat("|-", n / 3)) + &repeat("|\n", n / 3)
    }),
    ("a long table", |n| format!("|a|b|\n|-|-|\n{}", repeat("|c|d|\n", n))),
    ("pipes", |n| repeat("|", n)),
    ("lines of pipes", |n| repeat("|a\n|-\n", n)),
    ("footnotes", |n| numbered(n, |i| format!("[^{i}] a\n\n[^{i}]: b\n\n"))),
    ("footnote references", |n| format!("[^a]: b\n\n{}", repeat("[^a]", n))),
    ("reference links", |n| numbered(n, |i| format!("[a][b{i}]\n\n[b{i}]: c\n\n"))),
    ("one reference", |n| format!("[a]: {}\n\n{}", repeat("b", n / 2), repeat("[a]", n / 2))),
    ("unknown references", |n| repeat("[a][b]", n)),
    ("long labels", |n| repeat(&format!("[{}]\n\n", "a ".repeat(400)), n)),
    ("nested brackets in labels", |n| repeat("[a][[b]", n)),
    ("paragraphs of one line", |n| repeat("a\n", n)),
    ("spaces", |n| repeat(" ", n)),
    ("tabs", |n| repeat("\t", n)),
    ("spaces before each line", |n| repeat(&format!("{}a\n", " ".repeat(n.isqrt())), n)),
    ("hard breaks", |n| repeat("a  \n", n)),
    ("thematic breaks", |n| repeat("- - -\n", n)),
    ("unfinished thematic breaks", |n| repeat("* * * * * * * * * * * * * * * a\n", n)),
    ("a long thematic break", |n| repeat("* ", n) + "a"),
    ("ordered lists", |n| repeat("1. a\n", n)),
    ("loose lists", |n| repeat("- a\n\n", n)),
    ("task lists", |n| repeat("- [ ] a\n", n)),
    ("headings of attributes", |n| format!("# a {{{}}}\n", repeat("#x .y ", n))),
    ("unclosed heading attributes", |n| repeat("# a {#x\n", n)),
    ("closing hashes", |n| format!("# a {}", repeat("# ", n))),
    ("calls of hugo", |n| repeat("{{< a ", n)),
    ("quoted calls of hugo", |n| repeat("{{< a \"", n)),
    ("mixed quotes in calls", |n| repeat("{{< a \"`", n)),
    ("escaped calls", |n| repeat("{{</* ", n)),
    ("braces", |n| repeat("{", n)),
    ("nested braces", |n| halves(n, "{a", "}")),
    ("tags of liquid", |n| repeat("{% a ", n)),
    ("raw tags", |n| repeat("{% raw %}", n)),
    ("raw and comment tags", |n| repeat("{% raw %}{% comment %}", n)),
    ("closed raw tags", |n| repeat("{% raw %}a{% endraw %}", n)),
    ("outputs", |n| repeat("{{ a ", n)),
    ("comments of nunjucks", |n| repeat("{# a ", n)),
    ("attribute lists", |n| repeat("a{:", n)),
    ("components", |n| repeat("<A b={", n)),
    ("imports", |n| repeat("import {\n\n", n)),
    ("exports", |n| repeat("export const a = {\n\n", n)),
    ("containers", |n| repeat(":::note\n", n)),
    ("closed containers", |n| halves(n, ":::a\n", ":::\n")),
    ("admonitions", |n| {
        let depth = (n / 4).isqrt();
        joined(depth, |i| format!("{}!!! a\n", "    ".repeat(i)))
    }),
    ("data addresses", |n| repeat("![a](data:a/b;base64,", n)),
    ("one line", |n| repeat("a", n)),
    ("hyphens", |n| repeat("a-", n)),
    ("identifiers", |n| repeat("aB_c.d", n)),
    ("words", |n| numbered(n, |i| format!("w{i} "))),
    ("ideographs", |n| repeat("検索", n)),
    ("thai", |n| repeat("การค้นหา", n)),
    ("combining marks", |n| format!("a{}", repeat("\u{301}", n))),
    ("joiners", |n| repeat("👩\u{200d}", n)),
    ("flags", |n| repeat("🇦", n)),
    ("apostrophes", |n| repeat("a'", n)),
    ("marks after colons", |n| repeat("a:\u{301}", n)),
    ("invisible characters", |n| repeat("a\u{ad}\u{200b}", n)),
    ("addresses", |n| repeat("https://a.b/c?d=e&f#g ", n)),
    ("dots", |n| repeat("a.b.", n)),
    ("numbers", |n| repeat("1,", n)),
    ("summary dividers", |n| repeat("a\n\n<!--more-->\n\n", n)),
    ("code of one language", |n| repeat("```js\na(b)\n```\n", n)),
    ("dashes below texts", |n| repeat("a\n---\n", n)),
    ("random", random),
];

/// Hostile front matter, with its fences.
pub(crate) const FRONT_MATTERS: &[HostileText] = &[
    ("unclosed", |n| format!("---\n{}", repeat("a: b\n", n))),
    ("keys of yaml", |n| format!("---\n{}---\n", numbered(n, |i| format!("k{i}: a\n")))),
    ("repeated keys of yaml", |n| format!("---\n{}---\n", repeat("a: b\n", n))),
    ("a list of yaml", |n| format!("---\ntags:\n{}---\n", numbered(n, |i| format!("- t{i}\n")))),
    ("nested lists of yaml", |n| format!("---\na: {}\n---\n", repeat("[", n))),
    ("nested tables of yaml", |n| {
        let depth = n.isqrt();
        let nested = joined(depth, |i| format!("{}a:\n", " ".repeat(i)));
        format!("---\n{nested}---\n")
    }),
    ("aliases of yaml", |n| format!("---\na: &a [b]\nc: [{}]\n---\n", repeat("*a,", n))),
    ("anchors of yaml", |n| format!("---\n{}---\n", numbered(n, |i| format!("k{i}: &a{i} b\n")))),
    ("multiplying aliases of yaml", |n| {
        let lists = numbered(n, |i| format!("k{}: &a{} [*a{i},*a{i},*a{i},*a{i}]\n", i + 1, i + 1));
        format!("---\nk0: &a0 [b]\n{lists}---\n")
    }),
    ("merged tables of yaml", |n| {
        format!("---\na: &a {{b: c}}\n{}---\n", numbered(n, |i| format!("k{i}: {{<<: *a}}\n")))
    }),
    ("quotes of yaml", |n| format!("---\na: \"{}\"\n---\n", repeat("\\n", n))),
    ("unclosed quotes of yaml", |n| format!("---\n{}---\n", repeat("a: \"b\n", n))),
    ("a folded text of yaml", |n| format!("---\na: >\n{}---\n", repeat("  b\n\n", n))),
    ("a plain text of yaml", |n| format!("---\na: b\n{}---\n", repeat("  c\n", n))),
    ("questions of yaml", |n| format!("---\n{}---\n", repeat("? a\n", n))),
    ("documents of yaml", |n| format!("---\n{}---\n", repeat("--- a\n", n))),
    ("comments of yaml", |n| format!("---\n{}---\n", repeat("# a\n", n))),
    ("hashes of yaml", |n| format!("---\na: {}\n---\n", repeat("#", n))),
    ("keys of toml", |n| format!("+++\n{}+++\n", numbered(n, |i| format!("k{i} = 1\n")))),
    ("dotted keys of toml", |n| format!("+++\n{}+++\n", numbered(n, |i| format!("a.b.c.k{i} = 1\n")))),
    ("tables of toml", |n| format!("+++\n{}+++\n", numbered(n, |i| format!("[t{i}]\na = 1\n")))),
    ("deep tables of toml", |n| format!("+++\n[{}a]\n+++\n", repeat("a.", n))),
    ("table arrays of toml", |n| format!("+++\n{}+++\n", repeat("[[a]]\nb = 1\n", n))),
    ("nested arrays of toml", |n| format!("+++\na = {}\n+++\n", repeat("[", n))),
    ("inline tables of toml", |n| format!("+++\na = [{}]\n+++\n", repeat("{b = 1},", n))),
    ("errors of toml", |n| format!("+++\n{}+++\n", repeat("a b\n", n))),
    ("one error of toml", |n| format!("+++\n{}a = \n+++\n", numbered(n, |i| format!("k{i} = 1\n")))),
    ("keys of json", |n| format!("{{{}\"a\": 1}}\n", numbered(n, |i| format!("\"k{i}\": 1,\n")))),
    ("nested arrays of json", |n| format!("{{\"a\": {}", repeat("[", n))),
    ("an unclosed object of json", |n| format!("{{{}", repeat("\"a\": 1,", n))),
    ("a title of ampersands", |n| format!("+++\ntitle = '{}'\n+++\n", repeat("&", n))),
    ("a title of tags", |n| format!("+++\ntitle = '<b></b>{}'\n+++\n", repeat("<b", n))),
    ("a title of words", |n| format!("+++\ntitle = '{}'\n+++\n", numbered(n, |i| format!("w{i} ")))),
    ("a description of words", |n| {
        format!("+++\ndescription = '{}'\n+++\n", numbered(n, |i| format!("w{i} ")))
    }),
    ("tags", |n| format!("+++\ntags = [{}]\n+++\n", numbered(n, |i| format!("'t{i}',")))),
    ("categories", |n| format!("+++\ncategories = [{}]\n+++\n", numbered(n, |i| format!("'t{i}',")))),
    ("aliases", |n| format!("+++\naliases = [{}]\n+++\n", numbered(n, |i| format!("'/t{i}/',")))),
    ("keywords", |n| format!("+++\n[search]\nkeywords = [{}]\n+++\n", numbered(n, |i| format!("'t{i}',")))),
    ("a slug", |n| format!("+++\nslug = '{}'\n+++\n", repeat("a-", n))),
    ("a cascade", |n| format!("+++\n[cascade]\n{}+++\n", numbered(n, |i| format!("k{i} = 1\n")))),
    ("cascades", |n| format!("+++\n{}+++\n", numbered(n, |i| format!("[[cascade]]\nk{i} = 1\n")))),
    ("an invalid date", |n| format!("+++\n{}date = 'x'\n+++\n", numbered(n, |i| format!("k{i} = 1\n")))),
];

/// Hostile pages in HTML, besides [`BODIES`].
pub(crate) const PAGES: &[HostileText] = &[
    ("attributes of one tag", |n| format!("<p {}>a", numbered(n, |i| format!("a{i}=b ")))),
    ("attributes without spaces", |n| format!("<p {}>a", numbered(n, |i| format!("a{i}='b'")))),
    ("nested elements", |n| repeat("<div>", n)),
    ("closed elements", |n| halves(n, "<div>", "</div>")),
    ("nested hidden elements", |n| repeat("<template>", n)),
    ("headings in html", |n| repeat("<h2 id=a>b</h2>", n)),
    ("unclosed headings", |n| repeat("<h2>", n)),
    ("blocks of code in html", |n| repeat("<pre>a", n)),
    ("unclosed script", |n| format!("<script>{}", repeat("</scrip ", n))),
    ("escaped script", |n| format!("<script><!--{}", repeat("<script>", n))),
    ("unclosed title", |n| format!("<title>{}", repeat("</titl ", n))),
    ("comments in html", |n| repeat("<!--a-->", n)),
    ("dashes in a comment", |n| format!("<!--{}", repeat("--!-", n))),
    ("text areas", |n| repeat("<textarea>", n)),
    ("bogus comments", |n| repeat("</ a", n)),
    ("null characters", |n| repeat("a\0", n)),
];
