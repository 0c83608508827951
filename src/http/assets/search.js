// The search page: keeps one state, runs at most one search at a time, renders its response.

import { SearchError, fetchHits } from "./api.js";
import { element, text } from "./dom.js";
import {
  categoryKey, correctionLine, facetChip, formatCount, formatDuration, hitItem, updateChip,
} from "./results.js";
import { Suggestions } from "./suggestions.js";

const DEBOUNCE_MS = 60;
const TIMEOUT_MS = 15_000;
/** Interval of searches while the index is being built. */
const BUILDING_MS = 1_000;
/** Delay of announcements to screen readers, so that they are not made at each letter. */
const ANNOUNCE_MS = 600;
/** Most pages of results that a URL can load at once. */
const MAX_PAGES = 20;

const $ = (id) => document.getElementById(id);
const input = $("q");
const facets = $("facets");
const hits = $("hits");
const correction = $("correction");
const more = $("more");
const moreError = $("more-error");
const results = document.querySelector(".results");

/** The current search, mirrored in the URL of the page. */
let state = stateFromUrl();
/** AbortController of the running search. */
let pending = null;
let debounce = null;
let announcement = null;
let retry = null;
/** Whether Enter was pressed before the response arrived. */
let openWhenShown = false;
/** Key of the search whose hits are shown. */
let shownFor = null;

const suggestions = new Suggestions(input, $("suggestions"), (words) => searchFor({ q: words, typos: "" }));

// --- State and URL ---------------------------------------------------------

function stateFromUrl() {
  const params = new URLSearchParams(location.search);
  const page = Number.parseInt(params.get("page"), 10);
  return {
    q: params.get("q") ?? "",
    category: params.get("category") ?? "",
    typos: /^[0-2]$/.exec(params.get("typos") ?? "")?.[0] ?? "",
    page: Math.min(Math.max(page || 1, 1), MAX_PAGES),
  };
}

function urlOf({ q, category, typos, page }) {
  const params = new URLSearchParams();
  if (q.trim()) params.set("q", q);
  if (category) params.set("category", category);
  if (typos) params.set("typos", typos);
  if (page > 1) params.set("page", page);
  return location.pathname + (params.size ? `?${params}` : "");
}

function writeUrl(push) {
  const url = urlOf(state);
  document.title = state.q.trim() ? `${state.q.trim()} – Search` : "Search";
  if (url === location.pathname + location.search) return;
  try {
    history[push ? "pushState" : "replaceState"](null, "", url);
  } catch {
    // Some browsers limit the rate of changes; the next change writes the URL.
  }
}

/** Changes the state and searches. */
function go(change, { push = false } = {}) {
  // Turning off typos applies only to the query for which it was chosen.
  const typos = change.q === undefined || change.q === state.q ? state.typos : "";
  state = { ...state, page: 1, typos, ...change };
  writeUrl(push);
  return search();
}

// --- Requests --------------------------------------------------------------

/** Runs a search and aborts the previous one, whose response is ignored. */
async function runSearch(request, onResponse, onError) {
  pending?.abort();
  const controller = new AbortController();
  pending = controller;
  const timeout = setTimeout(() => controller.abort(new SearchError("The search server does not respond")), TIMEOUT_MS);
  results.setAttribute("aria-busy", "true");
  try {
    const response = await request(controller.signal);
    if (pending === controller) onResponse(response);
  } catch (error) {
    if (pending !== controller) return;
    openWhenShown = false;
    onError(error instanceof SearchError ? error : new SearchError("The search failed", String(error)));
  } finally {
    clearTimeout(timeout);
    if (pending === controller) {
      pending = null;
      results.removeAttribute("aria-busy");
      if (openWhenShown) openFirst();
    }
  }
}

function search() {
  clearTimeout(retry);
  clearTimeout(debounce);
  debounce = null;
  if (!state.q.trim()) {
    pending?.abort();
    pending = null;
    openWhenShown = false;
    results.removeAttribute("aria-busy");
    return showEmpty();
  }
  const searched = { ...state };
  const requests = Array.from({ length: searched.page }, (_, at) => ({ ...searched, page: at + 1 }));
  return runSearch(
    (signal) => Promise.all(requests.map((request) => fetchHits(request, signal))),
    (responses) => showResponses(searched, responses),
    showError,
  );
}

function searchMore() {
  if (pending || debounce) return undefined;
  const searched = { ...state, page: state.page + 1 };
  moreError.hidden = true;
  return runSearch(
    (signal) => fetchHits(searched, signal),
    (response) => {
      state = searched;
      writeUrl(false);
      const first = appendHits(response);
      // Keyboard navigation continues at the first new hit.
      (first?.querySelector("h2 a") ?? input).focus({ preventScroll: true });
      announce(`${hits.children.length} of ${formatCount(response.total)} shown`);
    },
    (error) => {
      moreError.textContent = sentence(error);
      moreError.hidden = false;
      announce(sentence(error));
    },
  );
}

// --- Rendering -------------------------------------------------------------

function showResponses(searched, responses) {
  const [first] = responses;
  const key = JSON.stringify([searched.q, searched.category, searched.typos]);
  const isNewSearch = shownFor !== null && shownFor !== key;
  shownFor = key;

  const focusWasInHits = hits.contains(document.activeElement);
  hits.replaceChildren();
  const counts = first.facets?.category ?? [];
  // Above hits, the row of categories stays even if it is empty, so that further typing does not move the hits.
  show({ facets: first.total > 0 || counts.length > 0 || Boolean(searched.category), hits: first.total > 0 });
  const correctionText = showCorrection(searched, first.corrected);
  const spoken = (words) => [correctionText, words].filter(Boolean).join(" ");
  showStatus(`${formatCount(first.total)} in ${formatDuration(first.took_us)}`, spoken(formatCount(first.total)));
  showFacets(counts, searched.category);
  showWarnings(responses.flatMap((response) => response.warnings ?? []));
  for (const response of responses) appendHits(response);
  if (focusWasInHits) input.focus();

  if (first.total === 0) {
    const inCategory = searched.category ? ` in ${searched.category}` : "";
    showMessage({
      title: `Nothing found for “${searched.q.trim()}”${inCategory}`,
      detail: "Try fewer words, or remove quotes, exclusions and filters such as tag:name.",
      action: searched.category ? ["Search in all categories", () => { input.focus(); go({ category: "" }, { push: true }); }] : null,
    });
    announce(spoken(`Nothing found${inCategory}`));
  }
  if (isNewSearch && window.scrollY > 0) window.scrollTo({ top: 0, behavior: "instant" });
}

function showEmpty() {
  shownFor = null;
  hits.replaceChildren();
  show({ facets: Boolean(state.category), hint: true });
  showStatus("", "");
  showFacets([], state.category);
}

function showError(error) {
  shownFor = null;
  hits.replaceChildren();
  show({ facets: Boolean(state.category) });
  showStatus("", "");
  showFacets([], state.category);
  showMessage({
    title: error.message,
    detail: error.detail,
    action: error.again ? ["Try again", () => { input.focus(); search(); }] : null,
    error: true,
  });
  // The progress is not announced each time.
  announce(error.building ? error.message : sentence(error));
  if (error.building) retry = setTimeout(search, BUILDING_MS);
}

/** Shows these parts of the page and hides all others. */
function show(parts) {
  for (const id of ["facets", "hits", "hint"]) $(id).hidden = !parts[id];
  for (const id of ["message", "warnings", "more", "more-error", "correction"]) $(id).hidden = true;
}

/** Shows the spelling correction. Returns its text for screen readers. */
function showCorrection(searched, corrected) {
  if (!corrected) return "";
  correction.replaceChildren(correctionLine(searched.q.trim(), corrected, (change, content) => {
    const link = element("a");
    link.href = urlOf({ ...searched, page: 1, ...change });
    link.append(content);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      searchFor(change);
    });
    return link;
  }));
  correction.hidden = false;
  const query = text(corrected.query);
  return corrected.applied ? `Showing results for ${query}.` : `Did you mean ${query}?`;
}

/** Searches for a chosen suggestion or correction. */
function searchFor(change) {
  input.value = change.q;
  input.focus();
  suggestions.close();
  go(change, { push: true });
}

function showStatus(status, spoken) {
  $("status").textContent = status;
  announce(spoken);
}

function announce(words) {
  clearTimeout(announcement);
  announcement = setTimeout(() => { $("live").textContent = words; }, ANNOUNCE_MS);
}

function showMessage({ title, detail, action, error = false }) {
  $("message-title").textContent = title;
  $("message-detail").textContent = detail;
  const button = $("message-action");
  button.hidden = !action;
  [button.textContent, button.onclick] = action ?? ["", null];
  $("message").classList.toggle("error", error);
  $("message").hidden = false;
}

function showWarnings(warnings) {
  const lines = new Set(warnings.map((warning) => text(warning?.message ?? warning?.detail ?? warning)).filter(Boolean));
  $("warnings").replaceChildren(...[...lines].map((line) => element("li", "", line)));
  $("warnings").hidden = lines.size === 0;
}

function showFacets(counts, active) {
  const list = counts.map(({ value, count: number }) => ({ value: text(value), number }));
  const isActive = (value) => active !== "" && categoryKey(value) === categoryKey(active);
  if (active && !list.some(({ value }) => isActive(value))) list.unshift({ value: active, number: null });
  const known = new Map([...facets.children].map((chip) => [chip.value, chip]));
  const focused = facets.contains(document.activeElement) ? document.activeElement : null;
  facets.replaceChildren(...list.map(({ value, number }) => {
    const chip = known.get(value) ?? facetChip(value, (pressed) => choose(pressed ? "" : value));
    updateChip(chip, isActive(value), number);
    return chip;
  }));
  if (focused) (focused.isConnected ? focused : input).focus({ preventScroll: true });
  revealPressed();
}

/** Scrolls to the pressed chip, which can be outside of the visible row in a narrow window. */
function revealPressed() {
  const chip = facets.querySelector('[aria-pressed="true"]');
  if (!chip) return;
  const row = facets.getBoundingClientRect();
  const { left, right } = chip.getBoundingClientRect();
  if (left < row.left || right > row.right) facets.scrollLeft += left - row.left - 16;
}

/** Filters by a category; includes text that was typed but not searched yet. */
function choose(category) {
  go({ q: input.value, category }, { push: true });
}

/** Appends the hits of a response. Returns the first added one. */
function appendHits(response) {
  // If the index has changed between two pages, a hit can be repeated.
  const known = new Set([...hits.children].map((hit) => hit.dataset.id));
  const added = response.hits.filter((hit) => !known.has(hit.id)).map(hitItem);
  hits.append(...added);
  more.hidden = response.hits.length === 0 || response.page * response.limit >= response.total;
  return added[0];
}

function sentence(error) {
  return [error.message, error.detail].filter(Boolean).join(". ");
}

// --- Keyboard and pointer --------------------------------------------------

/** The elements that the arrow keys move through: the titles, then the button for more results. */
function arrowTargets() {
  const titles = [...hits.querySelectorAll("h2 a[href]")];
  return more.hidden ? titles : [...titles, more];
}

function openFirst() {
  openWhenShown = false;
  hits.querySelector("h2 a[href]")?.click();
}

function onArrow(event, step) {
  const list = arrowTargets();
  const active = document.activeElement;
  const inHit = active.closest?.(".hit")?.querySelector("h2 a");
  const at = active === input ? -1 : list.indexOf(inHit ?? active);
  if (active !== input && at === -1) return;
  const next = at + step;
  if (next < -1 || next >= list.length) return;
  event.preventDefault();
  (next === -1 ? input : list[next]).focus();
}

function clear() {
  input.value = "";
  input.focus();
  suggestions.close();
  go({ q: "", category: "" }, { push: true });
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "Escape" && (input.value || state.category)) {
    event.preventDefault();
    clear();
  } else if (event.key === "ArrowDown" && !event.shiftKey) {
    onArrow(event, 1);
  } else if (event.key === "ArrowUp" && !event.shiftKey) {
    onArrow(event, -1);
  }
}

function onInput() {
  openWhenShown = false;
  clearTimeout(debounce);
  const type = () => {
    suggestions.update(input.value);
    return go({ q: input.value });
  };
  if (input.value.trim()) debounce = setTimeout(type, DEBOUNCE_MS);
  else type();
}

function onSubmit(event) {
  event.preventDefault();
  suggestions.close();
  // On a touch screen, Enter closes the on-screen keyboard, so that the hits are visible.
  if (matchMedia("(hover: none) and (pointer: coarse)").matches) return input.blur();
  if (debounce) go({ q: input.value });
  if (pending) openWhenShown = true;
  else openFirst();
  return undefined;
}

function restoreFromUrl() {
  suggestions.close();
  state = stateFromUrl();
  input.value = state.q;
  writeUrl(false);
  search();
}

input.addEventListener("input", onInput);
$("form").addEventListener("submit", onSubmit);
more.addEventListener("click", searchMore);
document.addEventListener("keydown", onKey);
window.addEventListener("popstate", restoreFromUrl);
restoreFromUrl();
