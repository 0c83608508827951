// Page mode: requirements 16 and 17 of the box.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../harness.js";
import { PIPELINES } from "../site.js";
import { stage, withBox } from "./blog.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const PAGE = { attributes: "mode='page'" };
const query = (box) => Object.fromEntries(new URL(box.page.url()).searchParams);
const entries = (box) => box.page.evaluate(() => history.length);
const settled = (box, wanted) => until(`the address has ${JSON.stringify(wanted)}`, () => {
  const now = query(box);
  return JSON.stringify(now) === JSON.stringify(wanted);
});

test("a query in the address is searched at once, and without one nothing is sent", async () => {
  await withBox(blog, { ...PAGE, path: "/?q=canary&sort=oldest" }, async (box) => {
    await box.hitsWhere("the oldest first", (titles) => titles[0] === "Writing Kubernetes Operators" && titles.length === 2);
    assert.equal(await box.input.inputValue(), "canary");
    assert.equal(await box.host.locator("select[name=sort]").inputValue(), "oldest");
  });
  await withBox(blog, PAGE, async (box) => {
    await sleep(300);
    assert.deepEqual(box.requests(/\/api\//), []);
  });
});

for (const isUncached of [false, true]) {
  test(`16: query, filters, page and scroll are restored ${isUncached ? "without" : "with"} the back-forward cache`, () => withBox(blog, { ...PAGE, isUncached }, async (box) => {
    await box.input.click();
    await box.type("pipeline");
    await box.hitsWhere("a page", (titles) => titles.length === 10);
    await box.host.locator("select[name=category]").selectOption({ index: 1 }).catch(() => {});
    await box.host.locator("select[name=sort]").selectOption("oldest");
    await box.hitsWhere("the oldest", (titles) => titles[0] === "Pipeline Number One");
    await box.host.locator(".more").click();
    const titles = await box.hitsWhere("all posts", (all) => all.length === PIPELINES);
    const last = box.hits.last();
    await last.scrollIntoViewIfNeeded();
    await sleep(250);
    const y = await box.page.evaluate(() => scrollY);
    assert.ok(y > 200, `scrolled to ${y}`);
    const wanted = query(box);
    assert.equal(wanted.page, "2");
    await last.click();
    await box.page.waitForURL(/\/delivery\/pipeline-/);
    await box.page.goBack();
    await box.hitsWhere("the same hits", (all) => JSON.stringify(all) === JSON.stringify(titles));
    assert.deepEqual(query(box), wanted);
    assert.equal(await box.input.inputValue(), "pipeline");
    assert.equal(await box.host.locator("select[name=sort]").inputValue(), "oldest");
    await until(`the place, ${y}`, async () => Math.abs(await box.page.evaluate(() => scrollY) - y) < 4);
  }));
}

test("17: the history has one entry for each settled query", () => withBox(blog, PAGE, async (box) => {
  const start = await entries(box);
  await box.input.click();
  await box.type("canary", 40);
  await settled(box, { q: "canary" });
  assert.equal(await entries(box), start + 1);
  await box.type(" releases", 40);
  await box.press("Enter");
  assert.deepEqual(query(box), { q: "canary releases" });
  await sleep(900);
  assert.equal(await entries(box), start + 2, "Enter settles, and the pause adds nothing");
  const category = box.host.locator("select[name=category]");
  await box.input.fill("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await category.selectOption("Kubernetes");
  await settled(box, { q: "canary", category: "Kubernetes" });
  assert.equal(await entries(box), start + 3);
  await box.page.goBack();
  await settled(box, { q: "canary releases" });
  assert.equal(await box.input.inputValue(), "canary releases");
  await box.page.goBack();
  await settled(box, { q: "canary" });
  await box.hitsWhere("its hits", (titles) => titles.length === 2);
  await box.page.goBack();
  await settled(box, {});
  assert.equal(await box.input.inputValue(), "");
}));

test("other parameters and the state of a router are kept", () => withBox(blog, { ...PAGE, path: "/?theme=dark" }, async (box) => {
  await box.page.evaluate(() => history.replaceState({ router: 7 }, ""));
  await box.input.click();
  await box.type("pipeline");
  await settled(box, { theme: "dark", q: "pipeline" });
  await box.hitsWhere("a page", (titles) => titles.length === 10);
  await box.page.evaluate(() => history.replaceState({ ...history.state, router: 8 }, ""));
  await box.host.locator(".more").click();
  await settled(box, { theme: "dark", q: "pipeline", page: "2" });
  assert.equal(await box.page.evaluate(() => history.state.router), 8);
}));

test("invalid values in the address are ignored", () => withBox(blog, { ...PAGE, path: "/?q=canary&sort=wrong&page=-4&typos=9" }, async (box) => {
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
}));

test("a filter without a query in the address is searched at once", () => withBox(blog, { ...PAGE, path: "/?category=Kubernetes" }, async (box) => {
  await box.hitsWhere("the post of the category", (titles) => titles.length === 1 && titles[0] === "Writing Kubernetes Operators");
  assert.equal(await box.host.locator("select[name=category]").inputValue(), "Kubernetes");
}));
