// Page mode: the address of the page has the search, the history has one entry for each search.

import { FILTERS } from "./controls.js";

const SETTLED_MS = 700;
const SCROLL_MS = 150;

/** Returns the request that an address contains. */
export function requestOf(search) {
  const values = new URLSearchParams(search);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, values.get(name)]).filter(([, value]) => value));
  const pages = Math.max(Number(values.get("page")) || 1, 1);
  const sort = ["newest", "oldest"].find((name) => name === values.get("sort")) ?? "";
  return { q: values.get("q") ?? "", filters, sort, typos: values.get("typos") === "0" ? "0" : "", pages };
}

/** Returns the address of a request, with the other parameters of the given one. */
export function addressOf(request, address) {
  const url = new URL(address);
  const { q, filters, sort, typos, pages } = request;
  const values = { q, category: "", tag: "", year: "", ...filters, sort, typos, page: pages > 1 ? pages : "" };
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.href;
}

/**
 * Binds a box to the address of the page. `restore` is called with the request of an address when the reader goes back
 * or forward, and with where to scroll once it is painted.
 */
export function bindToAddress(restore, signal) {
  let waiting;
  let pending;
  let scrolling;

  const remember = () => history.replaceState({ ...history.state, bloghoundY: scrollY }, "");

  /** Adds the search to the history, if it is not there yet. */
  function settle() {
    clearTimeout(waiting);
    const address = pending && addressOf(pending, location.href);
    pending = undefined;
    if (address && address !== location.href) history.pushState({ bloghoundY: 0 }, "", address);
  }

  addEventListener("popstate", () => {
    clearTimeout(waiting);
    pending = undefined;
    restore(requestOf(location.search), history.state?.bloghoundY ?? 0);
  }, { signal });
  addEventListener("scroll", () => {
    clearTimeout(scrolling);
    scrolling = setTimeout(remember, SCROLL_MS);
  }, { signal, passive: true });
  signal.addEventListener("abort", () => {
    clearTimeout(waiting);
    clearTimeout(scrolling);
  });

  return {
    settle,
    remember,
    /** Notes a search: at once, or when the reader has paused. */
    note(request, isSettled) {
      clearTimeout(waiting);
      pending = request;
      if (isSettled) settle();
      else waiting = setTimeout(settle, SETTLED_MS);
    },
    /** Notes that the search shows more pages. */
    replace(request) {
      history.replaceState({ ...history.state, bloghoundY: scrollY }, "", addressOf(request, location.href));
    },
  };
}
