// The panel below the input: filters, chips, messages, the list of results.

import { chipGroup, createFilters } from "./controls.js";
import { set } from "./dom.js";
import { hitElement } from "./hits.js";
import { hasMore } from "./searcher.js";
import { fill, formats } from "./strings.js";
import { fromHtml, nodes } from "./text.js";

const QUIET_MS = 500;

/**
 * Returns the view of a box.
 *
 * @param {Function} h
 * @param {object} settings - `strings`, `recent`, `fixed` (filters that always apply), `isPage`, `id` and `label` of the list
 * @param {object} actions - `focus`, `type`, `start`, `filter`, `more`, `asTyped`, `reset`, `forget`, `plainUrl`, `resultsUrl`
 */
export function createView(h, { strings, recent, fixed, isPage, id, label }, actions) {
  const format = formats(strings);
  const filters = createFilters(h, { strings, format }, actions.filter);
  let top = h("div", {});
  const list = h("div", { id, role: "listbox", class: "list", "aria-label": label });
  const more = h("button", { class: "more", click: () => actions.more() }, strings.more);
  const scroller = h("div", { class: "scroller" }, filters.row, top, list, more, h("slot", { name: "end" }));
  const all = h("a", { class: "all" }, strings.all);
  const count = h("span", { class: "count" });
  const key = (text, keys) => h("span", { class: "keys", "aria-hidden": "true" }, h("kbd", {}, keys), ` ${text}`);
  const footer = h("div", { class: "footer" }, count,
    !isPage && [key(strings.move, "↑↓"), key(strings.select, "↵"), all]);
  const live = h("div", { class: "live", role: "status" });
  const panel = h("div", { class: "panel", tabindex: "-1" }, scroller, footer, live);
  // The warnings of the service are in English.
  const isEnglish = /^en/.test(strings.language);
  let announcement;
  let announced;
  let painted;
  /** The response of the start, whose categories are a next step for a search without results. */
  let start;

  /** Tells assistive technology once the reader has paused; `subject` is what the text is about. */
  function announce(text, subject) {
    if (text && announced === subject) return;
    announced = text && subject;
    clearTimeout(announcement);
    live.textContent = "";
    if (text) announcement = setTimeout(() => { live.textContent = text; }, QUIET_MS);
  }

  const chip = (query, content) => ({ content, click: () => actions.type(query) });

  function categoryChips() {
    const chips = (start?.facets?.category ?? []).slice(0, 12).map(({ value, count: posts }) => ({
      content: [value, " ", h("small", {}, format.number(posts))], click: () => actions.start(value),
    }));
    return chipGroup(h, { label: strings.categories, chips: chips[1] ? chips : [], isTitled: true });
  }

  /** What is offered before anything is typed. */
  function startChips({ response }) {
    start = response ?? start;
    const searches = recent.read().map((query) => ({
      ...chip(query, [query]), remove: [fill(strings.remove, query).join(""), () => actions.forget(query)],
    }));
    return [
      chipGroup(h, { label: strings.recent, chips: searches, isTitled: true }),
      categoryChips(),
      response?.hits[0] && h("p", { class: "heading" }, strings.posts),
    ];
  }

  function suggestionChips({ suggestions, request }) {
    const typed = request.q.toLowerCase();
    const chips = suggestions.filter(({ text }) => text.toLowerCase() !== typed)
      .map(({ text, html }) => chip(text, nodes(h, fromHtml(html))));
    return chipGroup(h, { label: strings.suggestions, chips });
  }

  function correction({ corrected }, { q }) {
    if (!corrected) return undefined;
    const link = (text, click) => h("button", { class: "link", click }, text);
    const words = h("span", {}, corrected.parts.map(({ text, is_corrected: isNew }) => (isNew ? h("strong", {}, text) : text)));
    const line = corrected.applied
      ? [...fill(strings.showing, words), " ", ...fill(strings.instead, link(q, actions.asTyped))]
      : fill(strings.didYouMean, link(corrected.query, () => actions.type(corrected.query)));
    return h("p", { class: "note" }, line);
  }

  function failure({ error, waiting }) {
    const reason = error?.kind === "refused" && error.detail;
    const text = reason || strings[waiting || error.kind] || strings.unreachable;
    return h("div", { class: "message failure" }, h("p", {}, fill(text, error?.percent)),
      h("a", { href: actions.plainUrl() }, strings.plain));
  }

  function nothing({ request }) {
    const filtered = Object.values(request.filters).join(", ");
    return h("div", { class: "message" }, h("p", {}, fill(strings.none, h("strong", {}, request.q || filtered))),
      h("p", { class: "text" }, strings.hint), filtered && h("button", { class: "more", click: actions.reset }, strings.reset));
  }

  function paintHits(hits, words) {
    list.replaceChildren(...hits.map((hit, at) => hitElement(h, hit, { words, strings, format, position: at + 1 })));
    const options = [...list.querySelectorAll("a")];
    options.forEach((option, at) => { option.id = `${id}-option-${at}`; });
    return options;
  }

  /** Paints a state. Returns the options, if they have changed. */
  function paint(state) {
    const { request, response, isHeld, waiting, error } = state;
    const isStart = !request.q && !Object.keys(request.filters).length;
    const hits = response?.hits ?? [];
    const isEmpty = response && !isHeld && !error && hits.length === 0;
    filters.update({ request, response, fixed });
    filters.row.hidden ||= isStart;
    const fresh = h("div", { class: "top" },
      (error || waiting === "slow") && failure(state),
      isStart ? startChips(state) : suggestionChips(state),
      response && !isHeld && [correction(response, request), isEnglish && response.warnings?.map((text) => h("p", { class: "note" }, text))],
      isEmpty && !isStart && [nothing(state), categoryChips()]);
    const hadFocus = top.matches(":focus-within");
    top.replaceWith(fresh);
    top = fresh;
    if (hadFocus) actions.focus();
    const options = response !== painted && paintHits(hits, response?.words);
    painted = response;
    set(list, "aria-busy", isHeld && "true");
    list.hidden = !hits.length;
    more.hidden = isStart || isHeld || !response || !hasMore(response);
    all.href = actions.resultsUrl();
    const total = response && !isStart && !isHeld ? format.count(response.total) : "";
    count.textContent = waiting ? strings.searching : total;
    announce(error || waiting === "slow" ? top.querySelector(".failure p").textContent
      : isHeld || isStart ? "" : isEmpty ? fill(strings.none, request.q).join("") : total, error ?? response);
    return options;
  }

  return { panel, scroller, list, all, paint };
}
