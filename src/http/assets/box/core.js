// The box, once it is used: connects the input, the searcher, the view, and the mode.

import { createClient } from "./client.js";
import css from "./core.css";
import { set } from "./dom.js";
import hitsCss from "./hits.css";
import { clickAs, createSelection, isModified, onKey } from "./keyboard.js";
import { addressOf, bindToAddress, requestOf } from "./page.js";
import { recentSearches } from "./recent.js";
import { createSearcher } from "./searcher.js";
import { loadStrings } from "./strings.js";
import { createView } from "./view.js";
import { followViewport, holdPage } from "./viewport.js";

const NO_FILTERS = { filters: {}, sort: "", typos: "" };
let boxes = 0;

/** Makes the input of a box a combobox, and its dialog one that its backdrop and a button close. */
function complete(host, h, { strings, id, erase }) {
  const { frame, form, input, opener } = host;
  const attributes = {
    inputmode: "search", enterkeyhint: "search", autocomplete: "off", autocapitalize: "off", autocorrect: "off",
    spellcheck: "false", role: "combobox", part: "input", "aria-label": input.placeholder, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
  };
  for (const name in attributes) set(input, name, attributes[name]);
  set(form, "role", "search");
  set(frame, "aria-label", input.placeholder);
  const clear = h("button", { type: "button", class: "round clear", "aria-label": strings.clear, click: erase }, "×");
  form.append(clear);
  if (!opener) return clear;
  set(opener, "aria-haspopup", "dialog");
  form.append(h("button", { type: "button", class: "link close", click: () => host.close() }, strings.close));
  let pressed;
  frame.addEventListener("pointerdown", ({ target }) => { pressed = target; });
  // A click on the dialog itself is one on its backdrop; a selection of text that ends there began elsewhere.
  frame.addEventListener("click", ({ target }) => target === frame && pressed === frame && host.close());
  frame.addEventListener("close", () => {
    if ([document.body, host].includes(document.activeElement)) opener.focus({ preventScroll: true });
    host.close();
  });
  return clear;
}

/** Adds the results to a box and returns what the element calls. */
export async function mount(host, make) {
  const { frame, form, input, mode, language } = host;
  const isPage = mode === "page";
  /** Accepts lists of children and leaves out those that are not there; a class is a part as well, for pages to style. */
  const h = (name, attributes, ...children) => {
    const element = make(name, attributes, ...children.flat(2).filter(Boolean));
    element.part = element.className;
    return element;
  };
  const endpoint = new URL(host.endpoint.replace(/\/*$/, "/"), document.baseURI).href;
  // The attributes `filters`, such as `category=Food&year=2024`, and `strings`, which is JSON.
  const fixed = Object.fromEntries(new URLSearchParams(host.getAttribute("filters") ?? ""));
  const strings = await loadStrings(language, { ...JSON.parse(host.getAttribute("strings")), ...host.strings });
  const id = `bloghound-${boxes += 1}`;
  const wanted = host.getAttribute("language");
  const languages = { page: language, all: "" };
  const client = createClient({
    endpoint, key: host.getAttribute("key"), filters: fixed, language: languages[wanted] ?? wanted,
  });
  const recent = recentSearches(endpoint, () => host.getAttribute("recent") !== "off");
  let request = { q: "", pages: 1, ...NO_FILTERS };
  let connection;
  let address;
  let isComposing;
  let reported;
  let afterPaint;
  let release;

  const isShown = () => frame.classList.contains("shown");
  const first = () => ({ ...request, pages: 1 });
  const settings = { strings, recent, fixed, isPage, id, label: input.placeholder };
  const view = createView(h, settings, {
    focus: () => input.focus(),
    type: (q) => { input.value = q; change({ q, typos: "" }, true); },
    start: (category) => { erase(); change({ filters: { category } }, true); },
    filter: (name, value) => {
      if (name === "sort") return change({ sort: value }, true);
      const filters = { ...request.filters, [name]: value };
      if (!value) delete filters[name];
      return change({ filters }, true);
    },
    more: () => change({ pages: request.pages + 1 }, true),
    asTyped: () => change({ typos: "0" }, true),
    reset: () => change({ filters: {} }, true),
    forget: (query) => { recent.remove(query); paint(searcher.state); },
    plainUrl: () => addressOf(first(), `${endpoint}search`),
    resultsUrl: () => addressOf(first(), new URL(host.results, document.baseURI)),
  });
  const searcher = createSearcher(client, paint);
  const selection = createSelection(input, view.list);
  const clear = complete(host, h, { strings, id, erase });
  host.addStyles(css + hitsCss);
  frame.part = frame.className = mode;
  form.nextSibling?.remove();
  frame.append(view.panel);

  /** Searches for a changed request; `isSettled` if the reader chose it and will not type on. */
  function change(changes, isSettled) {
    afterPaint = undefined;
    request = { ...request, pages: 1, ...changes };
    request.q = request.q.trimStart();
    if (changes.pages) address?.replace(request);
    else address?.note(request, isSettled);
    if (!changes.pages) view.scroller.scrollTop = 0;
    searcher.update(request);
  }

  function paint(state) {
    const { href } = selection.active ?? {};
    const options = view.paint(state);
    if (options) {
      if (host.linkTo) options.forEach((option) => { option.href = host.linkTo(option.hit, option.href); });
      selection.select(options.find((option) => option.href === href));
    }
    set(input, "aria-expanded", String(isShown() && view.list.childElementCount > 0));
    clear.hidden = !input.value;
    const { response } = state;
    if (state.isHeld || !response) return;
    // Suggestions may come later, and move the hits.
    afterPaint?.();
    if (response !== reported) emit("search", { query: request.q, filters: request.filters, total: response.total, response });
    reported = response;
  }

  function emit(name, detail) {
    return host.dispatchEvent(new CustomEvent(`bloghound:${name}`, { detail, cancelable: true, bubbles: true, composed: true }));
  }

  function erase() {
    input.value = "";
    input.focus();
    change({ q: "", ...NO_FILTERS }, true);
  }

  function hide() {
    frame.classList.toggle("shown", isPage);
    selection.select();
    set(input, "aria-expanded", String(isPage));
  }

  /** Clears the input, or closes the box. Returns whether there was something to do. */
  function escape() {
    const wasShown = isShown();
    if (input.value || Object.keys(request.filters).length) erase();
    else if (frame.open) host.close();
    else hide();
    return wasShown;
  }

  /** Opens the results page, or takes what is typed as a search of its own. */
  function submit(event) {
    recent.add(request.q);
    address?.settle();
    if (!isPage) clickAs(view.all, event);
    else if (matchMedia("(pointer: coarse)").matches) input.blur();
  }

  function onChoose(event) {
    const link = event.target.closest("a");
    if (!link) return;
    recent.add(request.q);
    address?.settle();
    address?.remember();
    const { hit, position } = link;
    if (hit && !emit("select", { query: request.q, url: link.href, hit, position })) event.preventDefault();
    if (!isModified(event)) host.close();
  }

  /** Shows the search of an address, and scrolls to where the reader was. */
  function restore(wantedRequest, y) {
    request = wantedRequest;
    input.value = request.q;
    afterPaint = () => y && requestAnimationFrame(() => scrollTo({ top: y, behavior: "instant" }));
    searcher.update(request);
  }

  function connect() {
    if (connection) return;
    connection = new AbortController();
    const { signal } = connection;
    addEventListener("online", searcher.retry, { signal });
    followViewport(frame, signal);
    if (!isPage) return;
    address = bindToAddress(restore, signal);
    const asked = requestOf(location.search);
    if (asked.q || Object.keys(asked.filters)[0]) restore(asked, history.state?.bloghoundY);
  }

  function disconnect() {
    connection?.abort();
    connection = address = undefined;
    close();
  }

  /** Shows the results of what is in the input. */
  function open() {
    frame.classList.add("shown");
    if (frame.open) release ??= holdPage();
    if (searcher.state.request?.q !== input.value.trimStart()) change({ q: input.value });
  }

  function close() {
    frame.close?.();
    release?.();
    release = undefined;
    hide();
    searcher.stop();
  }

  const type = (event) => {
    frame.classList.add("shown");
    clear.hidden = !input.value;
    selection.select();
    isComposing = event.isComposing;
    if (!isComposing) change({ q: input.value, typos: "" });
  };
  input.addEventListener("input", type);
  input.addEventListener("compositionend", type);
  input.addEventListener("keydown", (event) => onKey(event, { selection, submit, escape, show: () => isShown() || open() }));
  form.addEventListener("submit", (event) => event.preventDefault());
  frame.addEventListener("cancel", (event) => isComposing && event.preventDefault());
  view.panel.addEventListener("click", onChoose);
  view.panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && escape()) {
      event.preventDefault();
      input.focus();
    }
  });
  frame.addEventListener("focusin", open);
  frame.addEventListener("focusout", ({ relatedTarget }) => {
    if (!frame.contains(relatedTarget) && document.hasFocus()) hide();
  });
  connect();
  if (host.shadowRoot.activeElement || frame.open) open();
  return { open, close, connect, disconnect };
}
