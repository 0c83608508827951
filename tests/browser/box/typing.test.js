// Results while typing: requirements 13 to 15, 21 and 24 of the box.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../harness.js";
import { PIPELINES } from "../site.js";
import { stage, withBox } from "./blog.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const SEARCH = /\/api\/v1\/search/;
const q = (request) => new URL(request.url()).searchParams.get("q") ?? "";

/** Delays the responses to searches: milliseconds by query. */
const delaying = (delays) => (page) => page.route(SEARCH, async (route) => {
  await sleep(delays[q(route.request())] ?? 0);
  await route.continue().catch(() => {});
});

test("13: results never appear out of order", () => withBox(blog, {
  prepare: delaying({ canary: 400, tracing: 50, pipeline: 200 }),
}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  // Each text that is painted, with the titles below it.
  await box.page.evaluate(() => {
    const root = document.querySelector("bloghound-search").shadowRoot;
    window.painted = [];
    new MutationObserver(() => {
      const busy = root.querySelector(".list[aria-busy]");
      if (!busy) window.painted.push([root.querySelector("input").value, root.querySelector(".hit .title")?.textContent]);
    }).observe(root, { subtree: true, childList: true, attributes: true });
  });
  for (const text of ["canary", "tracing", "pipeline"]) await box.input.fill(text);
  await box.hitsWhere("the hits of the last text", (titles) => titles.every((title) => title.startsWith("Pipeline")));
  await sleep(500);
  const titles = await box.titles.allInnerTexts();
  assert.ok(titles.length === 10 && titles.every((title) => title.startsWith("Pipeline")), `${titles}`);
  for (const [text, title] of await box.page.evaluate("window.painted")) {
    if (text === "pipeline" && title) assert.match(title, /^Pipeline/);
  }
}));

/** Counts the requests in flight by kind, and the most at a time, in the page itself. */
const countRequests = () => {
  const running = { search: 0, suggest: 0 };
  window.most = { search: 0, suggest: 0, aborted: 0 };
  const { fetch } = window;
  window.fetch = async (url, options) => {
    const kind = /v1\/(\w+)/.exec(url)[1];
    let hasEnded = false;
    const end = () => { if (!hasEnded) running[kind] -= 1; hasEnded = true; };
    running[kind] += 1;
    window.most[kind] = Math.max(window.most[kind], running[kind]);
    options.signal.addEventListener("abort", () => { end(); window.most.aborted += 1; });
    return fetch(url, options).finally(end);
  };
};

test("14: at most one search is in flight, and an aborted one is not an error", () => withBox(blog, {
  init: countRequests,
  prepare: (page) => page.route(/\/api\//, async (route) => {
    await sleep(80);
    await route.fallback().catch(() => {});
  }),
}, async (box) => {
  await box.open();
  await box.type("canary release", 30);
  await box.hitsWhere("hits", (titles) => titles.length > 0);
  const { search, suggest, aborted } = await box.page.evaluate("window.most");
  assert.deepEqual([search, suggest], [1, 1]);
  assert.ok(aborted > 3, `${aborted} were aborted`);
  assert.equal(await box.host.locator(".failure").count(), 0);
}));

test("14: the client starts a request only after it has cancelled the one before", () => withBox(blog, {}, async (box) => {
  const most = await box.page.evaluate(async (origin) => {
    let running = 0;
    let highest = 0;
    window.fetch = (url, { signal }) => new Promise((resolve, reject) => {
      highest = Math.max(highest, running += 1);
      signal.addEventListener("abort", () => { running -= 1; reject(signal.reason); });
    });
    const { createClient } = await import(`${origin}/bloghound.client.js`);
    const client = createClient({ endpoint: `${origin}/` });
    const all = ["a", "ab", "abc"].map((text) => client.search(text));
    client.cancel();
    return [highest, await Promise.all(all)];
  }, blog.origin);
  assert.deepEqual(most, [1, [null, null, null]]);
}));

test("15: a longer prefix is painted from the held results within one frame", () => withBox(blog, {
  prepare: delaying({ "pipeline numb": 1000, canary: 0 }),
}, async (box) => {
  await box.open();
  await box.type("pipeline n");
  const before = await box.hitsWhere("a page", (titles) => titles.length === 10);
  const [titles, marks] = await box.page.evaluate(() => new Promise((resolve) => {
    const root = document.querySelector("bloghound-search").shadowRoot;
    const input = root.querySelector("input");
    input.value = "pipeline numb";
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    requestAnimationFrame(() => resolve([
      [...root.querySelectorAll(".hit .title")].map((title) => title.textContent),
      [...root.querySelectorAll(".hit:first-child .title mark")].map((mark) => mark.textContent),
    ]));
  }));
  assert.deepEqual(titles, before);
  assert.deepEqual(marks, ["Pipeline", "Number"]);
}));

test("15: held results that do not contain the longer word are left out within one frame", () => withBox(blog, {
  prepare: delaying({ "canary r": 1000 }),
}, async (box) => {
  await box.open();
  await box.type("canary");
  assert.equal((await box.hitsWhere("both posts", (titles) => titles.length === 2)).length, 2);
  const count = await box.page.evaluate(() => {
    const root = document.querySelector("bloghound-search").shadowRoot;
    root.querySelector("input").value = "canary releases m";
    root.querySelector("input").dispatchEvent(new InputEvent("input", { bubbles: true }));
    return new Promise((resolve) => { requestAnimationFrame(() => resolve(root.querySelectorAll(".hit").length)); });
  });
  assert.equal(count, 1);
}));

test("21: the count is announced once, after half a second of quiet", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.page.evaluate(() => {
    const status = document.querySelector("bloghound-search").shadowRoot.querySelector("[role=status]");
    window.said = [];
    new MutationObserver(() => { if (status.textContent) window.said.push([status.textContent, performance.now()]); })
      .observe(status, { childList: true, characterData: true, subtree: true });
  });
  await box.type("pipeline", 60);
  const end = await box.page.evaluate(() => performance.now());
  await until("the count is announced", async () => (await box.status.innerText()) !== "");
  await sleep(700);
  const said = await box.page.evaluate("window.said");
  assert.deepEqual(said.map(([text]) => text), [`${PIPELINES} results`]);
  assert.ok(said[0][1] - end > 350, `${said[0][1] - end} ms after the last key`);
}));

const GONE = [/ERR_CONNECTION|ERR_EMPTY|ERR_FAILED|ERR_INTERNET|status of/];

test("24: a service that is down is reported with a plain link, and the box recovers by itself", async () => {
  await withBox(blog, { allow: GONE }, async (box) => {
    await box.open();
    await box.hitsWhere("the newest posts");
    await blog.stopServer();
    try {
      const start = Date.now();
      await box.type("canary");
      await until("the report", () => box.host.locator(".failure").isVisible());
      assert.ok(Date.now() - start < 1_500 + 6 * 15, `${Date.now() - start} ms`);
      assert.match(await box.host.locator(".failure").innerText(), /cannot be reached/);
      assert.equal(await box.host.locator(".failure a").getAttribute("href"), `${blog.origin}/search?q=canary`);
      await until("it is announced", async () => /cannot be reached/.test(await box.status.innerText()));
    } finally {
      await blog.restartServer();
    }
    await box.hitsWhere("the box recovers by itself", (titles) => titles.length === 2);
    assert.equal(await box.host.locator(".failure").count(), 0);
  });
});

test("24: a service that does not respond is reported within 1.5 s", () => withBox(blog, {
  prepare: (page) => page.route(SEARCH, (route) => (q(route.request()) ? undefined : route.continue())),
}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  const start = Date.now();
  await box.input.fill("canary");
  await until("searching", async () => /Searching/.test(await box.count.innerText()));
  await until("the report", () => box.host.locator(".failure a").isVisible());
  assert.ok(Date.now() - start < 1_500, `${Date.now() - start} ms`);
  assert.match(await box.host.locator(".failure").innerText(), /longer than usual/);
}));

test("24: without the service, the box shows a link to the plain results page", () => withBox(blog, {
  allow: [...GONE, /Failed to fetch/], prepare: (page) => page.route(/bloghound\.core/, (route) => route.abort()),
}, async (box) => {
  await box.opener.click();
  await until("a link", () => box.dialog.locator("a").isVisible());
  assert.equal(await box.dialog.locator("a").getAttribute("href"), `${blog.origin}/search`);
  await box.type("canary");
  await box.press("Enter");
  await box.page.waitForURL(/\/search\?q=canary$/);
}));

test("an index that is being built shows its progress, then the hits", () => {
  const percents = [7, 64];
  return withBox(blog, {
    allow: GONE,
    prepare: (page) => page.route(SEARCH, (route) => (percents.length === 0 ? route.continue() : route.fulfill({
      status: 503, contentType: "application/problem+json", headers: { "access-control-allow-origin": "*" },
      body: JSON.stringify({ status: 503, build_percent: percents.shift() }),
    }))),
  }, async (box) => {
    await box.open();
    for (const percent of [7, 64]) await until(`${percent} %`, async () => (await box.top.innerText()).includes(`${percent} %`));
    await box.hitsWhere("the newest posts");
  });
});

test("an offline browser is reported, and the search continues when it is online", () => withBox(blog, { allow: GONE }, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  await box.page.context().setOffline(true);
  await box.type("canary");
  await until("the report", async () => /You are offline/.test(await box.top.innerText()));
  await box.page.context().setOffline(false);
  await box.hitsWhere("hits", (titles) => titles.length === 2);
}));

test("a refused request is reported with its reason and not repeated", () => withBox(blog, {
  allow: GONE,
  prepare: (page) => page.route(SEARCH, (route) => route.fulfill({
    status: 400, contentType: "application/problem+json", headers: { "access-control-allow-origin": "*" },
    body: JSON.stringify({ title: "Bad", detail: "the query <b>is</b> too long" }),
  })),
}, async (box) => {
  await box.open();
  await until("the reason, as text", async () => (await box.top.innerText()).includes("the query <b>is</b> too long"));
  await sleep(1_500);
  assert.equal(box.requests(SEARCH).length, 1);
}));

test("suggestions, corrections, filters and the order of results", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("kubernetse");
  await until("the correction", async () => /Showing results for kubernetes\. Search instead for kubernetse/.test(await box.top.innerText()));
  await box.host.locator(".note button").click();
  await until("no results for the exact word", async () => /No results for kubernetse/.test(await box.top.innerText()));
  await until("the proposal", async () => /Did you mean kubernetes\?/.test(await box.top.innerText()));
  await box.host.locator(".note button").click();
  await box.hitsWhere("the proposal is searched", (titles) => titles.includes("Writing Kubernetes Operators"));
  await box.input.fill("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  const category = box.host.locator("select[name=category]");
  assert.deepEqual(await category.locator("option").allInnerTexts(), ["Category", "Kubernetes (1)", "Observability (1)"]);
  await category.selectOption("Kubernetes");
  await box.hitsWhere("one post", (titles) => titles.length === 1 && titles[0] === "Writing Kubernetes Operators");
  await category.selectOption("");
  await box.host.locator("select[name=sort]").selectOption("oldest");
  await box.hitsWhere("the oldest first", (titles) => titles[0] === "Writing Kubernetes Operators" && titles.length === 2);
  await box.input.fill("walkthrough");
  await until("the section that matches", async () => (await box.host.locator(".section").allInnerTexts()).join().includes("Manual Testing"));
  await box.input.fill("cana");
  const chip = box.host.locator(".chip button", { hasText: "Canary Releases With Metrics" });
  await until("a suggestion", () => chip.first().isVisible());
  await chip.first().click();
  assert.equal(await box.input.inputValue(), "Canary Releases With Metrics");
  assert.ok(await box.inputFocused());
}));

test("without results, the nearest words and a next step are offered", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("tracing");
  await box.hitsWhere("the post", (titles) => titles.includes("Tracing Basics"));
  await box.host.locator("select[name=category]").evaluate((select) => {
    select.append(new Option("Delivery", "Delivery"));
    select.value = "Delivery";
    select.dispatchEvent(new Event("change"));
  });
  await until("the message", async () => /No results for tracing/.test(await box.top.innerText()));
  await box.host.getByRole("button", { name: "Remove filters" }).click();
  await box.hitsWhere("the post again", (titles) => titles.includes("Tracing Basics"));
}));
