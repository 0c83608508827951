// Rendering of search results: hits, corrections, category chips, numbers.

import { element, linkToPost, markedFragment, snippetFragment, text, timeElement } from "./dom.js";

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Renders a hit as a list item. */
export function hitItem(hit) {
  const item = element("li", "hit");
  item.dataset.id = hit.id;
  if (/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(hit.lang ?? "")) item.lang = hit.lang;

  const heading = element("h2");
  heading.append(linkToPost(hit.id, hit.url, markedFragment(hit.title_html ?? "")));
  item.append(heading);

  const meta = element("p", "meta");
  const time = timeElement(hit.date);
  if (time) meta.append(time);
  for (const category of hit.categories ?? []) meta.append(element("span", "category", category));
  if (meta.childElementCount) item.append(meta);

  const snippet = element("p", "snippet");
  snippet.append(hit.snippet?.text ? snippetFragment(hit.snippet) : text(hit.description));
  if (snippet.textContent) item.append(snippet);

  const extra = element("div", "extra");
  if (hit.section) {
    const section = element("span", "section", "in: ");
    const { title_html: html, title } = hit.section;
    section.append(linkToPost(hit.id, hit.section.url, html ? markedFragment(html) : text(title)));
    extra.append(section);
  }
  if (hit.missing?.length) {
    const missing = element("span", "missing", "missing: ");
    hit.missing.forEach((word, at) => missing.append(at ? ", " : "", element("s", "", word)));
    extra.append(missing);
  }
  if (extra.childElementCount) item.append(extra);
  return item;
}

/**
 * Renders a spelling correction, applied or only proposed. `linkFor` returns a link that starts a search with these
 * changes.
 */
export function correctionLine(typed, corrected, linkFor) {
  const line = document.createDocumentFragment();
  const correctedQuery = document.createDocumentFragment();
  for (const { text: words, is_corrected: differs } of corrected.parts ?? []) {
    correctedQuery.append(differs ? element("strong", "", words) : text(words));
  }
  if (corrected.applied) {
    const asTyped = linkFor({ q: typed, typos: "0" }, typed);
    line.append("Showing results for ", correctedQuery, ". Search instead for ", asTyped);
  } else {
    line.append("Did you mean ", linkFor({ q: text(corrected.query), typos: "" }, correctedQuery), "?");
  }
  return line;
}

/** Renders a category filter. `onClick` is called with whether the chip was pressed before the click. */
export function facetChip(value, onClick) {
  const chip = element("button", "chip");
  chip.type = "button";
  chip.value = value;
  chip.title = value;
  chip.append(element("span", "chip-name", value), " ", element("span", "chip-count"));
  chip.addEventListener("click", () => onClick(chip.getAttribute("aria-pressed") === "true"));
  return chip;
}

/** Updates a chip; `number` is null if the number of hits is unknown. */
export function updateChip(chip, pressed, number) {
  chip.setAttribute("aria-pressed", String(pressed));
  chip.lastElementChild.textContent = number === null ? "" : numbers.format(number);
}

/** Normalizes a category name for comparison, as the server does. */
export function categoryKey(name) {
  return name.normalize("NFKD").toLowerCase().match(/[\p{L}\p{N}]+/gu)?.join("-") ?? name;
}

export function formatCount(total) {
  return `${numbers.format(total)} ${total === 1 ? "post" : "posts"}`;
}

export function formatDuration(microseconds) {
  const ms = microseconds / 1000;
  return ms < 0.1 ? "less than 0.1 ms" : `${numbers.format(ms < 10 ? ms : Math.round(ms))} ms`;
}
