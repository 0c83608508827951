// The page when the server fails, is gone, or sends hostile data.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stage, until, withPage } from "./harness.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const answerWith = (answer) => (page) => page.route(/\/api\/v1\/search/, (route) => route.fulfill(answer));
const WILD = '<img src="x" onerror="alert(4)"><mark onclick="alert(5)">word';
const json = (value) => ({ contentType: "application/json", body: JSON.stringify(value) });

test("without hits, offers to remove the category", () => withPage(blog, { path: "/?q=tracing&category=Nowhere" }, async (page, ui) => {
  await until("the message", () => ui.message.isVisible());
  assert.match(await ui.message.innerText(), /Nothing found for “tracing” in Nowhere/);
  assert.match(await ui.status.innerText(), /^0 posts/);
  await ui.message.getByRole("button", { name: "Search in all categories" }).click();
  await ui.hitsWhere("the post on tracing", (titles) => titles.includes("Tracing Basics"));
  assert.equal(await ui.message.isVisible(), false);
}));

test("reports a stopped server and recovers when it is back", () => withPage(blog, { allow: [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/] }, async (page, ui) => {
  await ui.type("canary");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  await blog.stopServer();
  try {
    // One input event and so one search: a later one would succeed by itself once the server is back.
    await ui.input.fill("canary release");
    await until("the message", async () => (await ui.message.innerText()).includes("The search server cannot be reached"));
    assert.equal(await ui.titles.count(), 0, "no hits of another search stay");
  } finally {
    await blog.restartServer();
  }
  await ui.message.getByRole("button", { name: "Try again" }).click();
  await ui.hitsWhere("hits again", (titles) => titles.length > 0);
  assert.equal(await ui.message.isVisible(), false);
}));

test("shows an error of the server with its title and detail, as text", () => withPage(blog, {
  allow: [/status of 400/],
  prepare: answerWith({
    status: 400,
    contentType: "application/problem+json",
    body: JSON.stringify({ title: "The query is too long", detail: "At most <b>400</b> characters", status: 400 }),
  }),
}, async (page, ui) => {
  await ui.type("canary");
  await until("the message", () => ui.message.isVisible());
  assert.equal(await ui.message.getByRole("button").count(), 0, "the same query would fail again");
  assert.match(await ui.message.innerText(), /The query is too long\s+At most <b>400<\/b> characters/);
}));

test("while the index is being built, shows the progress and then the hits by itself", () => {
  const percents = [7, 64];
  return withPage(blog, {
    allow: [/status of 503/],
    prepare: (page) => page.route(/\/api\/v1\/search/, (route) => {
      if (percents.length === 0) return route.continue();
      const problem = { title: "Service Unavailable", detail: "x", status: 503, build_percent: percents.shift() };
      return route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
    }),
  }, async (page, ui) => {
    await ui.type("canary");
    for (const percent of [7, 64]) {
      await until(`${percent} %`, async () => (await ui.message.innerText()).includes(`${percent} % done`));
      assert.match(await ui.message.innerText(), /The search index is being built/);
      assert.equal(await ui.message.getByRole("button").count(), 0, "the page tries again by itself");
    }
    await ui.hitsWhere("both posts", (titles) => titles.length === 2);
    assert.equal(await ui.message.isVisible(), false);
  });
});

test("a response of another program is an error", () => withPage(blog, {
  allow: [/status of 502/],
  prepare: answerWith({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }),
}, async (page, ui) => {
  await ui.type("canary");
  await until("the message", async () => (await ui.message.innerText()).includes("answered with status 502"));
  assert.ok(await ui.message.getByRole("button", { name: "Try again" }).isVisible());
}));

test("shows warnings and missing words", () => withPage(blog, {
  prepare: answerWith(json({
    query: "canary x:", total: 1, page: 1, limit: 10, took_us: 1234, warnings: ["“x:” is searched as a word"], facets: { category: [] },
    hits: [{
      id: "a", url: "/a/", title: "A", title_html: "A", categories: [], tags: [], date: null, lang: "en",
      snippet: { html: "" }, section: null, missing: ["argo", "flux"],
    }],
  })),
}, async (page, ui) => {
  await ui.type("canary x:");
  await ui.hitsWhere("the hit", (titles) => titles.length === 1);
  assert.equal(await page.locator("#warnings").innerText(), "“x:” is searched as a word");
  assert.equal(await page.locator("#hits .missing").innerText(), "missing: argo, flux");
  assert.equal(await ui.status.innerText(), "1 post in 1.2 ms");
}));

test("shows code in a snippet as code, with highlights", () => withPage(blog, {
  prepare: answerWith(json({
    query: "make", total: 1, page: 1, limit: 10, took_us: 5, warnings: [], facets: { category: [] },
    hits: [{
      id: "a", url: "/a/", title: "A", title_html: "A", categories: [], tags: [], date: null, lang: "en", section: null, missing: [],
      snippet: { text: "é: make <all> now, make", ranges: [[4, 8], [20, 24]], code_ranges: [[4, 14]], html: "" },
    }],
  })),
}, async (page, ui) => {
  await ui.type("make");
  await ui.hitsWhere("the hit", (titles) => titles.length === 1);
  const snippet = page.locator("#hits .snippet");
  assert.equal(await snippet.innerText(), "é: make <all> now, make");
  assert.equal(await snippet.locator("code").innerText(), "make <all>");
  assert.deepEqual(await snippet.locator("mark").allInnerTexts(), ["make", "make"]);
  assert.equal(await snippet.locator("code mark").count(), 1);
}));

test("keeps only highlights of the server's HTML and only safe addresses", () => withPage(blog, {
  prepare: answerWith(json({
    query: "x", total: 5, page: 1, limit: 10, took_us: 5, warnings: [], facets: { category: [{ value: "<i>c</i>", count: 1 }] },
    hits: ["javascript:alert(3)", "//elsewhere.example/", "data:text/html,x", "/fine/", "https://blog.example/fine/"].map((url, at) => ({
      id: String(at), url, title: "t", categories: ["<b>bold</b>"], tags: [], date: null, lang: "en",
      title_html: `${WILD}<mark> </mark>${at}`,
      snippet: {
        text: "<script>alert(6)</script><a href='javascript:alert(7)'>text</a>",
        html: "<script>alert(6)</script>", ranges: [[3, 9000]], code_ranges: [[-4, 2]],
      },
      section: { title: "s", url }, missing: [],
    })),
  })),
}, async (page, ui) => {
  await ui.type("x");
  assert.deepEqual(await ui.hitsWhere("the hits", (titles) => titles.length === 5), [0, 1, 2, 3, 4].map((at) => `${WILD} ${at}`));
  assert.equal(await page.locator("#hits :is(script, img, b, .snippet a, [onclick], [onerror])").count(), 0);
  const links = await page.locator("#hits a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.deepEqual(links, [null, null, null, null, null, null, "/fine/", "/fine/", "https://blog.example/fine/", "https://blog.example/fine/"]);
  assert.match(await ui.chips.first().innerText(), /<i>c<\/i>/);
}));

test("a failed request for more results keeps the hits and can be repeated", () => {
  let broken = true;
  return withPage(blog, {
    allow: [/ERR_FAILED/],
    prepare: (page) => page.route(/[?&]page=2/, (route) => (broken ? route.abort() : route.continue())),
  }, async (page, ui) => {
    await ui.type("pipeline");
    await ui.hitsWhere("a page", (titles) => titles.length === 10);
    await ui.more.click();
    await until("the message", async () => (await page.locator("#more-error").innerText()).includes("cannot be reached"));
    assert.equal(await ui.titles.count(), 10);
    broken = false;
    await ui.more.click();
    await ui.hitsWhere("all", (titles) => titles.length > 10);
    assert.equal(await page.locator("#more-error").isVisible(), false);
  });
});

test("without JavaScript, the page says what is missing", () => withPage(blog, { javaScriptEnabled: false }, async (page) => {
  assert.match(await page.locator("main").innerText(), /needs JavaScript/);
}));
