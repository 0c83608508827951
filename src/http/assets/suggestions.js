// Search suggestions: a combobox whose listbox is a separate row, so that it neither covers nor moves the hits. The
// focus stays in the input.

import { fetchSuggestions } from "./api.js";
import { element, hasPreviews, isSafe, markedFragment, text } from "./dom.js";

const KINDS = new Set(["title", "heading", "tag", "category"]);

export class Suggestions {
  #input;
  #list;
  #onChoose;
  #pending = null;
  /** The shown suggestions, and the index of the selected one; -1 if the typed text is selected. */
  #shown = [];
  #selected = -1;

  /** `onChoose` is called with the text of a selected suggestion that has no URL. */
  constructor(input, list, onChoose) {
    this.#input = input;
    this.#list = list;
    this.#onChoose = onChoose;
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("input", () => this.#select(-1));
    input.addEventListener("blur", () => this.close());
    // Prevents the click from moving the focus out of the input.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#accept([...list.children].indexOf(option));
    });
  }

  /**
   * Fetches and shows suggestions for `typed`; the previous list stays until they arrive, and for as long as one of its
   * suggestions is selected.
   */
  async update(typed) {
    this.#pending?.abort();
    if (this.#selected >= 0) return undefined;
    if (!typed.trim()) return this.close();
    const request = new AbortController();
    this.#pending = request;
    const found = await fetchSuggestions(typed, request.signal);
    if (this.#pending !== request) return undefined;
    this.#pending = null;
    if (this.#selected >= 0) return undefined;
    // The focus may have moved to the hits in the meantime.
    const isTyping = document.activeElement === this.#input;
    const isNew = ({ text: words, url }) => url || normalized(words) !== normalized(typed);
    return this.#show(isTyping ? found.filter(isNew) : []);
  }

  close() {
    this.#pending?.abort();
    this.#pending = null;
    this.#show([]);
  }

  #show(suggestions) {
    this.#shown = suggestions;
    this.#list.replaceChildren(...suggestions.map(optionOf));
    this.#list.scrollLeft = 0;
    this.#list.hidden = suggestions.length === 0;
    this.#input.setAttribute("aria-expanded", String(suggestions.length > 0));
    this.#select(-1);
  }

  #select(selected) {
    this.#selected = selected;
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === selected)));
    const option = this.#list.children[selected];
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #accept(at) {
    const { text: words, url } = this.#shown[at];
    this.close();
    // A suggestion does not name its post, so that its preview is found by a search for its title.
    if (isSafe(url) && !hasPreviews) location.assign(url);
    else this.#onChoose(text(words));
  }

  #onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (this.#list.hidden || !this.#onOpenKey(event.key)) return;
    event.preventDefault();
  }

  /** Handles a key while the list is open. Returns whether the list used it; other keys go to the input and the page. */
  #onOpenKey(key) {
    const isSelected = this.#selected >= 0;
    // After the last suggestion, the arrow keys move to the hits; before the first one, to the typed text.
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (key in steps) {
      const next = this.#selected + steps[key];
      if (next < -1 || next >= this.#shown.length) return false;
      this.#select(next);
      return true;
    }
    if (key === "Enter" && isSelected) this.#accept(this.#selected);
    else if (key === "Escape") this.close();
    else {
      // A key that moves the caret selects the typed text again.
      if (isSelected && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) this.#select(-1);
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
  words.append(suggestion.html ? markedFragment(suggestion.html) : text(suggestion.text));
  option.append(words);
  option.title = text(suggestion.text);
  if (KINDS.has(suggestion.kind)) option.append(" ", element("span", "suggestion-kind", suggestion.kind));
  return option;
}

/** Normalizes a text, to drop suggestions that equal the typed text. */
function normalized(words) {
  return text(words).trim().toLowerCase();
}
