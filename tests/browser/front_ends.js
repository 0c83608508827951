// A static site of another origin with front ends for Algolia's protocol, from npm and unmodified.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MODULES = fileURLToPath(new URL("node_modules", import.meta.url));

const FILES = {
  "/client.js": "algoliasearch/dist/lite/builds/browser.umd.js",
  "/client4.js": "algoliasearch4/dist/algoliasearch-lite.umd.js",
  "/instantsearch.js": "instantsearch.js/dist/instantsearch.production.min.js",
  "/autocomplete.js": "@algolia/autocomplete-js/dist/umd/index.production.js",
  "/autocomplete.css": "@algolia/autocomplete-theme-classic/dist/theme.min.css",
  "/docsearch.js": "@docsearch/js/dist/umd/docsearch.js",
  "/docsearch3.js": "@docsearch/js3/dist/umd/index.js",
  "/docsearch.css": "@docsearch/css/dist/style.css",
};

/** The client that the pages use; its hosts are all that differs from the documentation of the front ends. */
const CLIENT = `
  const hosts = [{ url: SERVER, accept: "readWrite", protocol: "http" }];
  const searchClient = window["algoliasearch/lite"].liteClient("bloghound", "key", { hosts });`;

const INSTANTSEARCH = `
  <div id="box"></div><div id="sort"></div><div id="stats"></div>
  <div style="display:flex;gap:2rem"><div style="width:16rem">
    <h2>Categories</h2><div id="categories"></div><h2>Archive</h2><div id="archive"></div></div>
  <div><div id="hits"></div><div id="pages"></div></div></div>
  <h2>Related</h2><div id="related"></div>
  <script src="/client.js"></script><script src="/instantsearch.js"></script><script>${CLIENT}
  const { widgets } = instantsearch;
  const search = instantsearch({ indexName: "posts", searchClient, routing: false });
  search.addWidgets([
    widgets.configure({ hitsPerPage: 4, attributesToSnippet: ["content:20"] }),
    widgets.searchBox({ container: "#box" }),
    widgets.stats({ container: "#stats" }),
    widgets.sortBy({ container: "#sort", items: [
      { label: "Relevance", value: "posts" }, { label: "Newest", value: "posts_newest" },
      { label: "Oldest", value: "posts_oldest" }] }),
    widgets.refinementList({ container: "#categories", attribute: "categories", searchable: true, limit: 10 }),
    widgets.hierarchicalMenu({ container: "#archive", attributes: ["archive.lvl0", "archive.lvl1"] }),
    widgets.hits({ container: "#hits", templates: { item: (hit, { html, components }) => html\`
      <article><h3><a href="\${hit.url}">\${components.Highlight({ hit, attribute: "title" })}</a></h3>
      <p>\${components.Snippet({ hit, attribute: "content" })}</p></article>\` } }),
    widgets.pagination({ container: "#pages" }),
    widgets.relatedProducts({ container: "#related", objectIDs: ["delivery/pipeline-one/_index.md"], limit: 3,
      templates: { item: (hit, { html }) => html\`<a href="\${hit.url}">\${hit.title}</a>\` } }),
  ]);
  search.start();</script>`;

const AUTOCOMPLETE = `
  <link rel="stylesheet" href="/autocomplete.css"><div id="search"></div>
  <script src="/client.js"></script><script src="/autocomplete.js"></script><script>${CLIENT}
  const { autocomplete, getAlgoliaResults } = window["@algolia/autocomplete-js"];
  autocomplete({ container: "#search", placeholder: "Search", getSources: ({ query }) => [{
    sourceId: "posts",
    getItems: () => getAlgoliaResults({ searchClient, queries: [{ indexName: "posts", params: {
      query, hitsPerPage: 5, attributesToSnippet: ["content:30"] } }] }),
    getItemUrl: ({ item }) => item.url,
    templates: { item: ({ item, components, html }) => html\`<a class="aa-ItemLink" href="\${item.url}">
      <div class="aa-ItemContent"><div class="aa-ItemContentBody">
      <div class="aa-ItemContentTitle">\${components.Highlight({ hit: item, attribute: "title" })}</div>
      <div class="aa-ItemContentDescription">\${components.Snippet({ hit: item, attribute: "content" })}</div>
      </div></div></a>\` },
  }] });</script>`;

const docsearch = (script, index) => `
  <link rel="stylesheet" href="/docsearch.css"><div id="search"></div>
  <script src="/client.js"></script><script src="${script}"></script><script>${CLIENT}
  docsearch({ container: "#search", appId: "bloghound", apiKey: "key", ${index}, insights: false,
    transformSearchClient: () => searchClient });</script>`;

const PAGES = {
  "/instantsearch": INSTANTSEARCH,
  "/autocomplete": AUTOCOMPLETE,
  "/docsearch": docsearch("/docsearch.js", `indices: ["sections"], facets: [{ key: "lang" }]`),
  "/docsearch3": docsearch("/docsearch3.js", `indexName: "sections"`),
};

/** Serves the pages; they search on the server with this port. */
export async function serveFrontEnds(port) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = FILES[pathname];
    if (file) {
      response.setHeader("content-type", pathname.endsWith(".css") ? "text/css" : "text/javascript");
      response.end(readFileSync(`${MODULES}/${file}`));
    } else if (PAGES[pathname]) {
      response.setHeader("content-type", "text/html; charset=utf-8");
      const setting = `<script>const SERVER = "127.0.0.1:${port}";</script>`;
      response.end(`<!doctype html><html lang="en"><title>${pathname}</title><link rel="icon" href="data:,">
        <body style="font-family:sans-serif;margin:2rem">${setting}${PAGES[pathname]}`);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => server.close(),
  };
}
