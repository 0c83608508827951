// Orama: beginnings of words, and one typo. Highlighting is a package of its own, so it makes no snippets.

import fs from 'node:fs';
import path from 'node:path';
import { create, insert, load, save as dump, search as ask, update } from '@orama/orama';
import { HITS } from '../posts.mjs';

const properties = ['title', 'headings', 'body'];
const empty = () => create({ schema: { id: 'string', title: 'string', headings: 'string', body: 'string' } });
const file = (dir) => path.join(dir, 'index.json');
const kept = ({ id, title, headings, body, url }) => ({ id, title, headings, body, url });

export async function build(posts, dir) {
  const index = empty();
  for (const post of posts) await insert(index, kept(post));
  fs.writeFileSync(file(dir), JSON.stringify(dump(index)));
}

export async function open(_posts, dir) {
  const index = empty();
  load(index, JSON.parse(fs.readFileSync(file(dir), 'utf8')));
  const search = async (query) => {
    const term = query.replaceAll('"', ' ');
    const asked = { term, properties, tolerance: 1, limit: HITS, boost: { title: 3, headings: 2 } };
    const { hits } = await ask(index, asked);
    return hits.map(({ document: { title, url } }) => ({ title, url }));
  };
  return { search, save: (post) => update(index, post.id, kept(post)) };
}
