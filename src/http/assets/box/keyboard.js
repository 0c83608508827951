// The keyboard of a combobox: the focus stays in the input, `aria-activedescendant` names the selected option.

import { set } from "./dom.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };

/** Returns the selection of a list. */
export function createSelection(input, list) {
  let active;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function select(option) {
    if (active) set(active, "aria-selected", "false");
    active = option;
    if (option) set(option, "aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    set(input, "aria-activedescendant", option?.id);
  }

  return {
    select,
    options,
    get active() { return active; },
    /** Moves the selection by a number of options; before the first one is the input. */
    move(step) {
      const all = options();
      const at = all.indexOf(active);
      const next = at < 0 && step < 0 ? all.length + step : at + step;
      // Single steps go from the ends to the input, longer ones stop there.
      select(step * step > 1 ? all[Math.min(Math.max(next, 0), all.length - 1)] : all[next]);
    },
  };
}

/**
 * Handles a key in the input. `submit` is called for Enter without a selection, `escape` for Escape; it returns whether
 * there was something to do. `show` is called before the selection moves.
 */
export function onKey(event, { selection, submit, escape, show }) {
  const { key } = event;
  const step = STEPS[key];
  // While an input method composes, keys belong to it; Safari ends the composition before its last key.
  if (event.isComposing || event.keyCode === 229) return;
  let isHandled = true;
  if (key === "Enter") {
    if (selection.active) clickAs(selection.active, event);
    else submit(event);
  } else if (key === "Escape") {
    isHandled = escape();
  } else if (isModified(event)) {
    isHandled = false;
  } else if (step) {
    show();
    selection.move(step);
  } else if ((key === "Home" || key === "End") && selection.active) {
    selection.select(selection.options().at(key === "Home" ? 0 : -1));
  } else {
    isHandled = false;
  }
  if (isHandled) event.preventDefault();
}

/** Clicks a link with the modifiers of an event, so that browsers and routers treat it as a click of the reader. */
export function clickAs(link, { ctrlKey, metaKey, shiftKey }) {
  link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, ctrlKey, metaKey, shiftKey }));
}

/** Whether a click opens its link elsewhere, or a key is a shortcut. */
export function isModified({ ctrlKey, metaKey, shiftKey, altKey }) {
  return ctrlKey || metaKey || shiftKey || altKey;
}
