// The service's own page: the search box in page mode, with the name, the examples and the previews of the blog.
// `box/` tests the box itself.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { boxOf } from "./box/blog.js";
import { stage, until, withPage } from "./harness.js";
import { BASE_URL, IMAGE, PIPELINES, SCRIPT } from "./site.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const CANARY = "Canary Releases With Metrics";

/** Runs `body` with the box of the page. */
const withSearchPage = (options, body) => withPage(blog, options, (page) => body(boxOf(page, [], blog), page));

test("the page focuses the input and shows the newest posts and the name of the blog", () => withSearchPage({}, async (box, page) => {
  assert.equal((await box.hitsWhere("the newest posts"))[0], CANARY);
  assert.ok(await box.inputFocused());
  assert.equal(await page.title(), "Search - A blog of the tests");
  assert.equal(await page.getByRole("link", { name: "A blog of the tests" }).getAttribute("href"), `${BASE_URL}/`);
}));

test("an example is a query that finds posts", () => withSearchPage({}, async (box, page) => {
  const examples = page.getByRole("navigation", { name: "Search" }).getByRole("link");
  assert.ok(await examples.count() > 0);
  const query = await examples.first().innerText();
  await examples.first().click();
  await page.waitForURL((url) => url.searchParams.get("q") === query);
  await box.hitsWhere("posts");
  assert.equal(await box.input.inputValue(), query);
}));

test("hits lead to the blog and to the section that matched", () => withSearchPage({ path: "/?q=walkthrough" }, async (box, page) => {
  await box.hitsWhere("the post", (titles) => titles[0] === CANARY);
  assert.equal(await box.hits.first().getAttribute("href"), `${BASE_URL}/observability/canary-releases/`);
  await box.options.nth(1).click();
  await page.waitForURL(`${BASE_URL}/observability/canary-releases/#manual-testing`);
  await page.goBack();
  await box.hitsWhere("the post again", (titles) => titles[0] === CANARY);
}));

test("filters and the order are controls, and more results are added", () => withSearchPage({ path: "/?q=pipeline" }, async (box) => {
  await box.hitsWhere("a page", (titles) => titles.length === 10);
  await box.host.locator(".more").click();
  await box.hitsWhere("all posts", (titles) => titles.length === PIPELINES);
  await box.host.locator("select[name=sort]").selectOption("oldest");
  await box.hitsWhere("the oldest", (titles) => titles[0] === "Pipeline Number One");
}));

test("a correction can be undone", () => withSearchPage({ path: "/?q=kubernetse" }, async (box) => {
  await box.hitsWhere("the corrected query", (titles) => titles.includes("Writing Kubernetes Operators"));
  await box.host.getByRole("button", { name: "kubernetse" }).click();
  await until("no hits", async () => await box.titles.count() === 0);
}));

test("markup in a post is text", () => withSearchPage({ path: "/?q=sanitizer" }, async (box, page) => {
  await box.hitsWhere("the post", (titles) => titles[0] === `${SCRIPT} and ${IMAGE} in a title`);
  assert.equal(await box.host.locator("script, img").count(), 0);
  assert.equal(await page.locator("main script, main img").count(), 0);
}));

test("a post that is saved while the page is open is found", () => withSearchPage({}, async (box) => {
  await box.hitsWhere("the newest posts");
  blog.site.addPost({ path: "notes/quokka", title: "Quokka", date: "2019-01-01T00:00:00Z", body: "A quokka smiles." });
  await until("the post is indexed", async () => (await (await fetch(`${blog.origin}/api/v1/search?q=quokka`)).json()).total === 1);
  await box.type("quokka");
  await box.hitsWhere("the post", (titles) => titles[0] === "Quokka");
}));

test("the page works below a path of a reverse proxy", () => withSearchPage({
  path: "/blog/search/?q=canary",
  prepare: (page) => page.route(/\/blog\/search\//, async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("/blog/search/", "/") });
    return route.fulfill({ response });
  }),
}, async (box) => {
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
}));

test("without JavaScript, the form leads to the results", () => withSearchPage({ javaScriptEnabled: false }, async (box, page) => {
  await page.getByRole("searchbox", { name: "Search" }).fill("canary");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL(/\/search\?q=canary$/);
  await page.getByRole("link", { name: CANARY }).waitFor();
}));

const LOOKS = [
  { name: "light", colorScheme: "light" },
  { name: "dark, 320 px", colorScheme: "dark", viewport: { width: 320, height: 640 } },
];
const STATES = [
  { name: "start", path: "/", there: ".hit" },
  { name: "hits", path: "/?q=pipeline", there: ".more" },
  { name: "nothing found", path: "/?q=qqqqqqqqqq", there: ".message" },
  { name: "error", path: "/?q=canary", there: ".failure", allow: [/ERR_FAILED/], prepare: (page) => page.route(/\/api\//, (route) => route.abort()) },
];

for (const { name: look, ...context } of LOOKS) {
  for (const { name: state, there, ...options } of STATES) {
    test(`axe finds nothing: ${state}, ${look}`, () => withSearchPage({ ...context, ...options }, async (box, page) => {
      await until(there, () => box.host.locator(there).first().isVisible());
      // Through the debugger, to which the page's Content-Security-Policy does not apply.
      const session = await page.context().newCDPSession(page);
      const run = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      await run(axe.source);
      const { result } = await run("axe.run(document, { resultTypes: ['violations'] })");
      assert.ok(result.value.passes.length > 10, "axe has looked at the page");
      assert.deepEqual(result.value.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`), []);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(width <= 0, `the page is ${width} px too wide`);
    }));
  }
}

test("the page of a private blog searches with the password with which it was opened", async () => {
  const run = (...args) => execFileSync(process.env.BLOGHOUND_BIN, [...args, "--site", blog.site.dir], { encoding: "utf8" });
  const key = run("keys", "add", "--name", "reader").match(/bh_\S+|\S{20,}/)[0];
  const settings = join(blog.site.dir, "bloghound.toml");
  const before = readFileSync(settings, "utf8");
  writeFileSync(settings, `${before}private = true\n`);
  await blog.stopServer();
  await blog.restartServer();
  try {
    await withSearchPage({ path: "/?q=canary", httpCredentials: { username: "reader", password: key } }, async (box) => {
      await box.hitsWhere("both posts", (titles) => titles.length === 2);
    });
  } finally {
    writeFileSync(settings, before);
    await blog.stopServer();
    await blog.restartServer();
  }
});
