// The clients of Algolia's protocol for Node.js, both major versions, unmodified except for their hosts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { algoliasearch } from "algoliasearch";
import algoliasearch4 from "algoliasearch4";
import { freePort, startServer } from "./harness.js";
import { makeSite, PIPELINES } from "./site.js";

let site;
let server;
let newer;
let older;

before(async () => {
  site = makeSite();
  server = await startServer(site, await freePort());
  const url = `127.0.0.1:${server.port}`;
  const hosts = [{ url, accept: "readWrite", protocol: "http" }];
  const hostsOfOlder = [{ url, protocol: "http" }];
  const compress = async (text) => gzipSync(text);
  newer = algoliasearch("bloghound", "key", { hosts, compression: "gzip", compress });
  older = algoliasearch4("bloghound", "key", { hosts: hostsOfOlder });
});
after(async () => {
  await server?.stop();
  site?.remove();
});

test("both versions get the same records", async () => {
  const parameters = { query: "canary", facets: ["categories"], hitsPerPage: 5 };
  const { results: [ofNewer] } = await newer.search({ requests: [{ indexName: "posts", ...parameters }] });
  const { results: [ofOlder] } = await older.search([{ indexName: "posts", params: parameters }]);
  const single = await older.initIndex("posts").search("canary", { facets: ["categories"], hitsPerPage: 5 });
  const comparable = ({ processingTimeMS, params, ...rest }) => rest;
  assert.equal(ofNewer.nbHits, 2);
  assert.deepEqual(comparable(ofNewer), comparable(ofOlder));
  assert.deepEqual(comparable(ofNewer), comparable(single));
  assert.deepEqual(Object.values(ofNewer.facets.categories), [1, 1]);
});

test("a long body is packed", async () => {
  const requests = Array.from({ length: 40 }, () => ({ indexName: "posts_newest", query: "pipeline", page: 1 }));
  const { results } = await newer.search({ requests });
  assert.equal(results.length, 40);
  assert.ok(results.every((result) => result.nbHits === PIPELINES && result.page === 1 && result.hits.length === 0));
});

test("both versions search the values of a facet", async () => {
  const facetQuery = "obs";
  const ofNewer = await newer.searchForFacetValues({
    indexName: "posts", facetName: "categories", searchForFacetValuesRequest: { facetQuery },
  });
  const ofOlder = await older.initIndex("posts").searchForFacetValues("categories", facetQuery);
  const { results: [ofBatch] } = await newer.searchForFacets({
    requests: [{ indexName: "posts", type: "facet", facet: "categories", facetQuery }],
  });
  for (const { facetHits } of [ofNewer, ofOlder, ofBatch]) {
    assert.deepEqual(facetHits.map(({ value, count }) => [value, count]), [["Observability", 2]]);
  }
});

test("errors carry the message and do not disable the host", async () => {
  const isAboutIndex = { status: 404, message: /Index blog does not exist/ };
  await assert.rejects(newer.search({ requests: [{ indexName: "blog", query: "" }] }), isAboutIndex);
  await assert.rejects(older.search([{ indexName: "blog", params: { query: "" } }]), isAboutIndex);
  const invalid = { indexName: "posts", filters: "price > 5" };
  await assert.rejects(newer.search({ requests: [invalid] }), { status: 400, message: /unknown attribute/ });
  const { results } = await newer.search({ requests: [{ indexName: "posts", query: "tracing" }] });
  assert.equal(results[0].nbHits, 1);
});

test("the older version runs queries until one has enough records", async () => {
  const queries = ["zzzz", "pipeline", "canary"].map((query) => ({ indexName: "posts", params: { query, hitsPerPage: 2 } }));
  const { results } = await older.multipleQueries(queries, { strategy: "stopIfEnoughMatches" });
  assert.deepEqual(results.map((result) => result.hits.length).slice(0, 2), [0, 2]);
});

test("recommendations are related posts", async () => {
  const request = { indexName: "posts", objectID: "delivery/pipeline-one/_index.md", model: "related-products", threshold: 0 };
  const { results: [{ hits }] } = await newer.customPost({
    path: "1/indexes/*/recommendations", body: { requests: [request] },
  });
  assert.ok(hits.length > 0);
  assert.ok(hits.every((hit) => hit.title.startsWith("Pipeline Number") && hit.objectID !== request.objectID));
});
