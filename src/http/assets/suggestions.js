// Suggestions while typing: the listbox of the combobox that the input is. The focus stays in the
// input. The list stands in a row of its own, so it neither covers the hits nor moves them.

import { suggest } from "./api.js";
import { element, isSafe, marked, text } from "./dom.js";

const KINDS = new Set(["title", "heading", "tag", "category"]);

export class Suggestions {
  #input;
  #list;
  #choose;
  #flight = null;
  /** The shown suggestions, and which of them is chosen; -1 for what was typed. */
  #shown = [];
  #chosen = -1;

  /** `choose` is called with the text of a suggestion that is not a place to go to. */
  constructor(input, list, choose) {
    this.#input = input;
    this.#list = list;
    this.#choose = choose;
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.close());
    // The focus stays in the input.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take([...list.children].indexOf(option));
    });
  }

  /** Shows what may be meant by `typed`; the former list stays until that is known. */
  async ask(typed) {
    this.#mark(-1);
    this.#flight?.abort();
    if (!typed.trim()) return this.close();
    const mine = new AbortController();
    this.#flight = mine;
    const found = await suggest(typed, mine.signal);
    if (this.#flight !== mine) return undefined;
    this.#flight = null;
    // On the way the reader may have gone on to the hits.
    const isTyping = document.activeElement === this.#input;
    const isNew = ({ text: words, url }) => url || key(words) !== key(typed);
    return this.#show(isTyping ? found.filter(isNew) : []);
  }

  close() {
    this.#flight?.abort();
    this.#flight = null;
    this.#show([]);
  }

  #show(suggestions) {
    this.#shown = suggestions;
    this.#list.replaceChildren(...suggestions.map(optionOf));
    this.#list.scrollLeft = 0;
    this.#list.hidden = suggestions.length === 0;
    this.#input.setAttribute("aria-expanded", String(suggestions.length > 0));
    this.#mark(-1);
  }

  #mark(chosen) {
    this.#chosen = chosen;
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    const option = this.#list.children[chosen];
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #take(at) {
    const { text: words, url } = this.#shown[at];
    this.close();
    if (isSafe(url)) location.assign(url);
    else this.#choose(text(words));
  }

  #onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (this.#list.hidden || !this.#onOpenKey(event.key)) return;
    event.preventDefault();
  }

  /** Whether the key was for the list; others are for the input and the page. */
  #onOpenKey(key) {
    const isChosen = this.#chosen >= 0;
    // Beyond the last suggestion there are the hits, before the first one there is what was typed.
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (key in steps) {
      const next = this.#chosen + steps[key];
      if (next < -1 || next >= this.#shown.length) return false;
      this.#mark(next);
      return true;
    }
    if (key === "Enter" && isChosen) this.#take(this.#chosen);
    else if (key === "Escape") this.close();
    else {
      // Whatever moves the caret goes on with what was typed.
      if (isChosen && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) this.#mark(-1);
      return false;
    }
    return true;
  }
}

function optionOf(suggestion, at) {
  const option = element("li", "suggestion");
  option.id = `suggestion-${at}`;
  option.setAttribute("role", "option");
  const words = element("span", "suggestion-text");
  words.append(suggestion.html ? marked(suggestion.html) : text(suggestion.text));
  option.append(words);
  option.title = text(suggestion.text);
  if (KINDS.has(suggestion.kind)) option.append(" ", element("span", "suggestion-kind", suggestion.kind));
  return option;
}

/** Suggesting what stands there already helps nobody. */
function key(words) {
  return text(words).trim().toLowerCase();
}
