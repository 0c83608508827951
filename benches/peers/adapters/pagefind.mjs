// Pagefind: made of HTML pages, searched by its browser client, which runs here with the few things of a
// browser that it asks for; what it would fetch is read from disk. Beginnings of words, no typos,
// highlighted excerpts. A save builds the index anew.

import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as pagefind from 'pagefind';
import { HITS } from '../posts.mjs';

const BATCH = 64;
const ORIGIN = 'http://localhost';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function page({ title, sections }) {
  const section = ({ heading, anchor, text }) =>
    (heading ? `<h2 id="${escaped(anchor)}">${escaped(heading)}</h2>` : '') + `<p>${escaped(text)}</p>`;
  const body = sections.map(section).join('\n');
  return `<html lang="en"><body><h1>${escaped(title)}</h1>\n${body}</body></html>`;
}

export async function build(posts, dir) {
  const { index } = await pagefind.createIndex();
  for (let at = 0; at < posts.length; at += BATCH) {
    const batch = posts.slice(at, at + BATCH);
    const added = batch.map((post) => index.addHTMLFile({ url: post.url, content: page(post) }));
    for (const { errors } of await Promise.all(added)) if (errors.length) throw new Error(errors.join('; '));
  }
  const { errors } = await index.writeFiles({ outputPath: path.resolve(dir) });
  if (errors.length) throw new Error(errors.join('; '));
  await pagefind.close();
}

async function client(dir) {
  globalThis.window = { location: { origin: ORIGIN, href: `${ORIGIN}/` } };
  globalThis.location = globalThis.window.location;
  globalThis.document = { querySelector: () => ({ getAttribute: () => 'en' }), currentScript: null };
  globalThis.fetch = async (url) => {
    const name = new URL(url, ORIGIN).pathname.replace('/pagefind/', '');
    return new Response(await fs.readFile(path.join(dir, name)));
  };
  // Without this Node.js takes the client for a script of another kind.
  await fs.writeFile(path.join(dir, 'package.json'), '{"type":"module"}');
  const client = await import(pathToFileURL(path.join(path.resolve(dir), 'pagefind.js')));
  await client.options({ basePath: '/pagefind/', baseUrl: '/' });
  await client.init();
  return client;
}

export async function open(posts, dir) {
  let current = await client(dir);
  let saves = 0;
  const search = async (query) => {
    const { results } = await current.search(query);
    const hits = await Promise.all(results.slice(0, HITS).map((result) => result.data()));
    return hits.map(({ url, meta, excerpt }) => ({ title: meta.title, url, snippet: excerpt }));
  };
  const save = async (post) => {
    saves += 1;
    const next = `${dir}-${saves}`;
    await build(posts().map((other) => (other.id === post.id ? post : other)), next);
    current = await client(next);
  };
  return { search, save };
}
