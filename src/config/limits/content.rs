//! Limits on source files and on the work of reading them.

/// Maximum size of a source file, in bytes. The largest blog post of the measured blogs has 266 KB.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// Maximum size of a file with values for the pages of a folder, such as `posts.11tydata.json` or `SUMMARY.md`, in
/// bytes.
pub const MAX_FOLDER_DATA_BYTES: u64 = 1 << 20;
/// Maximum size of a settings file, in bytes: `bloghound.toml`, the generator's settings, `package.json`.
pub const MAX_SETTINGS_BYTES: u64 = 1 << 20;
/// Maximum size of a `.gitignore` or `.eleventyignore`, in bytes.
pub const MAX_IGNORE_FILE_BYTES: u64 = 256 << 10;
/// Maximum size of the file `.git` of a linked working tree, in bytes; it holds a path.
pub const MAX_GIT_FILE_BYTES: u64 = 64 << 10;
/// Maximum text that language detection reads, in bytes; more text does not change the result.
pub const MAX_LANGUAGE_SAMPLE_BYTES: usize = 2_000;
/// Range of `boost` in the `search` table of front matter.
pub const BOOST: std::ops::RangeInclusive<f64> = 0.1..=10.0;

/// Maximum number of source files of a JavaScript project that are read.
pub const MAX_PROJECT_FILES: usize = 2_000;
/// Maximum number of folders in which a generator's settings are searched for if a folder has none.
pub const MAX_SITES_SEARCHED: usize = 256;
/// Maximum depth of folders in which source files of a JavaScript project are searched for.
pub const MAX_PROJECT_DEPTH: usize = 8;
/// Maximum size of a source file of a JavaScript project, in bytes.
pub const MAX_PROJECT_FILE_BYTES: u64 = 256 << 10;
/// Maximum nesting of literal values in JavaScript settings; deeper values count as absent.
pub const MAX_SCRIPT_DEPTH: usize = 48;
/// Maximum number of computed values in a JavaScript file that are noted by their keys.
pub const MAX_COMPUTED_KEYS: usize = 256;
/// Maximum size of a file of global data of Eleventy whose values permalinks can use, in bytes.
pub const MAX_GLOBAL_DATA_BYTES: usize = 32 << 10;
/// Maximum size of the values of front matter that the text of a page prints, in bytes; more are left out.
pub const MAX_PRINTED_VALUES_BYTES: usize = 64 << 10;
/// Maximum number of modules of a JavaScript project that the settings import and that are read.
pub const MAX_IMPORTED_MODULES: usize = 64;
/// Maximum number of layouts of a page, each the layout of the one before.
pub const MAX_LAYOUTS_OF_PAGE: usize = 32;
/// Maximum number of tokens of an expression in a permalink template.
pub const MAX_TEMPLATE_TOKENS: usize = 256;
/// Maximum nesting of tags and expressions in a permalink template.
pub const MAX_TEMPLATE_DEPTH: usize = 32;
/// Maximum number of tokens between the name and the `=` of a declaration in JavaScript settings.
pub const MAX_SCRIPT_TYPE_TOKENS: usize = 12;
/// Maximum number of tokens of a call such as `path.join` that are searched for the parts of a path.
pub const MAX_SCRIPT_PATH_TOKENS: usize = 16;
/// Maximum number of steps that the evaluation of an expression in JavaScript takes.
pub const MAX_SCRIPT_STEPS: usize = 500;
/// Maximum size of a compiled regular expression in JavaScript, in bytes.
pub const MAX_SCRIPT_REGEX_BYTES: usize = 1 << 20;
/// Maximum number of settings files of an `MkDocs` site that inherit from each other.
pub const MAX_INHERITED_SETTINGS: usize = 8;
/// Maximum number of modules that are followed from a route of an Astro site to the collection that it queries.
pub const MAX_ROUTE_MODULES: usize = 32;
/// Maximum length of a template call or tag in a post, in bytes. The end of a longer one is not searched for,
/// so that unclosed calls take linear time.
pub const MAX_CALL_BYTES: usize = 4_096;
/// Maximum number of consecutive attribute lists of kramdown that are read.
pub const MAX_ATTRIBUTE_LISTS: usize = 16;
/// Maximum number of code spans in a heading's Markdown that may be missing in its text; with more, all of the text
/// counts as prose.
pub const MAX_MISSED_CODES: usize = 32;
/// Maximum number of a folder's files and folders whose names begin with `index.`, or with `_index.`, that are examined
/// to classify the folder: one for each language and format.
pub const MAX_INDEX_FILES: usize = 256;
/// Maximum number of attributes of an HTML tag that are read.
pub const MAX_TAG_ATTRIBUTES: usize = 256;
/// Maximum number of nested quotes, lists, footnotes and definitions in a line of Markdown; the marks of deeper ones are
/// dropped. The parser visits all open ones at each line.
pub const MAX_NESTED_BLOCKS: usize = 32;
/// Maximum indentation of a line of Markdown, in characters; the rest is dropped. Each level of a nested list takes at
/// least two characters.
pub const MAX_INDENT: usize = 256;
/// Maximum length of an MDX expression in braces, in bytes; a longer one is kept as text.
pub const MAX_EXPRESSION_BYTES: usize = 4 * MAX_CALL_BYTES;
