//! One generated post: front matter, sections, paragraphs, lists and code.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::date;

use super::random::RandomNumbers;
use super::word_model::WordModel;

/// Mean of the log-normal distribution of post lengths, in bytes.
const MEAN_BYTES: f64 = 6_700.0;
/// Standard deviation of the logarithm of post lengths.
const SIGMA: f64 = 0.9;
const MIN_BYTES: f64 = 400.0;
const MAX_BYTES: f64 = 200_000.0;
/// Length per section from which the number of sections follows, in bytes.
const SECTION_BYTES: usize = 800;
const CATEGORIES: usize = 24;
const TAGS: usize = 400;
/// Words that a post repeats, as real posts repeat the words of their topic.
const TOPIC_WORDS: usize = 12;
/// One in so many words of a text is a topic word.
const TOPIC_WORD_INTERVAL: u64 = 24;
/// Length of the period in which posts were published, from 2013-01-01.
const PUBLICATION_DAYS: u64 = 4_380;
const TITLE_CONJUNCTIONS: [&str; 8] = ["and", "with", "for", "in", "without", "of", "to", "versus"];
const TITLE_OPENINGS: [&str; 6] = ["how to", "why", "what is", "announcing", "a guide to", "the"];
const CODE_LANGUAGES: [&str; 5] = ["rust", "sh", "toml", "js", ""];

/// The categories and tags that all posts of a blog share.
pub(super) struct BlogTaxonomies {
    categories: Vec<String>,
    tags: Vec<String>,
}

pub(super) struct GeneratedPost {
    /// Folder below the content directory.
    pub(super) folder: String,
    /// Front matter and Markdown.
    pub(super) source: String,
}

impl BlogTaxonomies {
    pub(super) fn new(words: &WordModel, seed: u64) -> Self {
        let mut random = RandomNumbers::new(seed, u64::MAX);
        let mut names = |n: usize| -> Vec<String> {
            let names = (0..n).map(|_| slug::slugify(words.source_topic(&mut random)));
            names.filter(|name| !name.is_empty()).collect()
        };
        Self { categories: names(CATEGORIES), tags: names(TAGS) }
    }

    pub(super) fn generate_post(&self, words: &WordModel, seed: u64, number: u64) -> GeneratedPost {
        let mut random = RandomNumbers::new(seed, number);
        let topics = (0..TOPIC_WORDS).map(|_| words.topic(&mut random).into_owned()).collect();
        let writer = PostWriter { words, topics, text: String::new(), random };
        writer.write(self, number)
    }
}

/// A post while it is generated.
struct PostWriter<'a> {
    words: &'a WordModel,
    topics: Vec<String>,
    text: String,
    random: RandomNumbers,
}

impl PostWriter<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lengths are bounded")]
    fn write(mut self, taxonomies: &BlogTaxonomies, number: u64) -> GeneratedPost {
        let length = self.random.log_normal(MEAN_BYTES, SIGMA).clamp(MIN_BYTES, MAX_BYTES) as usize;
        let title = self.title();
        let category = self.random.pick_early(&taxonomies.categories);
        // The number makes the folder unique; two posts can have the same title.
        let folder = format!("{category}/{}-{number}", slug::slugify(&title));
        self.front_matter(&title, category, &taxonomies.tags);
        self.paragraph();
        let sections = (length / SECTION_BYTES).clamp(2, 10);
        for section in 1..=sections {
            self.heading(section);
            self.paragraph();
            while self.text.len() < length * section / sections {
                self.block();
            }
        }
        GeneratedPost { folder, source: self.text }
    }

    fn front_matter(&mut self, title: &str, category: &str, tags: &[String]) {
        let days = i64::try_from(self.random.below(PUBLICATION_DAYS)).unwrap_or_default();
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

    /// Returns a title of one to five topic words; half of the titles start with a usual opening.
    fn title(&mut self) -> String {
        let mut title = String::new();
        if self.random.one_in(2) {
            title += *self.random.pick(&TITLE_OPENINGS);
            title.push(' ');
        }
        title += &self.topic();
        for _ in 0..self.random.between(0, 2) {
            let conjunction = self.random.pick(&TITLE_CONJUNCTIONS);
            let _ = write!(title, " {conjunction} {}", self.topic());
            if self.random.one_in(2) {
                let _ = write!(title, " {}", self.topic());
            }
        }
        capitalize(&title)
    }

    fn topic(&mut self) -> String {
        self.random.pick(&self.topics).clone()
    }

    /// Appends a heading; a quarter of them have an explicit anchor.
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
        let language = self.random.pick(&CODE_LANGUAGES);
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
        self.push(&capitalize(&first));
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
        if self.random.one_in(TOPIC_WORD_INTERVAL) {
            self.topic()
        } else {
            self.words.word(&mut self.random).into_owned()
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
