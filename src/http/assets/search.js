// The search page: one state, at most one search under way, one place that
// shows its answer.

import { SearchError, ask } from "./api.js";
import { element, text } from "./dom.js";
import { correctionLine, count, duration, facetChip, hitItem, keyOf, updateChip } from "./results.js";
import { Suggestions } from "./suggestions.js";

const DEBOUNCE_MS = 60;
const TIMEOUT_MS = 15_000;
/** Screen readers hear the count when the typing rests, not at each letter. */
const ANNOUNCE_MS = 600;
/** How many pages an address may ask for at once. */
const MAX_PAGES = 20;

const $ = (id) => document.getElementById(id);
const input = $("q");
const facets = $("facets");
const hits = $("hits");
const correction = $("correction");
const more = $("more");
const moreError = $("more-error");
const results = document.querySelector(".results");

/** What is asked for; the address of the page says the same. */
let state = stateOfAddress();
/** The AbortController of the search under way. */
let flight = null;
let debounce = null;
let announcement = null;
/** Enter was pressed before the answer was there. */
let openWhenShown = false;
/** The query and category that the shown hits belong to. */
let shownFor = null;

const suggestions = new Suggestions(input, $("suggestions"), (words) => searchFor({ q: words, typos: "" }));

// --- State and address -----------------------------------------------------

function stateOfAddress() {
  const params = new URLSearchParams(location.search);
  const page = Number.parseInt(params.get("page"), 10);
  return {
    q: params.get("q") ?? "",
    category: params.get("category") ?? "",
    typos: /^[0-2]$/.exec(params.get("typos") ?? "")?.[0] ?? "",
    page: Math.min(Math.max(page || 1, 1), MAX_PAGES),
  };
}

function addressOf({ q, category, typos, page }) {
  const params = new URLSearchParams();
  if (q.trim()) params.set("q", q);
  if (category) params.set("category", category);
  if (typos) params.set("typos", typos);
  if (page > 1) params.set("page", page);
  return location.pathname + (params.size ? `?${params}` : "");
}

function writeAddress(push) {
  const address = addressOf(state);
  document.title = state.q.trim() ? `${state.q.trim()} – Search` : "Search";
  if (address === location.pathname + location.search) return;
  try {
    history[push ? "pushState" : "replaceState"](null, "", address);
  } catch {
    // Some browsers limit how often; the next change writes it.
  }
}

/** Takes over a change of the state and searches. */
function go(change, { push = false } = {}) {
  // That words were meant as they are typed holds for these words.
  const typos = change.q === undefined || change.q === state.q ? state.typos : "";
  state = { ...state, page: 1, typos, ...change };
  writeAddress(push);
  return search();
}

// --- Asking ----------------------------------------------------------------

/** Runs `work` as the one search under way; whatever an earlier one still brings is dropped. */
async function fly(work, land, fail) {
  flight?.abort();
  const mine = new AbortController();
  flight = mine;
  const timeout = setTimeout(() => mine.abort(new SearchError("The search server does not answer")), TIMEOUT_MS);
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await work(mine.signal);
    if (flight === mine) land(answer);
  } catch (error) {
    if (flight !== mine) return;
    openWhenShown = false;
    fail(error instanceof SearchError ? error : new SearchError("The search failed", String(error)));
  } finally {
    clearTimeout(timeout);
    if (flight === mine) {
      flight = null;
      results.removeAttribute("aria-busy");
      if (openWhenShown) openFirst();
    }
  }
}

function search() {
  clearTimeout(debounce);
  debounce = null;
  if (!state.q.trim()) {
    flight?.abort();
    flight = null;
    openWhenShown = false;
    results.removeAttribute("aria-busy");
    return showEmpty();
  }
  const asked = { ...state };
  const questions = Array.from({ length: asked.page }, (_, at) => ({ ...asked, page: at + 1 }));
  return fly(
    (signal) => Promise.all(questions.map((question) => ask(question, signal))),
    (answers) => showAnswers(asked, answers),
    showError,
  );
}

function searchMore() {
  if (flight || debounce) return undefined;
  const asked = { ...state, page: state.page + 1 };
  moreError.hidden = true;
  return fly(
    (signal) => ask(asked, signal),
    (answer) => {
      state = asked;
      writeAddress(false);
      const first = appendHits(answer);
      // The keyboard goes on where the new hits begin.
      (first?.querySelector("h2 a") ?? input).focus({ preventScroll: true });
      announce(`${hits.children.length} of ${count(answer.total)} shown`);
    },
    (error) => {
      moreError.textContent = sentence(error);
      moreError.hidden = false;
      announce(sentence(error));
    },
  );
}

// --- Showing ---------------------------------------------------------------

function showAnswers(asked, answers) {
  const [first] = answers;
  const key = JSON.stringify([asked.q, asked.category, asked.typos]);
  const moved = shownFor !== null && shownFor !== key;
  shownFor = key;

  const focusWasInHits = hits.contains(document.activeElement);
  hits.replaceChildren();
  const counts = first.facets?.category ?? [];
  // Over hits the row of categories stays even when empty, so that typing on does not move them.
  show({ facets: first.total > 0 || counts.length > 0 || Boolean(asked.category), hits: first.total > 0 });
  const correctionText = showCorrection(asked, first.corrected);
  const spoken = (words) => [correctionText, words].filter(Boolean).join(" ");
  showStatus(`${count(first.total)} in ${duration(first.took_us)}`, spoken(count(first.total)));
  showFacets(counts, asked.category);
  showWarnings(answers.flatMap((answer) => answer.warnings ?? []));
  for (const answer of answers) appendHits(answer);
  if (focusWasInHits) input.focus();

  if (first.total === 0) {
    const inCategory = asked.category ? ` in ${asked.category}` : "";
    showMessage({
      title: `Nothing found for “${asked.q.trim()}”${inCategory}`,
      detail: "Fewer words find more; so do words without quotes, minus and names before a colon.",
      action: asked.category ? ["Search in all categories", () => { input.focus(); go({ category: "" }, { push: true }); }] : null,
    });
    announce(spoken(`Nothing found${inCategory}`));
  }
  if (moved && window.scrollY > 0) window.scrollTo({ top: 0, behavior: "instant" });
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
  announce(sentence(error));
}

/** Which parts of the page are there. */
function show(parts) {
  for (const id of ["facets", "hits", "hint"]) $(id).hidden = !parts[id];
  for (const id of ["message", "warnings", "more", "more-error", "correction"]) $(id).hidden = true;
}

/** The line about what was meant; gives what is spoken of it. */
function showCorrection(asked, corrected) {
  if (!corrected) return "";
  correction.replaceChildren(correctionLine(asked.q.trim(), corrected, (change, content) => {
    const link = element("a");
    link.href = addressOf({ ...asked, page: 1, ...change });
    link.append(content);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      searchFor(change);
    });
    return link;
  }));
  correction.hidden = false;
  const meant = text(corrected.query);
  return corrected.applied ? `Showing results for ${meant}.` : `Did you mean ${meant}?`;
}

/** Searches for a text that was chosen, not typed. */
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
  const isActive = (value) => active !== "" && keyOf(value) === keyOf(active);
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

/** In the row of a narrow window, the pressed chip may lie beyond the edge. */
function revealPressed() {
  const chip = facets.querySelector('[aria-pressed="true"]');
  if (!chip) return;
  const row = facets.getBoundingClientRect();
  const { left, right } = chip.getBoundingClientRect();
  if (left < row.left || right > row.right) facets.scrollLeft += left - row.left - 16;
}

/** A word just typed counts, though its search has not begun. */
function choose(category) {
  go({ q: input.value, category }, { push: true });
}

/** Adds the hits of an answer, and gives the first of them. */
function appendHits(answer) {
  // A page of a newer index can bring a hit again.
  const known = new Set([...hits.children].map((hit) => hit.dataset.id));
  const added = answer.hits.filter((hit) => !known.has(hit.id)).map(hitItem);
  hits.append(...added);
  more.hidden = answer.hits.length === 0 || answer.page * answer.limit >= answer.total;
  return added[0];
}

function sentence(error) {
  return [error.message, error.detail].filter(Boolean).join(". ");
}

// --- Hands -----------------------------------------------------------------

/** Where the arrow keys go: the titles, then the button for more. */
function stops() {
  const titles = [...hits.querySelectorAll("h2 a[href]")];
  return more.hidden ? titles : [...titles, more];
}

function openFirst() {
  openWhenShown = false;
  hits.querySelector("h2 a[href]")?.click();
}

function onArrow(event, step) {
  const list = stops();
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
    suggestions.ask(input.value);
    return go({ q: input.value });
  };
  if (input.value.trim()) debounce = setTimeout(type, DEBOUNCE_MS);
  else type();
}

function onSubmit(event) {
  event.preventDefault();
  suggestions.close();
  // On a touch screen the key puts the keyboard away, so that the hits are seen.
  if (matchMedia("(hover: none) and (pointer: coarse)").matches) return input.blur();
  if (debounce) go({ q: input.value });
  if (flight) openWhenShown = true;
  else openFirst();
  return undefined;
}

function fromAddress() {
  suggestions.close();
  state = stateOfAddress();
  input.value = state.q;
  writeAddress(false);
  search();
}

input.addEventListener("input", onInput);
$("form").addEventListener("submit", onSubmit);
more.addEventListener("click", searchMore);
document.addEventListener("keydown", onKey);
window.addEventListener("popstate", fromAddress);
fromAddress();
