// What the box shows while somebody types: results that are held at once, then those of the service.

import { fromHtml, fromSnippet, marked, wordsOf, wordsWith } from "./text.js";

const SEARCHING_MS = 300;
const SLOW_MS = 1_200;
const RETRY_MS = 1_000;
const MAX_DOUBLINGS = 4;
const PAGE = 10;
const MAX_HITS = 100;

/**
 * @typedef {object} SearchRequest
 * @property {string} q
 * @property {Record<string, string>} filters - category, tag, year
 * @property {string} sort - empty is by relevance
 * @property {string} typos - `"0"` searches the words as typed
 * @property {number} pages - number of pages of results that are shown
 *
 * @typedef {object} SearchState
 * @property {SearchRequest} request
 * @property {object} [response] - of this or, if `isHeld`, of an earlier request
 * @property {boolean} isHeld - whether the response is not the one for the request
 * @property {object[]} suggestions
 * @property {"" | "searching" | "slow"} waiting
 * @property {Error & { kind: string }} [error]
 */

/** Returns the parameters of the API for a request. */
function parameters({ filters, sort, typos, pages }) {
  return { ...filters, sort, typos, limit: Math.min(PAGE * pages, MAX_HITS), sections: 2, facets: "category,tag,year" };
}

/** Whether a response has more hits than are shown, and more can be shown. */
export function hasMore({ hits, total }) {
  return hits.length < Math.min(total, MAX_HITS);
}

/** Returns the searcher of a box; `paint` is called with each new state. */
export function createSearcher(client, paint) {
  /** @type {SearchState} */
  let state = { suggestions: [] };
  let timers = [];
  let failures = 0;
  let run = 0;

  const change = (changes) => {
    state = { ...state, ...changes };
    paint(state);
  };
  const later = (delay, action) => timers.push(setTimeout(action, delay));
  const clear = () => {
    timers.forEach(clearTimeout);
    timers = [];
  };

  /** Shows what is known of a request, then sends it. */
  function update(request) {
    run += 1;
    failures = 0;
    const held = client.held(request.q, parameters(request));
    const response = held ?? narrowed(state.response, state.request, request);
    send(request, run);
    suggest(request, run);
    change({ request, response, isHeld: !held, waiting: "", error: undefined, suggestions: request.q ? state.suggestions : [] });
  }

  async function send(request, own) {
    clear();
    later(SEARCHING_MS, () => change({ waiting: "searching" }));
    later(SLOW_MS, () => change({ waiting: "slow" }));
    let error;
    let response;
    try {
      response = await client.search(request.q, parameters(request));
    } catch (reason) {
      error = reason;
    }
    if (own !== run || !(response || error)) return;
    clear();
    failures = error ? failures + 1 : 0;
    change({ response, error, isHeld: false, waiting: "" });
    const delay = RETRY_MS * (error?.kind === "building" ? 1 : 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
    if (error && error.kind !== "refused") later(Math.max(delay, (error.retryAfter || 0) * 1_000), retry);
  }

  async function suggest(request, own) {
    const found = request.q && await client.suggest(request.q, { limit: 5 }).catch(() => {});
    if (own === run && found) change({ suggestions: found.suggestions });
  }

  function retry() {
    if (state.error) send(state.request, run);
  }

  return {
    update,
    retry,
    get state() { return state; },
    stop() {
      clear();
      run += 1;
      client.cancel();
      // The next use searches again.
      state = { ...state, request: undefined };
    },
  };
}

/**
 * Returns a response that is held for the request that follows it: its hits that visibly contain the words, if the
 * query has only become longer and some do; otherwise all of them. Its `words` match what to highlight.
 */
function narrowed(response, earlier, request) {
  if (!response || !earlier?.q || !request.q) return undefined;
  // Scripts without spaces have no beginnings of words to compare.
  const isComparable = !/[\u0e00-\u0eff\u3040-\u9fff]/.test(request.q);
  if (!isComparable || !request.q.startsWith(earlier.q) || earlier.filters !== request.filters) return response;
  const words = wordsOf(request.q);
  const hits = response.hits.filter((hit) => {
    const texts = [hit.title, hit.snippet?.text, ...sectionsOf(hit).map(({ title }) => title), hit.categories];
    const found = wordsOf(texts.join(" "));
    return words.every((word) => found.some((one) => one.startsWith(word)));
  });
  return hits.length ? { ...response, hits, words: wordsWith(words) } : response;
}

function sectionsOf(hit) {
  return [hit.section, ...(hit.sections ?? [])].filter(Boolean);
}

/** Returns the texts of a hit with highlights: those of the service, or the matches of `words`. */
export function textOf(hit, words) {
  const remark = (text) => (words ? marked(text, words) : text);
  const snippet = ({ snippet: found }) => found?.text && remark(fromSnippet(found));
  return {
    title: remark(fromHtml(hit.title_html)),
    snippet: snippet(hit) || { text: String(hit.description ?? "") },
    sections: sectionsOf(hit).map((section) => ({ url: section.url, title: remark(fromHtml(section.title_html)), snippet: snippet(section) })),
  };
}
