// DOM helpers. Text from the server is inserted as text. Of its HTML, only <mark> is kept; of its URLs, only
// safe ones.

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

/** Converts the server's escaped HTML to DOM nodes without a parser: everything but <mark> becomes text. */
export function markedFragment(html) {
  const fragment = document.createDocumentFragment();
  let inMark = false;
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === "<mark>" || part === "</mark>") inMark = part === "<mark>";
    else if (part) fragment.append(inMark ? element("mark", "", unescaped(part)) : unescaped(part));
  }
  return fragment;
}

/** Renders a snippet with its matches in <mark> and its code in <code>. Ranges are UTF-8 byte offsets. */
export function snippetFragment({ text: line, ranges = [], code_ranges: codes = [] }) {
  const bytes = new TextEncoder().encode(text(line));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const covers = (all, at) => all.some(([start, end]) => start <= at && at < end);
  const edges = new Set([0, bytes.length, ...ranges.flat(), ...codes.flat()]);
  const fragment = document.createDocumentFragment();
  let code = null;
  const sorted = [...edges].filter((at) => at >= 0 && at <= bytes.length).sort((a, b) => a - b);
  for (const [n, start] of sorted.slice(0, -1).entries()) {
    const part = decoder.decode(bytes.subarray(start, sorted[n + 1]));
    code = covers(codes, start) ? code ?? fragment.appendChild(element("code")) : null;
    (code ?? fragment).append(covers(ranges, start) ? element("mark", "", part) : part);
  }
  return fragment;
}

export function linkTo(url, content) {
  const link = element("a");
  if (isSafe(url)) link.href = url;
  link.append(content);
  return link;
}

/** Whether hits open previews of posts instead of the blog. */
export const hasPreviews = "previews" in document.body.dataset;

/** Links to a post, or to a section of it with this URL. */
export function linkToPost(id, url, content) {
  if (!hasPreviews) return linkTo(url, content);
  const preview = new URL(`preview?id=${encodeURIComponent(id)}`, document.baseURI);
  preview.hash = /#.*$/.exec(text(url))?.[0] ?? "";
  return linkTo(preview.href, content);
}

/** Whether a URL is http(s) or a path on this host. */
export function isSafe(url) {
  return typeof url === "string" && /^(https?:\/\/|\/(?![/\\]))/i.test(url) && URL.canParse(url, location.href);
}

/** Renders the date of a post, independent of the time zone of the reader. */
export function timeElement(date) {
  const day = /^\d{4}-\d\d-\d\d/.exec(date ?? "")?.[0];
  if (!day || Number.isNaN(Date.parse(day))) return null;
  const time = element("time", "", dates.format(new Date(day)));
  time.dateTime = date;
  return time;
}
