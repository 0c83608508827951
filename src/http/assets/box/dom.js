// DOM construction. Nothing here parses HTML: the box works where Trusted Types are required.

/**
 * Returns a new element. A function among the attributes listens to the event of that name, and empty attributes are
 * left out.
 *
 * @param {string} name
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string)} children
 */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const key in attributes) {
    const value = attributes[key];
    if (value?.call) element.addEventListener(key, value);
    else if (value) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Sets an attribute, or removes it if the value is `null`, `undefined` or `false`. */
export function set(element, key, value) {
  if (value || value === "") element.setAttribute(key, value);
  else element.removeAttribute(key);
}
