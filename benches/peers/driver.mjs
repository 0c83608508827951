// Builds and serves one JavaScript engine, so that it is measured as the servers are.
//
//   node driver.mjs build ENGINE POSTS DIR        reads the posts, indexes them, writes the index
//   node driver.mjs serve ENGINE POSTS DIR PORT   reads the index, answers GET /search?q= and POST /save
//
// POSTS has one post a line, as the harness writes them. An engine is a file in adapters/ that exports
//   build(posts, dir)  writes the index into the directory
//   open(posts, dir)   reads it; returns search(query), which gives at most 10 hits, and save(post)
// where the second `posts` is a function: an engine that does not need them is not to pay for their memory.
// The packages are those of node_modules beside this file; the harness copies these files beside a link to
// them.

import fs from 'node:fs';
import http from 'node:http';
import { readPost, readPosts } from './posts.mjs';

const [, , action, engine, postsFile, dir, port] = process.argv;
const adapter = await import(`./adapters/${engine}.mjs`);
const posts = () => readPosts(fs.readFileSync(postsFile));

if (action === 'build') {
  await adapter.build(posts(), dir);
  process.exit(0);
}

const { search, save } = await adapter.open(posts, dir);
const server = http.createServer(async (request, response) => {
  let answer;
  try {
    answer = request.method === 'POST' ? await saved(request) : await found(request.url);
    response.statusCode = 200;
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
    response.statusCode = 500;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer));
});
server.keepAliveTimeout = 600_000;
server.listen(Number(port), '127.0.0.1');

async function found(url) {
  const query = new URL(url, 'http://localhost').searchParams.get('q') ?? '';
  return { hits: await search(query) };
}

async function saved(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  await save(readPost(Buffer.concat(parts).toString('utf8')));
  return {};
}
