//! One post: front matter, sections, paragraphs, lists and code.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::date;

use super::lexicon::Lexicon;
use super::random::Random;

/// Mean length of a post's source, in bytes, that lengths are drawn for.
const MEAN_BYTES: f64 = 6_700.0;
/// Deviation of its logarithm.
const SIGMA: f64 = 0.9;
const MIN_BYTES: f64 = 400.0;
const MAX_BYTES: f64 = 200_000.0;
/// Bytes of a section before there are more of them.
const SECTION_BYTES: usize = 800;
const CATEGORIES: usize = 24;
const TAGS: usize = 400;
/// Words that a post comes back to.
const TOPICS: usize = 12;
/// In one of so many cases a word is one of the post's topics.
const ON_TOPIC: u64 = 24;
/// Days over which the posts were published, from 2013 on.
const DAYS: u64 = 4_380;
const JOINING: [&str; 8] = ["and", "with", "for", "in", "without", "of", "to", "versus"];
const OPENING: [&str; 6] = ["how to", "why", "what is", "announcing", "a guide to", "the"];
const LANGUAGES: [&str; 5] = ["rust", "sh", "toml", "js", ""];

/// What all posts have in common.
pub(super) struct Shape {
    categories: Vec<String>,
    tags: Vec<String>,
}

/// A post and where it belongs.
pub(super) struct Written {
    /// Below the content directory.
    pub(super) folder: String,
    pub(super) source: String,
}

impl Shape {
    pub(super) fn new(lexicon: &Lexicon, seed: u64) -> Self {
        let mut random = Random::new(seed, u64::MAX);
        let mut names = |n: usize| -> Vec<String> {
            let names = (0..n).map(|_| slug::slugify(lexicon.familiar_topic(&mut random)));
            names.filter(|name| !name.is_empty()).collect()
        };
        Self { categories: names(CATEGORIES), tags: names(TAGS) }
    }

    pub(super) fn post(&self, lexicon: &Lexicon, seed: u64, number: u64) -> Written {
        let mut random = Random::new(seed, number);
        let topics = (0..TOPICS).map(|_| lexicon.topic(&mut random).into_owned()).collect();
        let writer = Writer { lexicon, topics, text: String::new(), random };
        writer.write(self, number)
    }
}

/// A post that is being written.
struct Writer<'a> {
    lexicon: &'a Lexicon,
    topics: Vec<String>,
    text: String,
    random: Random,
}

impl Writer<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths are bounded")]
    fn write(mut self, shape: &Shape, number: u64) -> Written {
        let length = self.random.log_normal(MEAN_BYTES, SIGMA).clamp(MIN_BYTES, MAX_BYTES) as usize;
        let title = self.title();
        let category = self.random.pick_early(&shape.categories);
        // Two posts may have the same title.
        let folder = format!("{category}/{}-{number}", slug::slugify(&title));
        self.front_matter(&title, category, &shape.tags);
        self.paragraph();
        let sections = (length / SECTION_BYTES).clamp(2, 10);
        for section in 1..=sections {
            self.heading(section);
            self.paragraph();
            while self.text.len() < length * section / sections {
                self.block();
            }
        }
        Written { folder, source: self.text }
    }

    fn front_matter(&mut self, title: &str, category: &str, tags: &[String]) {
        let days = i64::try_from(self.random.below(DAYS)).unwrap_or_default();
        let date = date(2013, 1, 1).saturating_add(days.days());
        let mut chosen: Vec<&str> =
            (0..self.random.between(1, 5)).map(|_| self.random.pick_early(tags).as_str()).collect();
        chosen.sort_unstable();
        chosen.dedup();
        self.push(&format!("+++\ntitle = \"{title}\"\ndate = {date}\ntags = {chosen:?}\n"));
        self.push(&format!("categories = [{category:?}]\n"));
        if self.random.one_in(3) {
            self.push("description = \"");
            self.sentence();
            self.push("\"\n");
        }
        self.push("+++\n\n");
    }

    /// Two to seven words, rarely more; one of two starts as titles do.
    fn title(&mut self) -> String {
        let mut title = String::new();
        if self.random.one_in(2) {
            title += *self.random.pick(&OPENING);
            title.push(' ');
        }
        title += &self.topic();
        for _ in 0..self.random.between(0, 2) {
            let joining = self.random.pick(&JOINING);
            let _ = write!(title, " {joining} {}", self.topic());
            if self.random.one_in(2) {
                let _ = write!(title, " {}", self.topic());
            }
        }
        capitalised(&title)
    }

    fn topic(&mut self) -> String {
        self.random.pick(&self.topics).clone()
    }

    /// A quarter of the headings name their own anchor.
    fn heading(&mut self, section: usize) {
        let level = if section > 1 && self.random.one_in(3) { "###" } else { "##" };
        let title = self.title();
        let _ = write!(self.text, "{level} {title}");
        if self.random.one_in(4) {
            let _ = write!(self.text, " {{#part-{section}}}");
        }
        self.push("\n\n");
    }

    fn block(&mut self) {
        match self.random.below(12) {
            0 => self.list(),
            1 => self.code(),
            _ => self.paragraph(),
        }
    }

    fn paragraph(&mut self) {
        for _ in 0..self.random.between(2, 6) {
            self.sentence();
            self.push(" ");
        }
        self.text.pop();
        self.push("\n\n");
    }

    fn list(&mut self) {
        for _ in 0..self.random.between(3, 7) {
            self.push("- ");
            self.sentence();
            self.push("\n");
        }
        self.push("\n");
    }

    fn code(&mut self) {
        let language = self.random.pick(&LANGUAGES);
        let _ = writeln!(self.text, "```{language}");
        for _ in 0..self.random.between(3, 10) {
            let [name, function, argument] = [self.topic(), self.word(), self.word()];
            let _ = writeln!(self.text, "let {name} = {function}_{argument}(&{name});");
        }
        self.push("```\n\n");
    }

    fn sentence(&mut self) {
        let words = self.random.between(5, 22);
        let first = self.word();
        self.push(&capitalised(&first));
        for _ in 1..words {
            let gap = if self.random.one_in(12) { ", " } else { " " };
            self.push(gap);
            let word = self.word();
            match self.random.below(150) {
                0 => self.push(&format!("[{word}](https://example.org/{word}/)")),
                1 => self.push(&format!("`{word}`")),
                2 => self.push(&format!("**{word}**")),
                _ => self.push(&word),
            }
        }
        self.push(".");
    }

    fn word(&mut self) -> String {
        if self.random.one_in(ON_TOPIC) {
            self.topic()
        } else {
            self.lexicon.word(&mut self.random).into_owned()
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
