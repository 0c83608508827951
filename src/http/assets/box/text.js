// Texts of the service as nodes: highlights, code, excerpts, dates, links.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
/** Characters before the first highlight that an excerpt keeps, and from which on it is cut. */
const LEAD = 24;
const LONG_LEAD = 70;

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

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

/** Converts a snippet of the API, whose positions are bytes in UTF-8 and whose code is on one line. */
export function fromSnippet({ text, ranges, code_ranges: codes, line_breaks: breaks = [] }) {
  const bytes = new TextEncoder().encode(text);
  const decoded = (from, to) => DECODER.decode(bytes.subarray(from, to));
  const until = (to) => {
    let start = 0;
    let result = "";
    for (const { at, indent } of breaks) {
      if (at >= to) break;
      result += `${decoded(start, at)}\n${" ".repeat(indent)}`;
      start = at + 1;
    }
    return result + decoded(start, to);
  };
  const converted = (list) => list?.map((range) => range.map((at) => until(at).length));
  return { text: until(), marks: converted(ranges), codes: converted(codes), hasLines: breaks[0] };
}

/** Returns the words of a text for comparison: without case and diacritics. */
export function wordsOf(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Returns an expression that matches the words that begin with one of `beginnings`, which the service highlights whole. */
export function wordsWith(beginnings) {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${beginnings.join("|")})[\\p{L}\\p{N}]*`, "giu");
}

/** Returns a text with the matches of an expression as highlights. */
export function marked({ text, ...others }, words) {
  return { ...others, text, marks: [...text.matchAll(words)].map(({ index, 0: { length } }) => [index, index + length]) };
}

/**
 * Returns the nodes of a text. If `isExcerpt`, what is far before the first highlight is left out, so that a clamped
 * text shows the highlight.
 */
export function nodes(h, { text, marks = [], codes = [] }, isExcerpt) {
  const first = marks[0]?.[0];
  const from = isExcerpt && first > LONG_LEAD ? text.lastIndexOf(" ", first - LEAD) + 1 : 0;
  const edges = [from, text.length, ...marks.flat(), ...codes.flat()].sort((a, b) => a - b);
  const within = (ranges, at) => ranges.some(([start, end]) => start <= at && at < end);
  return edges.map((start, n) => {
    const part = text.slice(Math.max(start, from), edges[n + 1] ?? 0);
    const node = part && within(marks, start) ? h("mark", { class: "mark" }, part) : part;
    return part && within(codes, start) ? h("code", {}, node) : node;
  }).toSpliced(0, 0, from ? "…" : "");
}
