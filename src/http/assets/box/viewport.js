// The dialog stays above a phone's keyboard, and the page behind it stays where it is.

/** Keeps the page from scrolling, with the place of its scroll bar; returns what releases it. */
export function holdPage() {
  const { style, clientWidth } = document.documentElement;
  const { overflow, scrollbarGutter } = style;
  if (innerWidth > clientWidth) style.scrollbarGutter = "stable";
  style.overflow = "hidden";
  return () => Object.assign(style, { overflow, scrollbarGutter });
}

/** Gives the height and the offset of the visible part of the window to the style sheet. */
export function followViewport({ style }, signal) {
  const viewport = window.visualViewport;
  const follow = () => {
    style.setProperty("--_height", `${viewport.height}px`);
    style.setProperty("--_offset", `${viewport.offsetTop}px`);
  };
  follow();
  for (const name of ["resize", "scroll"]) viewport.addEventListener(name, follow, { signal });
}
