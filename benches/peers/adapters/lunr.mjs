// Lunr: exact words, prefixes and one typo. Its index cannot be changed, so a save builds a new one. The index has no
// positions, so there are no snippets.

import fs from 'node:fs';
import path from 'node:path';
import lunr from 'lunr';
import { MAX_HITS, hitFields } from '../posts.mjs';

/** Shorter words are not searched with typos. */
const MIN_TYPO_CHARS = 4;
const file = (dir, name) => path.join(dir, name);

function buildIndex(posts) {
  return lunr(function () {
    this.ref('id');
    this.field('title', { boost: 3 });
    this.field('headings', { boost: 2 });
    this.field('body');
    for (const post of posts) this.add(post);
  });
}

export async function build(posts, dir) {
  fs.writeFileSync(file(dir, 'index.json'), JSON.stringify(buildIndex(posts)));
  fs.writeFileSync(file(dir, 'titles.json'), JSON.stringify(posts.map(hitFields)));
}

export async function open(readPosts, dir) {
  let index = lunr.Index.load(JSON.parse(fs.readFileSync(file(dir, 'index.json'), 'utf8')));
  const titles = new Map(JSON.parse(fs.readFileSync(file(dir, 'titles.json'), 'utf8')).map((post) => [post.id, post]));
  const search = (query) => {
    const tokens = lunr.tokenizer(query.replaceAll('"', ' '));
    const addClauses = (builder) => {
      for (const token of tokens) {
        const word = token.toString();
        if (!word) continue;
        builder.term(word, { boost: 10 });
        builder.term(word, { usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
        if (word.length >= MIN_TYPO_CHARS) builder.term(word, { usePipeline: false, editDistance: 1 });
      }
    };
    const hits = index.query(addClauses).slice(0, MAX_HITS);
    return hits.map(({ ref }) => ({ title: titles.get(ref).title, url: titles.get(ref).url }));
  };
  const save = (post) => {
    index = buildIndex(readPosts().map((other) => (other.id === post.id ? post : other)));
  };
  return { search, save };
}
