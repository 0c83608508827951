// The element <bloghound-search>: what a page loads before anybody uses the box. It shows the opener or the input,
// opens the dialog at once, and loads the rest when the box is focused, hovered or opened. It has at most 2 kB.

import { h } from "./dom.js";
import css from "./entry.css";
import { WORDS } from "./label.js";
import { isPressed, shortcutHint } from "./shortcut.js";

class BloghoundSearch extends HTMLElement {
  connectedCallback() {
    if (!this.frame) this.build();
    document.addEventListener("keydown", this);
    this.tell("connect");
    // The address has a query or a filter: q, category, tag or year.
    if (this.mode === "page" && /[?&][qcty]/.test(location.search)) this.load();
    if (this.hasAttribute("autofocus")) this.open();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    this.tell("disconnect");
  }

  /**
   * Loads the box when it is hovered or focused, and opens or closes it by the shortcut. The first box that handles the
   * shortcut prevents the others from doing so.
   */
  handleEvent(event) {
    if (!event.key) this.load();
    else if (isPressed(this, event)) {
      event.preventDefault();
      if (this.frame.open) this.close();
      else this.open();
    }
  }

  /** Opens the dialog or focuses the input; with a query, searches for it. */
  open(query) {
    if (query) this.input.value = query;
    if (!this.frame.open) this.frame.showModal?.();
    this.input.focus({ preventScroll: true });
    this.load();
    return this.tell("open");
  }

  /** Closes the dialog or the list of results. */
  close() {
    this.tell("close");
  }

  /** Calls a function of the lazy part, if that is loaded. */
  tell(name) {
    return this.core?.then((core) => core?.[name]());
  }

  /** Loads the rest of the box. If that fails, a link to the plain results page is shown; the next use tries again. */
  load() {
    this.core ??= import("./core.js").then((core) => core.mount(this, h), () => {
      this.core = null;
      if (!this.form.nextSibling) this.form.after(h("a", { href: this.results }, this.results));
    });
  }

  /** Adds styles, to which a Content-Security-Policy does not apply. */
  addStyles(text) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    this.shadowRoot.adoptedStyleSheets.push(sheet);
  }

  build() {
    this.mode = this.getAttribute("mode") ?? "button";
    this.language = this.closest("[lang]")?.lang || "en";
    // The address of the service is the folder of this script, that of the page with all results gets the query as `q`.
    this.endpoint = this.getAttribute("endpoint") ?? new URL(".", import.meta.url).href;
    this.results = this.getAttribute("results") ?? this.endpoint.replace(/\/*$/, "/search");
    const isModal = this.mode === "button";
    const label = this.getAttribute("label")
      ?? WORDS.match(`\\|${this.language.slice(0, 2)}([^|]+)`)?.[1] ?? "Search";
    const lens = () => h("i", {});
    this.input = h("input", { name: "q", placeholder: label });
    this.form = h("form", { action: this.results }, lens(), this.input);
    this.frame = h(isModal ? "dialog" : "div", {}, this.form);
    this.opener = isModal && h("button", { part: "opener", click: () => this.open() },
      h("slot", { name: "button" }, lens(), label, h("kbd", {}, shortcutHint(this))));
    this.attachShadow({ mode: "open" }).append(this.opener || "", this.frame);
    this.addStyles(css);
    this.addEventListener("focusin", this);
    this.addEventListener("pointerenter", this);
  }
}

customElements.define("bloghound-search", BloghoundSearch);
