// The keyboard of a combobox: the focus stays in the input, `aria-activedescendant` names the selected option.

import { set } from "./dom.js";

const PAGE_STEP = 5;

/**
 * Returns the selection of a list.
 *
 * @param {{ input: HTMLInputElement, list: HTMLElement }} parts
 */
export function createSelection({ input, list }) {
  let active;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function select(option) {
    if (active) set(active, "aria-selected", "false");
    active = option;
    if (option) {
      set(option, "aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
    }
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
      const isOutside = next < 0 || next >= all.length;
      // Single steps go from the ends to the input, longer ones stop there.
      if (Math.abs(step) > 1) select(all[Math.min(Math.max(next, 0), all.length - 1)]);
      else select(isOutside ? undefined : all[next]);
    },
  };
}

/**
 * Handles a key in the input.
 *
 * @param {KeyboardEvent} event
 * @param {{ selection: object, isShown: () => boolean, show: () => void, open: Function, submit: Function, escape: () => boolean }} box
 */
export function onKey(event, { selection, isShown, show, open, submit, escape }) {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  // While an input method composes, keys belong to it; Safari ends the composition before its last key.
  if (event.isComposing || event.keyCode === 229) {
    event.stopPropagation();
    return;
  }
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_STEP, PageUp: -PAGE_STEP };
  const hasModifier = altKey || ctrlKey || metaKey;
  let isHandled = true;
  if (key === "Enter" && !altKey) {
    if (selection.active) open(selection.active, event);
    else submit(event);
  } else if (key === "Escape") {
    isHandled = escape();
  } else if (steps[key] && !hasModifier && !shiftKey) {
    if (isShown()) selection.move(steps[key]);
    else show();
  } else if ((key === "Home" || key === "End") && selection.active && !hasModifier && !shiftKey) {
    selection.select(selection.options().at(key === "Home" ? 0 : -1));
  } else {
    isHandled = false;
  }
  if (!isHandled) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Clicks a link with the modifiers of an event, so that browsers and routers treat it as a click of the reader. */
export function clickAs(link, { ctrlKey, metaKey, shiftKey }) {
  link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, view: window, ctrlKey, metaKey, shiftKey }));
}

/** Whether a click opens its link elsewhere. */
export function isModified({ ctrlKey, metaKey, shiftKey, altKey, button }) {
  return ctrlKey || metaKey || shiftKey || altKey || button > 0;
}
