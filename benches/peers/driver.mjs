// An HTTP server for one JavaScript library, so that libraries are measured in the same way as servers.
//
//   node driver.mjs build ENGINE POSTS DIR        indexes the posts and writes the index
//   node driver.mjs serve ENGINE POSTS DIR PORT   reads the index and serves GET /search?q= and POST /save
//
// POSTS is a file with one post per line, written by corpus.rs. An engine is a module in adapters/ that exports
//   build(posts, dir)      writes the index to a directory
//   open(readPosts, dir)   reads the index; returns { search, save }
// search(query) returns at most 10 hits, save(post) replaces a post. open() gets a function instead of the posts, so
// that only engines that need the posts load them into memory. Packages are loaded from node_modules beside this file:
// node.rs copies these files next to a link to it.

import fs from 'node:fs';
import http from 'node:http';
import { readPost, readPosts } from './posts.mjs';

const [, , action, engine, postsFile, dir, port] = process.argv;
const adapter = await import(`./adapters/${engine}.mjs`);
const readAllPosts = () => readPosts(fs.readFileSync(postsFile));

if (action === 'build') {
  await adapter.build(readAllPosts(), dir);
  process.exit(0);
}

const { search, save } = await adapter.open(readAllPosts, dir);
const server = http.createServer(async (request, response) => {
  let body;
  try {
    body = request.method === 'POST' ? await handleSave(request) : await handleSearch(request.url);
    response.statusCode = 200;
  } catch (error) {
    body = { error: String(error?.stack ?? error) };
    response.statusCode = 500;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
});
server.keepAliveTimeout = 600_000;
server.listen(Number(port), '127.0.0.1');

async function handleSearch(url) {
  const query = new URL(url, 'http://localhost').searchParams.get('q') ?? '';
  return { hits: await search(query) };
}

async function handleSave(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  await save(readPost(Buffer.concat(chunks).toString('utf8')));
  return {};
}
