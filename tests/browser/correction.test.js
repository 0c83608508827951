// Corrections of the query.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stage, until, withPage } from "./harness.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const OPERATORS = "Writing Kubernetes Operators";
const isShown = (ui, words) => until(words, async () => (
  (await ui.correction.isVisible()) && (await ui.correction.innerText()).trim() === words));

test("corrects a typo, with a link to search the words as typed", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("kubernetse");
  await ui.hitsWhere("the post on operators", (titles) => titles.includes(OPERATORS));
  await isShown(ui, "Showing results for kubernetes. Search instead for kubernetse");
  assert.equal(await ui.correction.locator("strong").innerText(), "kubernetes");
  await until("it is announced", async () => (
    (await page.getByRole("status").innerText()) === "Showing results for kubernetes. 1 post"));

  const link = ui.correction.getByRole("link", { name: "kubernetse" });
  assert.equal(await link.getAttribute("href"), "/?q=kubernetse&typos=0");
  await link.click();
  await until("nothing found", async () => (await ui.message.innerText()).includes("Nothing found for “kubernetse”"));
  assert.deepEqual(ui.query(), { q: "kubernetse", typos: "0" });
  assert.ok(await ui.inputFocused());
  await isShown(ui, "Did you mean kubernetes?");

  await ui.correction.getByRole("link", { name: "kubernetes" }).click();
  await ui.hitsWhere("the post on operators", (titles) => titles.includes(OPERATORS));
  assert.deepEqual(ui.query(), { q: "kubernetes" });
  assert.equal(await ui.input.inputValue(), "kubernetes");
  assert.equal(await ui.correction.isVisible(), false);

  await page.goBack();
  await isShown(ui, "Did you mean kubernetes?");
  assert.equal(await ui.input.inputValue(), "kubernetse");
  await page.goBack();
  await isShown(ui, "Showing results for kubernetes. Search instead for kubernetse");
}));

test("searches words as typed if the address says so, until other words are typed", () => withPage(blog, {
  path: "/?q=kubernetse&typos=0",
}, async (page, ui) => {
  await isShown(ui, "Did you mean kubernetes?");
  await ui.type(" operator");
  await until("typos are forgiven again", async () => (
    (await ui.correction.innerText()).startsWith("Showing results for kubernetes operator.")));
  assert.deepEqual(ui.query(), { q: "kubernetse operator" });
}));

test("a category also filters words searched as typed", () => withPage(blog, {
  path: "/?q=canary+kubernetse&typos=0",
}, async (page, ui) => {
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  await isShown(ui, "Did you mean canary kubernetes?");
  await ui.chips.filter({ hasText: /observability/i }).click();
  await ui.hitsWhere("one post", (titles) => titles.length === 1);
  assert.equal(ui.query().typos, "0");
}));

test("the line about a correction does not move the hits", () => withPage(blog, {
  path: "/?q=kubernetes",
}, async (page, ui) => {
  const top = () => page.locator("#hits").evaluate((list) => list.getBoundingClientRect().top);
  await ui.hitsWhere("the post on operators", (titles) => titles.includes(OPERATORS));
  const before = await top();
  await ui.input.fill("kubernetse");
  await isShown(ui, "Showing results for kubernetes. Search instead for kubernetse");
  assert.equal(await top(), before);
}));

test("markup in a correction is shown as text", () => withPage(blog, {
  prepare: (page) => page.route(/\/api\/v1\/search/, (route) => route.fulfill({
    contentType: "application/json",
    body: JSON.stringify({
      query: "x", total: 0, page: 1, limit: 10, took_us: 5, warnings: [], hits: [], facets: { category: [] },
      corrected: {
        query: "<img src=x onerror=alert(8)> y",
        applied: new URL(route.request().url()).searchParams.get("q") === "<b>x</b>",
        parts: [{ text: "<img src=x onerror=alert(8)>", is_corrected: true }, { text: " y", is_corrected: false }],
      },
    }),
  })),
}, async (page, ui) => {
  await ui.input.fill("<b>x</b>");
  await isShown(ui, "Showing results for <img src=x onerror=alert(8)> y. Search instead for <b>x</b>");
  await ui.input.fill("x");
  await isShown(ui, "Did you mean <img src=x onerror=alert(8)> y?");
  assert.equal(await page.locator("#correction :is(img, b)").count(), 0);
}));
