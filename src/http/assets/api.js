// Client of the HTTP API: sends requests and turns failures into SearchErrors.

import { text } from "./dom.js";

const LIMIT = 10;

// Relative URLs, so that the page also works below a path of a reverse proxy.
const API = new URL("api/v1/search", document.baseURI);
const SUGGEST = new URL("api/v1/suggest", document.baseURI);

export class SearchError extends Error {
  constructor(title, detail = "", { again = true, building = false } = {}) {
    super(title);
    this.detail = detail;
    /** Whether the user can retry the same request with success. */
    this.again = again;
    /** Whether the index is being built, so that the same request succeeds some time later. */
    this.building = building;
  }
}

/** Fetches one page of hits. The first page includes the number of hits per category. */
export async function fetchHits({ q, category, typos, page }, signal) {
  const params = new URLSearchParams({ q, page, limit: LIMIT });
  if (category) params.set("category", category);
  if (typos) params.set("typos", typos);
  if (page === 1) params.set("facets", "category");
  let response;
  try {
    response = await fetch(`${API}?${params}`, {
      signal,
      cache: "no-cache",
      headers: { accept: "application/json, application/problem+json" },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SearchError("The search server cannot be reached", "Check that it is running, then try again.");
  }
  const body = await response.json().catch((error) => {
    if (signal.aborted) throw error;
    return null;
  });
  if (response.status === 503 && Number.isInteger(body?.build_percent)) {
    const detail = `${body.build_percent} % done. The results appear as soon as it is complete.`;
    throw new SearchError("The search index is being built", detail, { again: false, building: true });
  }
  if (!response.ok) {
    const title = text(body?.title) || `The search server answered with status ${response.status}`;
    throw new SearchError(title, text(body?.detail), { again: ![400, 404, 413, 414, 422].includes(response.status) });
  }
  if (!Array.isArray(body?.hits)) {
    throw new SearchError("The search server sent an invalid response");
  }
  return body;
}

/** Fetches suggestions. Returns none on failure, because suggestions are optional. */
export async function fetchSuggestions(q, signal) {
  try {
    const response = await fetch(`${SUGGEST}?${new URLSearchParams({ q })}`, {
      signal,
      cache: "no-cache",
      headers: { accept: "application/json" },
    });
    const body = response.ok ? await response.json() : null;
    return Array.isArray(body?.suggestions) ? body.suggestions : [];
  } catch {
    return [];
  }
}
