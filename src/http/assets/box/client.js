// A client of the search service without an interface, for the box and for authors who design their own.

const FRESH_MS = 30_000;
const MAX_CACHED = 60;
const PATIENCE_MS = 10_000;

/**
 * Returns the error of a failed request. Its `kind` is `offline`, `unreachable`, `busy`, `building` or `refused`; `facts`
 * are `status`, `detail`, `percent` and `retryAfter`.
 */
function failed(kind, facts) {
  return Object.assign(new Error(facts?.detail ?? kind), { kind, ...facts });
}

/**
 * Returns a client. At most one search and one request for suggestions are in flight: a later one cancels the earlier,
 * whose promise resolves to `null`.
 *
 * @param {{ endpoint: string, key?: string, language?: string, filters?: Record<string, string> }} settings
 */
export function createClient({ endpoint, key, language, filters }) {
  /** @type {Map<string, { at: number, body: object }>} */
  const cache = new Map();
  /** @type {Record<string, AbortController>} */
  const running = {};

  const address = (path, values) => {
    const url = new URL(`api/v1/${path}`, endpoint);
    for (const [name, value] of Object.entries({ lang: language, ...values, ...filters })) {
      if (value) url.searchParams.set(name, value);
    }
    return url.href;
  };

  const cached = (url) => {
    const entry = cache.get(url);
    return entry && performance.now() - entry.at < FRESH_MS ? entry.body : undefined;
  };

  async function send(url, abort) {
    const late = setTimeout(() => abort.abort("late"), PATIENCE_MS);
    try {
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      const response = await fetch(url, { signal: abort.signal, headers });
      const body = await response.json().catch((error) => {
        if (abort.signal.aborted) throw error;
      });
      if (response.ok && (body?.hits ?? body?.suggestions)?.map) return body;
      throw refusal(response, body ?? {});
    } finally {
      clearTimeout(late);
    }
  }

  async function get(path, values) {
    running[path]?.abort();
    const url = address(path, values);
    const known = cached(url);
    if (known) return known;
    const abort = new AbortController();
    running[path] = abort;
    try {
      const body = await send(url, abort);
      cache.set(url, { at: performance.now(), body });
      if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value);
      return running[path] === abort ? body : null;
    } catch (error) {
      if (abort.signal.aborted && abort.signal.reason !== "late") return null;
      throw error.kind ? error : failed(navigator.onLine ? "unreachable" : "offline");
    }
  }

  return {
    /** Searches; options are parameters of the API, such as `category`, `sort`, `page`, `limit` and `facets`. */
    search: (q, options) => get("search", { q, ...options }),
    /** Returns a response that is held, if there is one. */
    held: (q, options) => cached(address("search", { q, ...options })),
    /** Returns completions of a query. */
    suggest: (q, options) => get("suggest", { q, ...options }),
    /** Cancels the requests in flight. */
    cancel: () => {
      for (const abort of Object.values(running)) abort.abort();
    },
  };
}

/** Returns the error of a response with a status of failure. */
function refusal({ status, headers }, { detail, build_percent: percent }) {
  const kind = percent >= 0 ? "building" : status === 429 || status === 503 ? "busy" : status < 400 || status >= 500 ? "unreachable" : "refused";
  return failed(kind, { status, detail, percent, retryAfter: Number(headers.get("retry-after")) });
}
