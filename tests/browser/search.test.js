// Searching as readers do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stage, until, withPage } from "./harness.js";
import { BASE_URL, IMAGE, PIPELINES, SCRIPT } from "./site.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const CANARY = "Canary Releases With Metrics";
const has = (title) => (titles) => titles.includes(title);

test("the empty page focuses the input and explains the syntax", () => withPage(blog, {}, async (page, ui) => {
  assert.ok(await ui.inputFocused());
  const hint = page.locator("#hint");
  assert.ok(await hint.isVisible());
  for (const word of ["phrase", "OR", "title:", "category:", "tag:"]) {
    assert.ok((await hint.innerText()).includes(word), word);
  }
  assert.equal(await ui.titles.count(), 0);
}));

test("typing shows hits with highlights, date, category and count", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary");
  await ui.hitsWhere("the post on canary releases", (titles) => titles[0] === CANARY);
  const hit = page.locator("#hits > li").first();
  assert.equal(await hit.locator("h2 mark").first().innerText(), "Canary");
  assert.match((await hit.locator(".snippet mark").first().innerText()).toLowerCase(), /^canary$/);
  assert.equal(await hit.locator("h2 a").getAttribute("href"), `${BASE_URL}/observability/canary-releases/`);
  assert.equal(await hit.locator("time").innerText(), "11 Nov 2024");
  assert.match(await hit.locator(".category").first().innerText(), /^observability$/i);
  assert.match(await ui.status.innerText(), /^2 posts in (\d|less than)/);
  assert.equal(await page.locator("#hint").isVisible(), false);
  assert.equal(await page.title(), "canary – Search");
  await until("the count is announced", async () => (await page.getByRole("status").innerText()) === "2 posts");
}));

test("west of Greenwich, the date is the post's own day", () => withPage(blog, { path: "/?q=tracing" }, async (page, ui) => {
  await ui.hitsWhere("the post on tracing", has("Tracing Basics"));
  assert.equal(await page.locator("#hits > li time").first().innerText(), "3 Feb 2023");
}));

test("a prefix matches while the word is being typed", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("kuber");
  const titles = await ui.hitsWhere("the post on operators", has("Writing Kubernetes Operators"));
  assert.ok(!titles.includes(CANARY));
}));

test("tolerates a typo", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("kubernetse");
  await ui.hitsWhere("the post on operators", has("Writing Kubernetes Operators"));
}));

test("a hit links to the section that matched", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("walkthrough");
  await ui.hitsWhere("the post on canary releases", has(CANARY));
  const section = page.locator("#hits > li").first().locator(".section");
  assert.equal(await section.innerText(), "in: Manual Testing");
  assert.equal(await section.locator("a").getAttribute("href"), `${BASE_URL}/observability/canary-releases/#manual-testing`);
}));

test("a click on a category filters, a second click removes the filter", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  const chip = ui.chips.filter({ hasText: /kubernetes/i });
  assert.match(await chip.innerText(), /kubernetes\s*1/i);
  await chip.click();
  const titles = await ui.hitsWhere("one post", (found) => found.length === 1);
  assert.deepEqual(titles, ["Writing Kubernetes Operators"]);
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  assert.ok(await chip.evaluate((element) => element === document.activeElement), "the chip keeps the focus");
  assert.match(await ui.chips.filter({ hasText: /observability/i }).innerText(), /observability\s*1/i, "the other category stays");
  await chip.click();
  await ui.hitsWhere("both posts again", (found) => found.length === 2);
}));

test("one search is one request, with a category, too", () => withPage(blog, {}, async (page, ui) => {
  const asked = [];
  page.on("request", (request) => { if (request.url().includes("/api/")) asked.push(new URL(request.url()).searchParams); });
  await page.goto(`${blog.origin}/?q=canary&category=Kubernetes`);
  await ui.hitsWhere("one post", (titles) => titles.length === 1);
  assert.equal(await ui.chips.count(), 2, "the other category is still there to choose");
  assert.deepEqual(asked.map(String), ["q=canary&page=1&limit=10&category=Kubernetes&facets=category"]);
}));

test("works below a path of a reverse proxy", () => withPage(blog, {
  path: "/search/?q=canary",
  prepare: (page) => page.route(/\/\/[^/]+\/search\//, (route) => (
    route.continue({ url: route.request().url().replace("/search/", "/") }))),
}, async (page, ui) => {
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  const addresses = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  assert.ok(addresses.length >= 5, `style, scripts and a search: ${addresses}`);
  assert.deepEqual(addresses.filter((address) => !address.startsWith("/search/")), []);
}));

test("a missing file is a problem response", async () => {
  const answer = await fetch(`${blog.origin}/assets/other.js`);
  assert.equal(answer.status, 404);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.match((await answer.json()).detail, /other\.js/);
});

test("the address reflects the search; back and forward work", () => withPage(blog, {}, async (page, ui) => {
  const entries = await page.evaluate(() => history.length);
  await ui.type("canary");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.deepEqual(ui.query(), { q: "canary" });
  assert.equal(await page.evaluate(() => history.length), entries, "typing adds nothing to the history");

  await ui.chips.filter({ hasText: /kubernetes/i }).click();
  await ui.hitsWhere("one post", (titles) => titles.length === 1);
  assert.match(ui.query().category, /^kubernetes$/i);
  await page.goBack();
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.deepEqual(ui.query(), { q: "canary" });
  assert.equal(await ui.chips.filter({ hasText: /kubernetes/i }).getAttribute("aria-pressed"), "false");
  await page.goForward();
  await ui.hitsWhere("one post", (titles) => titles.length === 1);
  assert.equal(await ui.input.inputValue(), "canary");
}));

test("an address can name a category by its folder", () => withPage(blog, { path: "/?q=canary&category=kubernetes" }, async (page, ui) => {
  await ui.hitsWhere("one post", (titles) => titles.length === 1);
  assert.equal(await ui.chips.count(), 2);
  const chip = ui.chips.filter({ hasText: /kubernetes/i });
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  await chip.click();
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.deepEqual(ui.query(), { q: "canary" });
}));

test("going back from a post restores the search", () => withPage(blog, { path: "/?q=canary" }, async (page, ui) => {
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  await ui.titles.first().click();
  await page.waitForURL(`${BASE_URL}/**`);
  await page.goBack();
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.equal(await ui.input.inputValue(), "canary");
}));

test("more results are appended, and an address with page=2 shows both pages", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("pipeline");
  const first = await ui.hitsWhere("a page of hits", (titles) => titles.length === 10);
  await ui.more.click();
  const all = await ui.hitsWhere("all hits", (titles) => titles.length === PIPELINES);
  assert.deepEqual(all.slice(0, 10), first);
  assert.equal(new Set(all).size, PIPELINES);
  assert.equal(await ui.more.isVisible(), false);
  assert.equal(await ui.activeText(), all[10], "the focus is on the first new hit");
  assert.deepEqual(ui.query(), { q: "pipeline", page: "2" });
  await page.reload();
  assert.deepEqual(await ui.hitsWhere("all hits", (titles) => titles.length === PIPELINES), all);
}));

test("works with the keyboard alone", () => withPage(blog, { path: "/?q=canary" }, async (page, ui) => {
  const titles = await ui.hitsWhere("both posts", (found) => found.length === 2);
  const press = (key) => page.keyboard.press(key);
  await press("ArrowDown");
  assert.equal(await ui.activeText(), titles[0]);
  await press("ArrowDown");
  assert.equal(await ui.activeText(), titles[1]);
  await press("ArrowDown");
  assert.equal(await ui.activeText(), titles[1], "the last hit is the end");
  await press("ArrowUp");
  await press("ArrowUp");
  assert.ok(await ui.inputFocused());

  await ui.titles.first().focus();
  await press("/");
  assert.ok(await ui.inputFocused());
  assert.equal(await ui.input.inputValue(), "canary", "the slash itself is not typed");
  await press("End");
  await press("/");
  assert.equal(await ui.input.inputValue(), "canary/", "in the input it is a character");

  await press("Escape");
  assert.equal(await ui.input.inputValue(), "");
  await until("the hint", () => page.locator("#hint").isVisible());
  assert.deepEqual(ui.query(), {});

  await page.goBack();
  await ui.hitsWhere("both posts", (found) => found.length === 2);
  await ui.input.focus();
  await press("ArrowDown");
  await press("ArrowDown");
  const second = await ui.titles.nth(1).getAttribute("href");
  await press("Enter");
  await page.waitForURL(second);
}));

test("Enter opens the first hit of the typed text, even before the response arrives", () => withPage(blog, { path: "/?q=tracing" }, async (page, ui) => {
  await ui.hitsWhere("the post on tracing", has("Tracing Basics"));
  await ui.input.fill("canary");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${BASE_URL}/observability/canary-releases/`);
}));

test("an older response never replaces a newer one", () => withPage(blog, {
  prepare: (page) => page.route(/\/api\/v1\/search\?q=pipe&/, async (route) => {
    await sleep(600);
    await route.continue().catch(() => {});
  }),
}, async (page, ui) => {
  const asked = page.waitForRequest(/q=pipe&/);
  await ui.input.fill("pipe");
  const old = await asked;
  await ui.input.fill("canary");
  await ui.hitsWhere("the newer answer", has(CANARY));
  await until("the older request is aborted", () => old.failure());
  await sleep(800);
  assert.ok((await ui.titleTexts()).includes(CANARY));
  assert.deepEqual(ui.query(), { q: "canary" });
}));

test("hits do not move while typing", async () => {
  for (const width of [360, 1100]) {
    await withPage(blog, { viewport: { width, height: 800 } }, async (page, ui) => {
      const places = new Set();
      // The first hits have many categories, the later ones few.
      for (const letter of "canary") {
        const answer = page.waitForResponse(/\/api\/v1\/search/);
        await ui.type(letter);
        await (await answer).finished();
        await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
        if (await ui.titles.count()) places.add(await page.locator("#hits").evaluate((list) => list.getBoundingClientRect().top));
      }
      assert.equal(places.size, 1, `${width} px: ${[...places]}`);
    });
  }
});

test("markup in a post is shown as text and does not run", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("sanitizer");
  const [title] = await ui.hitsWhere("the post", (titles) => titles.length === 1);
  assert.equal(title, `${SCRIPT} and ${IMAGE} in a title`);
  const snippet = await page.locator("#hits .snippet").innerText();
  assert.ok(snippet.includes(SCRIPT) && snippet.includes(IMAGE), snippet);
  assert.equal(await page.locator("#hits script, #hits img").count(), 0);
}));

test("finds a post saved while the page is open", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("zeppelin");
  await until("nothing found yet", async () => (await ui.message.innerText()).includes("Nothing found for “zeppelin”"));
  blog.site.addPost({
    path: "delivery/zeppelin", title: "Shipping by Zeppelin", date: "2025-01-01T00:00:00Z", body: "Slow, and yet it arrives.",
  });
  await until("the new post", async () => {
    await ui.input.fill("");
    await ui.input.fill("zeppelin");
    await sleep(250);
    return (await ui.titleTexts()).includes("Shipping by Zeppelin");
  }, 20_000);
}));
