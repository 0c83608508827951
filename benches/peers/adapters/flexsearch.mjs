// FlexSearch: prefixes, no typos. It stores the text and makes highlighted snippets from it.

import fs from 'node:fs';
import path from 'node:path';
import { Document } from 'flexsearch';
import { MAX_HITS } from '../posts.mjs';

const field = (name) => ({ field: name, tokenize: 'forward' });
const newIndex = () =>
  new Document({
    document: {
      id: 'id',
      index: ['title', 'headings', 'body'].map(field),
      store: ['title', 'url', 'body'],
    },
  });
const highlight = {
  template: '<mark>$1</mark>',
  boundary: { before: 60, after: 60, total: 200 },
  merge: true,
};

export async function build(posts, dir) {
  const index = newIndex();
  for (const post of posts) index.add(post);
  let number = 0;
  const keys = [];
  await index.export((key, data) => {
    keys.push(key);
    fs.writeFileSync(path.join(dir, `${number++}.json`), data ?? '');
  });
  fs.writeFileSync(path.join(dir, 'keys.json'), JSON.stringify(keys));
}

export async function open(_readPosts, dir) {
  const index = newIndex();
  const keys = JSON.parse(fs.readFileSync(path.join(dir, 'keys.json'), 'utf8'));
  for (const [number, key] of keys.entries()) {
    await index.import(key, fs.readFileSync(path.join(dir, `${number}.json`), 'utf8'));
  }
  const search = (query) => {
    const options = { limit: MAX_HITS, enrich: true, suggest: true, highlight };
    // The results are grouped by field; the first field with a post provides its hit.
    const hits = new Map();
    for (const { result } of index.search(query.replaceAll('"', ' '), options)) {
      for (const { id, doc, highlight } of result) {
        if (hits.size < MAX_HITS && !hits.has(id)) hits.set(id, { title: doc.title, url: doc.url, snippet: highlight });
      }
    }
    return [...hits.values()];
  };
  return { search, save: (post) => index.update(post) };
}
