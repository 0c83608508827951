// The texts of the interface. English is part of the box; other languages are files of their own.

/** `{}` is where a value is inserted. Forms of a number are those of Intl.PluralRules. */
export const ENGLISH = {
  clear: "Clear",
  close: "Close",
  remove: "Remove {}",
  results: { one: "{} result", other: "{} results" },
  none: "No results for {}",
  hint: "Check the spelling or try other words.",
  searching: "Searching…",
  slow: "The search is taking longer than usual.",
  offline: "You are offline. The search continues when you are online.",
  unreachable: "The search cannot be reached right now. Trying again…",
  building: "The search is being prepared ({} %).",
  plain: "Open the plain results page",
  showing: "Showing results for {}.",
  instead: "Search instead for {}",
  didYouMean: "Did you mean {}?",
  more: "More results",
  all: "All results",
  reset: "Remove filters",
  category: "Category",
  tag: "Tag",
  year: "Year",
  sort: "Sort",
  relevance: "Best match",
  newest: "Newest first",
  oldest: "Oldest first",
  recent: "Recent searches",
  posts: "Newest posts",
  categories: "Categories",
  suggestions: "Suggestions",
  move: "move",
  select: "open",
  missing: "Without: {}",
};

/** The languages that have a file. The build sets them, and the hash in the names of the files. */
const LANGUAGES = __LANGUAGES__.split(" ");

/** Returns the name of the file with the texts in a language. */
function fileLanguage(tag) {
  const language = tag.split("-")[0].toLowerCase();
  if (/^zh-(.*[tk]|mo)/i.test(tag)) return "zh-Hant";
  return { no: "nb", nn: "nb", iw: "he", in: "id" }[language] ?? language;
}

/** Returns the texts in a language, with the author's own instead of some. */
export async function loadStrings(tag, own) {
  const language = fileLanguage(tag);
  let texts = [];
  if (LANGUAGES.includes(language)) {
    const file = `./bloghound.${language}.${__STRINGS_HASH__}.js`;
    // A box in English is better than none.
    texts = await import(file).then((module) => module.default, () => []);
  }
  const names = Object.keys(ENGLISH);
  const translated = Object.fromEntries(texts.map((text, at) => [names[at], text]));
  return { ...ENGLISH, language: texts[0] ? tag : "en", ...translated, ...own };
}

/** Returns a text with a value, which may be a node, in its place. */
export function fill(text, value) {
  return text.split(/({})/).map((part) => (part === "{}" ? value : part));
}

/** Returns functions that write numbers, days and numbers of results in a language; each is expensive to make. */
export function formats({ language, results }) {
  const number = new Intl.NumberFormat(language).format;
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format;
  const rules = new Intl.PluralRules(language);
  return {
    number,
    day,
    count: (total) => fill(results[rules.select(total)] ?? results.other, number(total)).join(""),
  };
}
