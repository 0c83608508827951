// The keyboard shortcut that opens a box: its attribute `shortcut` lists letters, which are pressed with ⌘ or Ctrl, and
// `/`.

const isMac = /^(Mac|iP)/.test(navigator.platform);

function keysOf(box) {
  return (box.getAttribute("shortcut") ?? "k").split(" ");
}

/** Returns the shortcut of a box as its button shows it. */
export function shortcutHint(box) {
  const [key] = keysOf(box);
  return key[1] ? "" : key === "/" ? key : (isMac ? "⌘" : "Ctrl ") + key.toUpperCase();
}

/** Whether a key opens this box, and is not a part of a text. */
export function isPressed(box, event) {
  const { key } = event;
  // Layouts without Latin letters name the letter in `code` only.
  const pressed = (isMac ? event.metaKey : event.ctrlKey)
    ? !event.shiftKey && (/^\w$/.test(key) ? key : event.code.slice(3)).toLowerCase() : key === "/" && key;
  if (!keysOf(box).includes(pressed) || event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return;
  const [{ localName, isContentEditable }] = event.composedPath();
  // The innermost element is a custom one if the focus is in its closed shadow root.
  return !(isContentEditable || /-|input|text|select/.test(localName)) || (event.target === box && pressed !== "/");
}
