// Lunr: each word as it is, as the beginning of others and with one typo. An index cannot be changed: a
// save builds it anew. Without positions in the index it makes no snippets.

import fs from 'node:fs';
import path from 'node:path';
import lunr from 'lunr';
import { HITS, shortPost } from '../posts.mjs';

const TYPO_LETTERS = 4;
const file = (dir, name) => path.join(dir, name);

function indexed(posts) {
  return lunr(function () {
    this.ref('id');
    this.field('title', { boost: 3 });
    this.field('headings', { boost: 2 });
    this.field('body');
    for (const post of posts) this.add(post);
  });
}

export async function build(posts, dir) {
  fs.writeFileSync(file(dir, 'index.json'), JSON.stringify(indexed(posts)));
  fs.writeFileSync(file(dir, 'titles.json'), JSON.stringify(posts.map(shortPost)));
}

export async function open(posts, dir) {
  let index = lunr.Index.load(JSON.parse(fs.readFileSync(file(dir, 'index.json'), 'utf8')));
  const titles = new Map(JSON.parse(fs.readFileSync(file(dir, 'titles.json'), 'utf8')).map((post) => [post.id, post]));
  const search = (query) => {
    const tokens = lunr.tokenizer(query.replaceAll('"', ' '));
    const ask = (asked) => {
      for (const token of tokens) {
        const word = token.toString();
        if (!word) continue;
        asked.term(word, { boost: 10 });
        asked.term(word, { usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
        if (word.length >= TYPO_LETTERS) asked.term(word, { usePipeline: false, editDistance: 1 });
      }
    };
    const hits = index.query(ask).slice(0, HITS);
    return hits.map(({ ref }) => ({ title: titles.get(ref).title, url: titles.get(ref).url }));
  };
  const save = (post) => {
    index = indexed(posts().map((other) => (other.id === post.id ? post : other)));
  };
  return { search, save };
}
