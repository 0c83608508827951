// The element <bloghound-search>: what a page loads before anybody uses the box. It shows the opener or the input,
// opens the dialog at once, and loads the rest when the box is focused, hovered or opened. It has at most 2 kB.

import { h } from "./dom.js";
import css from "./entry.css";
import { labelFor } from "./label.js";
import { isPressed, shortcutHint } from "./shortcut.js";

class BloghoundSearch extends HTMLElement {
  connectedCallback() {
    if (!this.frame) this.build();
    document.addEventListener("keydown", this);
    this.tell("connect");
    if (this.mode === "page" && /[?&]q=/.test(location.search)) this.load();
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

  get mode() {
    return this.getAttribute("mode") ?? "button";
  }

  /** Address of the service: the attribute `endpoint`, else the folder of this script. */
  get endpoint() {
    return this.getAttribute("endpoint") ?? new URL(".", import.meta.url).href;
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
    this.frame.close?.();
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
      this.failure ??= this.frame.appendChild(h("a", { href: this.results }, this.results));
    });
  }

  build() {
    const label = this.getAttribute("label") ?? labelFor(this);
    const lens = () => h("i", {});
    this.input = h("input", { class: "input", name: "q", placeholder: label, "aria-label": label });
    this.results = this.getAttribute("results") ?? this.endpoint.replace(/\/*$/, "/search");
    this.form = h("form", { action: this.results }, lens(), this.input);
    this.frame = h(this.mode === "button" ? "dialog" : "div", { class: this.mode }, this.form);
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets.push(sheet);
    root.append(this.frame);
    if (this.mode === "button") {
      this.opener = h("button", { class: "opener", click: () => this.open() },
        h("slot", { name: "button" }, lens(), label, h("kbd", {}, shortcutHint(this))));
      root.prepend(this.opener);
    }
    this.addEventListener("focusin", this);
    this.addEventListener("pointerenter", this);
  }
}

customElements.get("bloghound-search") ?? customElements.define("bloghound-search", BloghoundSearch);
