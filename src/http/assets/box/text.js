// Texts of the service as nodes: highlights, code, excerpts, dates, links.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
/** Characters before the first highlight that an excerpt keeps, and from which on it is cut. */
const LEAD = 24;
const LONG_LEAD = 70;

/** A text with its highlights and code as ranges of UTF-16 units. */
export function fromHtml(html) {
  let text = "";
  const marks = [];
  for (const [at, part] of String(html ?? "").split(/<\/?mark>/).entries()) {
    const start = text.length;
    text += part.replace(/&(#?\w+);/g, (entity, name) => ENTITIES[name] ?? entity);
    if (at % 2) marks.push([start, text.length]);
  }
  return { text, marks };
}

/** Converts a snippet of the API, whose ranges are bytes in UTF-8. */
export function fromSnippet(snippet) {
  const text = String(snippet?.text ?? "");
  const { ranges = [], code_ranges: codes = [] } = snippet ?? {};
  const units = new Map();
  let bytes = 0;
  let unit = 0;
  for (const character of text) {
    units.set(bytes, unit);
    const point = character.codePointAt(0);
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    unit += character.length;
  }
  units.set(bytes, unit);
  const converted = (list) => list.map((range) => range.map((at) => units.get(at)))
    .filter(([start, end]) => start < end);
  return { text, marks: converted(ranges), codes: converted(codes) };
}

/** Returns the words of a query for comparison with texts: without case, diacritics and operators. */
export function wordsOf(query) {
  return fold(query).match(/[\p{L}\p{N}]+/gu) ?? [];
}

export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Returns a text with the beginnings of its words that are among `words` as highlights. */
export function marked({ text, codes }, words) {
  const beginnings = [...words].sort((a, b) => b.length - a.length).join("|");
  const marks = beginnings
    ? [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${beginnings})`, "giu"))].map(({ index, 0: { length } }) => [index, index + length])
    : [];
  return { text, codes, marks };
}

/**
 * Returns the nodes of a text. If `isExcerpt`, what is far before the first highlight is left out, so that a clamped
 * text shows the highlight.
 */
export function nodes(h, { text, marks = [], codes = [] }, isExcerpt) {
  const first = marks[0]?.[0] ?? 0;
  let from = 0;
  if (isExcerpt && first > LONG_LEAD) from = text.lastIndexOf(" ", first - LEAD) + 1;
  const edges = [...new Set([from, text.length, ...marks.flat(), ...codes.flat()])]
    .filter((at) => at >= from).sort((a, b) => a - b);
  const within = (ranges, at) => ranges.find(([start, end]) => start <= at && at < end);
  const made = from ? ["… "] : [];
  let code;
  for (const [n, start] of edges.slice(0, -1).entries()) {
    const part = text.slice(start, edges[n + 1]);
    const node = within(marks, start) ? h("mark", { class: "mark" }, part) : part;
    const range = within(codes, start);
    if (range && code?.range === range) code.element.append(node);
    else if (range) made.push((code = { range, element: h("code", {}, node) }).element);
    else made.push(node);
  }
  return made;
}

/** Returns a URL if it is safe as a link: http, https or relative. */
export function safeUrl(url) {
  try {
    return /^https?:$/.test(new URL(url, document.baseURI).protocol) ? url : null;
  } catch {
    return null;
  }
}

/** Returns the date of a post in the words of a language, whatever the reader's time zone. */
export function dateElement(h, date, language) {
  const day = new Date(String(date).slice(0, 10));
  if (Number.isNaN(day.getTime())) return [];
  const text = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(day);
  return [h("time", { datetime: date }, text)];
}
