// A post as the harness writes it, and as the engines want it.

export const HITS = 10;

/** The post of a line of JSON: headings and text are those of its sections. */
export function readPost(line) {
  const { id, title, url, sections } = JSON.parse(line);
  const headings = sections.map((section) => section.heading).filter(Boolean).join('\n');
  const body = sections.map((section) => section.text).join('\n');
  return { id, title, url, headings, body, sections };
}

/** The posts of a file; one string cannot hold all of a large blog. */
export function readPosts(bytes) {
  const posts = [];
  for (let start = 0, end; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    posts.push(readPost(bytes.toString('utf8', start, end)));
  }
  return posts;
}

/** What engines that keep no text answer with. */
export function shortPost({ id, title, url }) {
  return { id, title, url };
}
