// MiniSearch: prefixes and typos of all words; titles and headings are boosted. It has no positions, so there are no
// snippets.

import fs from 'node:fs';
import path from 'node:path';
import MiniSearch from 'minisearch';
import { MAX_HITS } from '../posts.mjs';

const options = {
  fields: ['title', 'headings', 'body'],
  storeFields: ['title', 'url'],
  searchOptions: { boost: { title: 3, headings: 2 }, prefix: true, fuzzy: 0.2 },
};
const file = (dir) => path.join(dir, 'index.json');

export async function build(posts, dir) {
  const index = new MiniSearch(options);
  index.addAll(posts);
  fs.writeFileSync(file(dir), JSON.stringify(index));
}

export async function open(_readPosts, dir) {
  const index = MiniSearch.loadJSON(fs.readFileSync(file(dir), 'utf8'), options);
  const search = (query) => index.search(query).slice(0, MAX_HITS).map(({ title, url }) => ({ title, url }));
  return { search, save: (post) => index.replace(post) };
}
