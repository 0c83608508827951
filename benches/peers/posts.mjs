// Posts in the forms that the engines need.

export const MAX_HITS = 10;

/** Returns the post in a line of JSON, with the headings and the text of all sections. */
export function readPost(line) {
  const { id, title, url, sections } = JSON.parse(line);
  const headings = sections.map((section) => section.heading).filter(Boolean).join('\n');
  const body = sections.map((section) => section.text).join('\n');
  return { id, title, url, headings, body, sections };
}

/** Returns the posts in a file. It is decoded line by line, since a large blog exceeds the maximum length of a string. */
export function readPosts(bytes) {
  const posts = [];
  for (let start = 0, end; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    posts.push(readPost(bytes.toString('utf8', start, end)));
  }
  return posts;
}

/** Returns the fields of a hit, for engines that do not store fields. */
export function hitFields({ id, title, url }) {
  return { id, title, url };
}
