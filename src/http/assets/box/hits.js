// A hit as options of the list: the post, and the sections of it that match.

import { textOf } from "./searcher.js";
import { fill } from "./strings.js";
import { dateElement, nodes, safeUrl } from "./text.js";

/** Sections of a hit that are shown. */
const MAX_SECTIONS = 3;

/** Returns the element of a hit; its options are links, so that they can be opened in tabs and copied. */
export function hitElement(h, hit, { words, strings, position }) {
  const { title, snippet, sections } = textOf(hit, words);
  const option = (url, attributes, ...children) => {
    const link = h("a", { role: "option", "aria-selected": "false", tabindex: "-1", href: safeUrl(url), ...attributes }, ...children);
    link.hit = hit;
    link.position = position;
    return link;
  };
  const details = [
    ...dateElement(h, hit.date, strings.language),
    ...(hit.categories ?? []).slice(0, 2).map((category) => h("span", {}, String(category))),
  ];
  const missing = hit.missing?.length
    ? [h("span", { class: "missing" }, ...fill(strings.missing, h("s", {}, hit.missing.join(", "))))] : [];
  const text = snippet.text ? [h("span", { class: "text" }, ...nodes(h, snippet, true))] : [];
  return h("div", { class: "hit", role: "presentation", lang: hit.lang },
    option(hit.url, { class: "post" },
      h("span", { class: "title" }, ...nodes(h, title.text ? title : { text: String(hit.title ?? hit.url) })),
      ...(details.length + missing.length ? [h("span", { class: "meta" }, ...details, ...missing)] : []),
      ...text),
    ...sections.slice(0, MAX_SECTIONS).map((section) => option(section.url, { class: "section" },
      h("b", {}, "#"), h("span", {}, ...nodes(h, section.title, true)),
      ...(section.snippet ? [h("span", { class: "text" }, ...nodes(h, section.snippet, true))] : []))));
}
