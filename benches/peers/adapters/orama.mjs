// Orama: prefixes and one typo. There are no snippets, since highlighting is a separate package.

import fs from 'node:fs';
import path from 'node:path';
import { create, insert, load, save as dump, search as searchIndex, update } from '@orama/orama';
import { MAX_HITS } from '../posts.mjs';

const properties = ['title', 'headings', 'body'];
const newIndex = () => create({ schema: { id: 'string', title: 'string', headings: 'string', body: 'string' } });
const file = (dir) => path.join(dir, 'index.json');
const indexedFields = ({ id, title, headings, body, url }) => ({ id, title, headings, body, url });

export async function build(posts, dir) {
  const index = newIndex();
  for (const post of posts) await insert(index, indexedFields(post));
  fs.writeFileSync(file(dir), JSON.stringify(dump(index)));
}

export async function open(_readPosts, dir) {
  const index = newIndex();
  load(index, JSON.parse(fs.readFileSync(file(dir), 'utf8')));
  const search = async (query) => {
    const term = query.replaceAll('"', ' ');
    const options = { term, properties, tolerance: 1, limit: MAX_HITS, boost: { title: 3, headings: 2 } };
    const { hits } = await searchIndex(index, options);
    return hits.map(({ document: { title, url } }) => ({ title, url }));
  };
  return { search, save: (post) => update(index, post.id, indexedFields(post)) };
}
