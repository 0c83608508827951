// The dialog stays above a phone's keyboard, and the page behind it stays where it is.

let before;

/** Keeps the page from scrolling while a dialog is open. Its scroll bar keeps its place. */
export function holdPage(isHeld) {
  const { style } = document.documentElement;
  if (isHeld && !before) {
    before = [style.overflow, style.scrollbarGutter];
    const hasBar = innerWidth > document.documentElement.clientWidth;
    style.overflow = "hidden";
    if (hasBar) style.scrollbarGutter = "stable";
  } else if (!isHeld && before) {
    [style.overflow, style.scrollbarGutter] = before;
    before = undefined;
  }
}

/** Gives the height and the offset of the visible part of the window to the style sheet. */
export function followViewport(frame, signal) {
  const viewport = window.visualViewport;
  const follow = () => {
    frame.style.setProperty("--_height", `${viewport.height}px`);
    frame.style.setProperty("--_offset", `${viewport.offsetTop}px`);
  };
  if (!viewport) return;
  follow();
  for (const name of ["resize", "scroll"]) viewport.addEventListener(name, follow, { signal });
}
