// The box, once it is used: connects the input, the searcher, the view, and the mode.

import { createClient } from "./client.js";
import css from "./core.css";
import { clickAs, createSelection, isModified, onKey } from "./keyboard.js";
import { languageOf } from "./label.js";
import { addressOf, bindToAddress, requestOf } from "./page.js";
import { recentSearches } from "./recent.js";
import { addStyles, set } from "./dom.js";
import { createSearcher } from "./searcher.js";
import { loadStrings } from "./strings.js";
import { createView } from "./view.js";
import { followViewport, holdPage } from "./viewport.js";

const EMPTY = { q: "", filters: {}, sort: "relevance", typos: "", pages: 1 };

/** Returns the filters of the attribute `filters`, a query string such as `category=Food&year=2024`. */
function fixedFilters(host) {
  return Object.fromEntries(new URLSearchParams(host.getAttribute("filters") ?? ""));
}

/** Returns the address of the service with a slash at its end. */
function endpointOf({ endpoint }) {
  return new URL(endpoint.replace(/\/*$/, "/"), document.baseURI).href;
}

/** Returns the client of a box; a new one when an attribute that it depends on has changed. */
function clientOf(host) {
  let settings = "";
  let client;
  return () => {
    const endpoint = endpointOf(host);
    const language = host.getAttribute("language");
    const options = {
      endpoint, key: host.getAttribute("key"), filters: fixedFilters(host),
      language: language === "page" ? languageOf(host) : language,
    };
    const now = JSON.stringify(options);
    if (now !== settings) client = createClient(options);
    settings = now;
    return client;
  };
}

/** The texts that the author sets: the attribute `strings`, as JSON, and the property. */
function ownStrings(host) {
  try {
    return { ...JSON.parse(host.getAttribute("strings") ?? "{}"), ...host.strings };
  } catch {
    console.warn("bloghound-search: the attribute strings is not JSON");
    return host.strings;
  }
}

let boxes = 0;

/** Makes the input of a box a combobox, and its dialog one that its backdrop and a button close. */
function complete(host, h, { strings, id }) {
  const { frame, form, input, opener } = host;
  const attributes = {
    inputmode: "search", enterkeyhint: "search", autocomplete: "off", autocapitalize: "off", autocorrect: "off",
    spellcheck: "false", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-list`,
  };
  for (const [name, value] of Object.entries(attributes)) set(input, name, value);
  set(form, "role", "search");
  set(frame, "aria-label", input.ariaLabel);
  if (!opener) return;
  set(opener, "aria-haspopup", "dialog");
  form.append(h("button", {
    type: "button", class: "round close", "aria-label": strings.close, click: () => host.close(),
  }, h("kbd", {}, "Esc"), h("span", {}, strings.close)));
  let pressed;
  frame.addEventListener("pointerdown", ({ target }) => { pressed = target; });
  // A click on the dialog itself is one on its backdrop; a selection of text that ends there began elsewhere.
  frame.addEventListener("click", ({ target }) => target === frame && pressed === frame && host.close());
  frame.addEventListener("close", () => {
    if ([document.body, host].includes(document.activeElement)) opener.focus({ preventScroll: true });
    host.close();
  });
}

/** Adds the results to a box and returns what the element calls. */
export async function mount(host, h) {
  const { frame, form, input, shadowRoot: root } = host;
  const { language, ...strings } = await loadStrings(languageOf(host), ownStrings(host));
  const id = `bloghound-${boxes += 1}`;
  const parts = { h, id, input, label: input.ariaLabel };
  addStyles(root, css);
  complete(host, h, { strings, id });
  const isPage = host.mode === "page";
  const recent = recentSearches(endpointOf(host), () => host.getAttribute("recent") !== "off");
  let request = EMPTY;
  let connection;
  let address;
  let isComposing = false;
  let reported;
  let afterPaint;

  const searcher = createSearcher(clientOf(host), paint);
  const view = createView(parts, { strings, language, recent, fixed: fixedFilters(host), isPage }, {
    type: (q) => { input.value = q; input.focus(); change({ q, typos: "" }, true); },
    filter: (name, value) => {
      if (name === "sort") return change({ sort: value }, true);
      const { [name]: before, ...filters } = request.filters;
      return change({ filters: value ? { ...filters, [name]: value } : filters }, true);
    },
    more: () => change({ pages: request.pages + 1 }, true),
    asTyped: () => change({ typos: "0" }, true),
    reset: () => change({ filters: {} }, true),
    forget: (query) => { recent.remove(query); paint(searcher.state); input.focus(); },
    plainUrl: () => addressOf({ ...request, pages: 1 }, new URL("search", endpointOf(host))),
    resultsUrl: () => addressOf({ ...request, pages: 1 }, new URL(host.results, document.baseURI)),
  });
  const selection = createSelection({ input, list: view.list });
  const clear = h("button", {
    type: "button", class: "round clear", "aria-label": strings.clear, click: () => { erase(); input.focus(); },
  }, "×");
  input.after(clear);
  frame.append(view.panel);

  /** Searches for a changed request; `isSettled` if the reader chose it and will not type on. */
  function change(changes, isSettled) {
    const { pages = 1, ...others } = changes;
    request = { ...request, ...others, pages };
    if (!request.q.trim()) request = { ...request, q: "", typos: "" };
    clear.hidden = !input.value;
    if (address && changes.pages) address.replace(request);
    else address?.note(request, isSettled);
    if (!changes.pages) view.scroller.scrollTop = 0;
    return searcher.update(request);
  }

  function paint(state) {
    const at = state.request.pages > 1 ? selection.options().indexOf(selection.active) : -1;
    selection.select();
    view.paint(state);
    if (at >= 0) selection.select(selection.options()[at]);
    clear.hidden = !input.value;
    if (state.isHeld || state.error || !state.response) return;
    afterPaint?.();
    afterPaint = undefined;
    if (state.response === reported) return;
    reported = state.response;
    const { q: query, filters } = state.request;
    emit("search", { query, filters, total: reported.total, response: reported });
  }

  function emit(name, detail, cancelable = false) {
    return host.dispatchEvent(new CustomEvent(`bloghound:${name}`, { detail, cancelable, bubbles: true, composed: true }));
  }

  function erase() {
    input.value = "";
    change({ q: "", filters: {}, sort: "relevance" }, true);
  }

  function show() {
    frame.classList.add("shown");
  }

  function hide() {
    frame.classList.remove("shown");
    selection.select();
    set(input, "aria-expanded", false);
  }

  /** Clears the input, or closes the box. Returns whether there was something to do. */
  function escape() {
    if (input.value || Object.keys(request.filters).length) erase();
    else if (host.mode === "button") host.close();
    else if (!frame.classList.contains("shown")) return false;
    else hide();
    return true;
  }

  /** Opens the results page, or takes what is typed as a search of its own. */
  function submit(event) {
    recent.add(request.q);
    if (isPage) {
      address?.settle();
      if (matchMedia("(pointer: coarse)").matches) input.blur();
      return;
    }
    if (!request.q) return;
    clickAs(frame.querySelector(".all"), event);
  }

  function onChoose(event) {
    const link = event.target.closest("a");
    if (!link) return;
    recent.add(request.q);
    address?.settle();
    address?.remember();
    const detail = { query: request.q, url: link.href, hit: link.hit, position: link.position };
    if (link.hit && !emit("select", detail, true)) event.preventDefault();
    if (!isModified(event)) host.close();
  }

  input.addEventListener("input", () => {
    clear.hidden = !input.value;
    show();
    if (!isComposing) change({ q: input.value, typos: "" });
  });
  input.addEventListener("compositionstart", () => { isComposing = true; });
  input.addEventListener("compositionend", () => {
    isComposing = false;
    change({ q: input.value, typos: "" });
  });
  input.addEventListener("keydown", (event) => onKey(event, {
    selection, open: clickAs, submit, escape, show, isShown: () => isPage || frame.open || frame.classList.contains("shown"),
  }));
  form.addEventListener("submit", (event) => event.preventDefault());
  frame.addEventListener("cancel", (event) => {
    if (isComposing) event.preventDefault();
  });
  view.panel.addEventListener("click", onChoose);
  view.panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && escape()) {
      event.preventDefault();
      input.focus();
    }
  });
  frame.addEventListener("focusin", open);
  frame.addEventListener("focusout", ({ relatedTarget }) => {
    if (!frame.contains(relatedTarget) && document.hasFocus()) hide();
  });

  function connect() {
    if (connection) return;
    connection = new AbortController();
    const { signal } = connection;
    addEventListener("online", () => searcher.retry(), { signal });
    followViewport(frame, signal);
    if (!isPage) return;
    address = bindToAddress(restore, signal);
    if (new URLSearchParams(location.search).size) restore(requestOf(location.search), history.state?.bloghoundY);
  }

  /** Shows the search of an address, and scrolls to where the reader was. */
  function restore(wanted, y) {
    request = wanted;
    input.value = request.q;
    if (y) afterPaint = () => requestAnimationFrame(() => scrollTo({ top: y, behavior: "instant" }));
    searcher.update(request);
  }

  function disconnect() {
    connection?.abort();
    connection = undefined;
    address = undefined;
    close();
  }

  /** Shows the results of what is in the input. */
  function open() {
    if (!connection) return;
    show();
    if (frame.open) holdPage(true);
    const { request: shown } = searcher.state;
    if (!shown || shown.q !== input.value.trimStart()) change({ q: input.value });
  }

  function close() {
    if (host.mode === "button") holdPage(false);
    hide();
    searcher.stop();
  }

  clear.hidden = !input.value;
  connect();
  if (root.activeElement || frame.open) open();
  return { open, close, connect, disconnect };
}

