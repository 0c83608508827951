// Pagefind: prefixes, no typos, highlighted snippets. The index is built from HTML pages; a save builds a new one. Its
// browser client runs here with minimal replacements of the browser APIs that it uses, and reads files from disk instead
// of fetching them.

import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as pagefind from 'pagefind';
import { MAX_HITS } from '../posts.mjs';

/** Pages that are added concurrently. */
const BATCH_PAGES = 64;
const ORIGIN = 'http://localhost';

const escapeHtml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function htmlPage({ title, sections }) {
  const section = ({ heading, anchor, text }) =>
    (heading ? `<h2 id="${escapeHtml(anchor)}">${escapeHtml(heading)}</h2>` : '') + `<p>${escapeHtml(text)}</p>`;
  const body = sections.map(section).join('\n');
  return `<html lang="en"><body><h1>${escapeHtml(title)}</h1>\n${body}</body></html>`;
}

export async function build(posts, dir) {
  const { index } = await pagefind.createIndex();
  for (let at = 0; at < posts.length; at += BATCH_PAGES) {
    const batch = posts.slice(at, at + BATCH_PAGES);
    const results = batch.map((post) => index.addHTMLFile({ url: post.url, content: htmlPage(post) }));
    for (const { errors } of await Promise.all(results)) if (errors.length) throw new Error(errors.join('; '));
  }
  const { errors } = await index.writeFiles({ outputPath: path.resolve(dir) });
  if (errors.length) throw new Error(errors.join('; '));
  await pagefind.close();
}

async function loadClient(dir) {
  globalThis.window = { location: { origin: ORIGIN, href: `${ORIGIN}/` } };
  globalThis.location = globalThis.window.location;
  globalThis.document = { querySelector: () => ({ getAttribute: () => 'en' }), currentScript: null };
  globalThis.fetch = async (url) => {
    const name = new URL(url, ORIGIN).pathname.replace('/pagefind/', '');
    return new Response(await fs.readFile(path.join(dir, name)));
  };
  // The client is an ES module, which Node.js only recognizes by this file.
  await fs.writeFile(path.join(dir, 'package.json'), '{"type":"module"}');
  const client = await import(pathToFileURL(path.join(path.resolve(dir), 'pagefind.js')));
  await client.options({ basePath: '/pagefind/', baseUrl: '/' });
  await client.init();
  return client;
}

export async function open(readPosts, dir) {
  let client = await loadClient(dir);
  let saves = 0;
  const search = async (query) => {
    const { results } = await client.search(query);
    const hits = await Promise.all(results.slice(0, MAX_HITS).map((result) => result.data()));
    return hits.map(({ url, meta, excerpt }) => ({ title: meta.title, url, snippet: excerpt }));
  };
  const save = async (post) => {
    saves += 1;
    const nextDir = `${dir}-${saves}`;
    await build(readPosts().map((other) => (other.id === post.id ? post : other)), nextDir);
    client = await loadClient(nextDir);
  };
  return { search, save };
}
