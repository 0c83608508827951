// Pieces of the page. Text of the server goes in as text; of its HTML only
// <mark> is kept, of its addresses only safe ones.

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

export function text(value) {
  return value === null || value === undefined ? "" : String(value);
}

export function element(name, className = "", words = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== "") made.textContent = text(words);
  return made;
}

const ENTITY = /&(?:#x([0-9a-f]{1,4})|#(\d{1,5})|(amp|lt|gt|quot|apos));/gi;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(html) {
  return html.replace(ENTITY, (_, hex, decimal, name) => (
    name ? ENTITIES[name.toLowerCase()] : String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10))));
}

/** The server's escaped HTML, without a parser: all that is not <mark> is text. */
export function marked(html) {
  const fragment = document.createDocumentFragment();
  let inMark = false;
  for (const piece of html.split(/(<\/?mark>)/)) {
    if (piece === "<mark>" || piece === "</mark>") inMark = piece === "<mark>";
    else if (piece) fragment.append(inMark ? element("mark", "", unescaped(piece)) : unescaped(piece));
  }
  return fragment;
}

/** A snippet: what matches is marked, what is code is code. Its ranges count bytes of UTF-8. */
export function snippetOf({ text: line, ranges = [], code_ranges: codes = [] }) {
  const bytes = new TextEncoder().encode(text(line));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const has = (all, at) => all.some(([start, end]) => start <= at && at < end);
  const edges = new Set([0, bytes.length, ...ranges.flat(), ...codes.flat()]);
  const fragment = document.createDocumentFragment();
  let code = null;
  const sorted = [...edges].filter((at) => at >= 0 && at <= bytes.length).sort((a, b) => a - b);
  for (const [n, start] of sorted.slice(0, -1).entries()) {
    const piece = decoder.decode(bytes.subarray(start, sorted[n + 1]));
    code = has(codes, start) ? code ?? fragment.appendChild(element("code")) : null;
    (code ?? fragment).append(has(ranges, start) ? element("mark", "", piece) : piece);
  }
  return fragment;
}

export function linkTo(url, content) {
  const link = element("a");
  if (isSafe(url)) link.href = url;
  link.append(content);
  return link;
}

/** http(s), or a path of this host. */
export function isSafe(url) {
  return typeof url === "string" && /^(https?:\/\/|\/(?![/\\]))/i.test(url) && URL.canParse(url, location.href);
}

/** The day as the post has it, in whichever zone the reader is. */
export function timeOf(date) {
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? "")?.[0];
  if (!day || Number.isNaN(Date.parse(day))) return null;
  const time = element("time", "", dates.format(new Date(day)));
  time.dateTime = date;
  return time;
}
