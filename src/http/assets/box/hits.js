// A hit as options of the list: the post, and the sections of it that match.

import { textOf } from "./searcher.js";
import { fill } from "./strings.js";
import { nodes } from "./text.js";

/** Sections of a hit that are shown. */
const MAX_SECTIONS = 3;

/** Returns the element of a hit; its options are links, so that they can be opened in tabs and copied. */
export function hitElement(h, hit, { words, strings, format, position }) {
  const { title, snippet, sections } = textOf(hit, words);
  const option = (url, attributes, ...children) => {
    const link = h("a", { role: "option", "aria-selected": "false", tabindex: "-1", href: url, ...attributes }, ...children);
    // Only http, https and relative URLs become links.
    if (!/^http/.test(link.protocol)) link.removeAttribute("href");
    return Object.assign(link, { hit, position });
  };
  // The day as the author wrote it, whatever the reader's time zone.
  const day = new Date(String(hit.date).slice(0, 10));
  const date = day.getTime() && format.day(day);
  const details = [
    date && h("time", { datetime: hit.date }, date),
    (hit.categories ?? []).slice(0, 2).map((category) => h("span", {}, category)),
    hit.missing?.[0] && h("span", {}, fill(strings.missing, h("s", {}, hit.missing.join(", ")))),
  ];
  const text = (snippet) => snippet?.text
    && h("span", { class: snippet.hasLines ? "text lines" : "text" }, nodes(h, snippet, !snippet.hasLines));
  const meta = h("span", { class: "meta" }, details);
  return h("div", { class: "hit", role: "presentation", dir: "auto", lang: hit.lang },
    option(hit.url, { class: "post" },
      h("span", { class: "title" }, title.text ? nodes(h, title) : hit.title ?? hit.url), meta.firstChild && meta, text(snippet)),
    sections.slice(0, MAX_SECTIONS).map((section) => option(section.url, { class: "section" },
      h("b", {}, "#"), h("span", {}, nodes(h, section.title, true)), text(section.snippet))));
}
