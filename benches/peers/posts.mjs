// A post as the harness writes it, and as the engines want it.

export const HITS = 10;

/** The post of a line of JSON: headings and text are those of its sections. */
export function readPost(line) {
  const { id, title, url, sections } = JSON.parse(line);
  const headings = sections.map((section) => section.heading).filter(Boolean).join('\n');
  const body = sections.map((section) => section.text).join('\n');
  return { id, title, url, headings, body, sections };
}

/** What engines that keep no text answer with. */
export function shortPost({ id, title, url }) {
  return { id, title, url };
}
