// Filters with counts, the order of the results, and rows of chips.

import { set } from "./dom.js";

export const FILTERS = ["category", "tag", "year"];

/** Returns the row of filters. `change` is called with the name and the new value of a filter or of `sort`. */
export function createFilters(h, { strings, format }, change) {
  const select = (name) => h("select", {
    class: "filter", "aria-label": strings[name], name, change: ({ target }) => change(name, target.value),
  });
  const selects = Object.fromEntries([...FILTERS, "sort"].map((name) => [name, select(name)]));
  const row = h("div", { class: "filters fade" }, Object.values(selects));
  let painted;
  function fillSelect(name, options, value) {
    const element = selects[name];
    // An open list must not change; its own filter does not change its values.
    if (element.matches(":focus") && element.value === value) return;
    element.replaceChildren(...options.map(([option, text]) => new Option(text, option)));
    element.value = value;
  }

  return {
    row,
    /** Shows the filters of a response; one with a single value filters nothing and is hidden. */
    update({ request, response, fixed }) {
      const { filters, sort } = request;
      const state = [response?.facets, response?.total, filters, sort, !request.q];
      if (painted?.every((value, at) => value === state[at])) return;
      painted = state;
      for (const name of FILTERS) {
        const value = filters[name] ?? "";
        const values = response?.facets?.[name] ?? [];
        const options = values.map((facet) => [`${facet.value}`, `${facet.value} (${format.number(facet.count)})`]);
        if (value && !options.some(([option]) => option === value)) options.unshift([value, value]);
        selects[name].hidden = Boolean(fixed[name]) || (options.length < 2 && !value);
        set(selects[name], "data-active", value || null);
        fillSelect(name, [["", strings[name]], ...options], value);
      }
      fillSelect("sort", ["", "newest", "oldest"].map((name) => [name, strings[name || "relevance"]]), sort);
      selects.sort.hidden = !request.q || (response?.total ?? 0) < 2;
      set(selects.sort, "data-active", sort || null);
      row.hidden = Object.values(selects).every((element) => element.hidden);
    },
  };
}

/**
 * Returns a group of chips with a heading, or nothing if there are none.
 *
 * @param {{ label: string, chips: { content: (Node | string)[], click: () => void, remove?: [string, () => void] }[] }} group
 */
export function chipGroup(h, { label, chips, isTitled }) {
  return chips[0] && [
    isTitled && h("p", { class: "heading" }, label),
    h("div", { class: "chips fade", role: "group", "aria-label": label },
      chips.map(({ content, click, remove }) => h("span", { class: "chip" }, h("button", { click }, content),
        remove && h("button", { "aria-label": remove[0], click: remove[1] }, "×")))),
  ];
}
