// What an answer is made of on the page: hits, categories, numbers.

import { element, linkTo, marked, snippetOf, text, timeOf } from "./dom.js";

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A hit of the list. */
export function hitItem(hit) {
  const item = element("li", "hit");
  item.dataset.id = hit.id;
  if (/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(hit.lang ?? "")) item.lang = hit.lang;

  const heading = element("h2");
  heading.append(linkTo(hit.url, marked(hit.title_html ?? "")));
  item.append(heading);

  const meta = element("p", "meta");
  const time = timeOf(hit.date);
  if (time) meta.append(time);
  for (const category of hit.categories ?? []) meta.append(element("span", "category", category));
  if (meta.childElementCount) item.append(meta);

  const snippet = element("p", "snippet");
  snippet.append(hit.snippet?.text ? snippetOf(hit.snippet) : text(hit.description));
  if (snippet.textContent) item.append(snippet);

  const extra = element("div", "extra");
  if (hit.section) {
    const section = element("span", "section", "in: ");
    const { title_html: html, title } = hit.section;
    section.append(linkTo(hit.section.url, html ? marked(html) : text(title)));
    extra.append(section);
  }
  if (hit.missing?.length) {
    const missing = element("span", "missing", "without: ");
    hit.missing.forEach((word, at) => missing.append(at ? ", " : "", element("s", "", word)));
    extra.append(missing);
  }
  if (extra.childElementCount) item.append(extra);
  return item;
}

/**
 * What was searched instead of what was typed, or could be. `linkFor` gives a link that searches for
 * a text, with typos or as it is.
 */
export function correctionLine(typed, corrected, linkFor) {
  const line = document.createDocumentFragment();
  const meant = document.createDocumentFragment();
  for (const { text: words, is_corrected: differs } of corrected.parts ?? []) {
    meant.append(differs ? element("strong", "", words) : text(words));
  }
  if (corrected.applied) {
    const asTyped = linkFor({ q: typed, typos: "0" }, typed);
    line.append("Showing results for ", meant, ". Search instead for ", asTyped);
  } else {
    line.append("Did you mean ", linkFor({ q: text(corrected.query), typos: "" }, meant), "?");
  }
  return line;
}

/** A category to filter by; `onClick` is called with whether it is pressed already. */
export function facetChip(value, onClick) {
  const chip = element("button", "chip");
  chip.type = "button";
  chip.value = value;
  chip.title = value;
  chip.append(element("span", "chip-name", value), " ", element("span", "chip-count"));
  chip.addEventListener("click", () => onClick(chip.getAttribute("aria-pressed") === "true"));
  return chip;
}

/** `number` is null when it is not known. */
export function updateChip(chip, pressed, number) {
  chip.setAttribute("aria-pressed", String(pressed));
  chip.lastElementChild.textContent = number === null ? "" : numbers.format(number);
}

/** Names are compared as the server does: by their words. */
export function keyOf(name) {
  return name.normalize("NFKD").toLowerCase().match(/[\p{L}\p{N}]+/gu)?.join("-") ?? name;
}

export function count(total) {
  return `${numbers.format(total)} ${total === 1 ? "post" : "posts"}`;
}

export function duration(microseconds) {
  const ms = microseconds / 1000;
  return ms < 0.1 ? "less than 0.1 ms" : `${numbers.format(ms < 10 ? ms : Math.round(ms))} ms`;
}
