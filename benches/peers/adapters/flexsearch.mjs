// FlexSearch: beginnings of words, no typos; it cuts and highlights snippets of the text that it keeps.

import fs from 'node:fs';
import path from 'node:path';
import { Document } from 'flexsearch';
import { HITS } from '../posts.mjs';

const field = (name) => ({ field: name, tokenize: 'forward' });
const empty = () =>
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
  const index = empty();
  for (const post of posts) index.add(post);
  let number = 0;
  const keys = [];
  await index.export((key, data) => {
    keys.push(key);
    fs.writeFileSync(path.join(dir, `${number++}.json`), data ?? '');
  });
  fs.writeFileSync(path.join(dir, 'keys.json'), JSON.stringify(keys));
}

export async function open(_posts, dir) {
  const index = empty();
  const keys = JSON.parse(fs.readFileSync(path.join(dir, 'keys.json'), 'utf8'));
  for (const [number, key] of keys.entries()) {
    await index.import(key, fs.readFileSync(path.join(dir, `${number}.json`), 'utf8'));
  }
  const search = (query) => {
    const asked = { limit: HITS, enrich: true, suggest: true, highlight };
    // The fields answer one after the other, each with its own hits.
    const hits = new Map();
    for (const { result } of index.search(query.replaceAll('"', ' '), asked)) {
      for (const { id, doc, highlight } of result) {
        if (hits.size < HITS && !hits.has(id)) hits.set(id, { title: doc.title, url: doc.url, snippet: highlight });
      }
    }
    return [...hits.values()];
  };
  return { search, save: (post) => index.update(post) };
}
