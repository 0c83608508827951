// What the box shows while somebody types: results that are held at once, then those of the service.

import { fromHtml, fromSnippet, marked, wordsOf } from "./text.js";

const SEARCHING_MS = 300;
const SLOW_MS = 1_200;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const FIELDS = "id,url,title,title_html,description,categories,date,lang,snippet,section,sections,missing";
const PAGE = 10;
const MAX_HITS = 100;

/**
 * @typedef {object} SearchRequest
 * @property {string} q
 * @property {Record<string, string>} filters - category, tag, year
 * @property {string} sort
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
export function parameters({ filters, sort, typos, pages }) {
  return {
    ...filters, sort: sort === "relevance" ? "" : sort, typos, limit: Math.min(PAGE * pages, MAX_HITS), sections: 2,
    facets: "category,tag,year", fields: FIELDS,
  };
}

/** Whether a response has more hits than are shown, and more can be shown. */
export function hasMore({ hits, total }) {
  return hits.length < total && hits.length < MAX_HITS;
}

/** Returns the searcher of a box; `paint` is called with each new state. */
export function createSearcher(getClient, paint) {
  /** @type {SearchState} */
  let state = { suggestions: [], isHeld: false, waiting: "" };
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
    clear();
    run += 1;
    const { response: before, request: earlier } = state;
    const client = getClient();
    const options = parameters(request);
    const held = client.held(request.q, options);
    const response = held ?? (before && earlier && narrowed(before, earlier, request));
    change({
      request, response, isHeld: !held, waiting: "", error: undefined,
      suggestions: request.q.trim() ? state.suggestions : [],
    });
    suggest(client, request, run);
    return send(client, request, options, run);
  }

  async function send(client, request, options, own) {
    const wait = (waiting) => own === run && state.isHeld && change({ waiting });
    later(SEARCHING_MS, () => wait("searching"));
    later(SLOW_MS, () => wait("slow"));
    try {
      const response = await client.search(request.q, options);
      if (!response || own !== run) return;
      clear();
      failures = 0;
      if (!Array.isArray(response.hits)) throw Object.assign(new Error("hits"), { kind: "unreachable" });
      change({ response, isHeld: false, waiting: "", error: undefined });
    } catch (error) {
      if (own !== run) return;
      clear();
      change({ waiting: "", error, response: state.isHeld ? undefined : state.response });
      if (error.kind === "refused") return;
      const delay = error.kind === "building" ? RETRY_MS[0] : RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
      failures += 1;
      later(Math.max(delay, (error.retryAfter ?? 0) * 1_000), retry);
    }
  }

  async function suggest(client, request, own) {
    if (!request.q.trim()) return;
    const { suggestions } = await client.suggest(request.q, { limit: 5 }).catch(() => null) ?? {};
    if (own === run && Array.isArray(suggestions)) change({ suggestions });
  }

  function retry() {
    if (state.error) send(getClient(), state.request, parameters(state.request), run);
  }

  return {
    update,
    retry,
    get state() { return state; },
    stop() {
      clear();
      run += 1;
      getClient().cancel();
    },
  };
}

/**
 * Returns a response that is held for the request that follows it: its hits that visibly contain the words, if the
 * query has only become longer and some do; otherwise all of them.
 */
function narrowed(response, earlier, request) {
  const isLonger = earlier.q.trim() && request.q.startsWith(earlier.q)
    && JSON.stringify(earlier.filters) === JSON.stringify(request.filters);
  if (!isLonger) return request.q.trim() && earlier.q.trim() ? response : undefined;
  const words = wordsOf(request.q);
  const hits = response.hits.filter((hit) => {
    const texts = [hit.title, hit.snippet?.text, ...sectionsOf(hit).map(({ title }) => title), ...(hit.categories ?? [])];
    const found = wordsOf(texts.join(" "));
    return words.every((word) => found.some((one) => one.startsWith(word)));
  });
  return hits.length ? { ...response, hits, words } : response;
}

export function sectionsOf(hit) {
  return [hit.section, ...(hit.sections ?? [])].filter(Boolean);
}

/** Returns the texts of a hit with highlights: those of the service, or the beginnings of `words`. */
export function textOf(hit, words) {
  const remark = (text) => (words ? marked(text, words) : text);
  return {
    title: remark(fromHtml(hit.title_html)),
    snippet: remark(hit.snippet?.text ? fromSnippet(hit.snippet) : { text: String(hit.description ?? "") }),
    sections: sectionsOf(hit).map((section) => ({
      url: section.url,
      title: remark(fromHtml(section.title_html)),
      snippet: section.snippet?.text ? remark(fromSnippet(section.snippet)) : undefined,
    })),
  };
}

