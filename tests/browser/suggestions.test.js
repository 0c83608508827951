// Suggestions while typing, by keyboard and by mouse.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stage, until, withPage } from "./harness.js";
import { BASE_URL, IMAGE, SCRIPT } from "./site.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const CANARY = "Canary Releases With Metrics";
const CANARY_URL = `${BASE_URL}/observability/canary-releases/`;

/** Answers each request for suggestions with these. */
const suggesting = (...suggestions) => (page) => page.route(/\/api\/v1\/suggest/, (route) => route.fulfill({
  contentType: "application/json", body: JSON.stringify({ query: "", took_us: 1, generation: "", suggestions }),
}));
const phrase = (text) => ({ text, html: text, ranges: [], kind: "phrase", posts: 2 });

const isOpen = (ui) => ui.input.getAttribute("aria-expanded").then((expanded) => expanded === "true");

test("completes the typed text and highlights its beginning", () => withPage(blog, {}, async (page, ui) => {
  assert.equal(await isOpen(ui), false);
  assert.equal(await ui.suggestions.count(), 0);
  await ui.type("cana");
  // The suggestions for "can" may be shown before.
  const option = ui.options.filter({ hasText: CANARY });
  await until("the typed text is highlighted", async () => (await option.locator("mark").allInnerTexts())[0] === "Cana");
  assert.match(await option.innerText(), /title$/);
  assert.equal(await isOpen(ui), true);
  assert.equal(await ui.input.getAttribute("aria-controls"), await ui.suggestions.getAttribute("id"));
  assert.equal(await ui.input.getAttribute("aria-activedescendant"), null);
  assert.equal(await page.locator("#suggestions [aria-selected=true]").count(), 0);
  await ui.hitsWhere("the hits are there as well", (titles) => titles[0] === CANARY);
  await ui.titles.first().click({ trial: true });
  await ui.chips.first().click({ trial: true });
  await ui.input.fill("");
  await until("the list is gone", async () => !(await isOpen(ui)));
}));

test("the arrow keys move through the suggestions, to the hits and back to the text", () => withPage(blog, {
  prepare: suggesting(phrase("canary releases"), phrase("canary metrics")),
}, async (page, ui) => {
  const press = (key) => page.keyboard.press(key);
  await ui.type("canary");
  await ui.suggestionsWhere("two suggestions", (all) => all.length === 2);
  const titles = await ui.hitsWhere("both posts", (all) => all.length === 2);
  await press("ArrowDown");
  assert.equal(await ui.chosen(), "canary releases");
  assert.ok(await ui.inputFocused(), "the focus stays in the input");
  assert.equal(await ui.input.inputValue(), "canary", "and so does what was typed");
  await press("ArrowDown");
  assert.equal(await ui.chosen(), "canary metrics");
  await press("ArrowUp");
  await press("ArrowUp");
  assert.equal(await ui.chosen(), "");
  await press("ArrowUp");
  assert.ok(await ui.inputFocused());
  for (let step = 0; step < 3; step += 1) await press("ArrowDown");
  assert.equal(await ui.activeText(), titles[0]);
  assert.equal(await isOpen(ui), false);
}));

test("Enter on a suggestion of words searches for them", () => withPage(blog, {
  prepare: suggesting(phrase("tracing"), phrase("traces")),
}, async (page, ui) => {
  await ui.type("tra");
  await ui.suggestionsWhere("suggestions", (all) => all.length === 2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await ui.hitsWhere("the post on tracing", (titles) => titles.includes("Tracing Basics"));
  assert.equal(await ui.input.inputValue(), "tracing");
  assert.deepEqual(ui.query(), { q: "tracing" });
  assert.ok(await ui.inputFocused());
  await sleep(200);
  assert.equal(await isOpen(ui), false, "what was chosen is not completed again");
  await page.goBack();
  await until("back at what was typed", async () => (await ui.input.inputValue()) === "tra");
}));

test("Enter on a title opens the post", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary rel");
  const texts = await ui.suggestionsWhere("the title", (all) => all.includes(CANARY));
  for (let step = 0; step <= texts.indexOf(CANARY); step += 1) await page.keyboard.press("ArrowDown");
  assert.equal(await ui.chosen(), CANARY);
  await page.keyboard.press("Enter");
  await page.waitForURL(CANARY_URL);
}));

test("Enter without a selected suggestion opens the first hit", () => withPage(blog, {
  prepare: suggesting(phrase("tracing"), { ...phrase("Elsewhere"), kind: "title", url: `${BASE_URL}/elsewhere/` }),
}, async (page, ui) => {
  await ui.type("canary");
  await ui.suggestionsWhere("suggestions");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(CANARY_URL);
}));

test("typing and moving the caret deselect the suggestion", () => withPage(blog, {
  prepare: suggesting(phrase("canary releases")),
}, async (page, ui) => {
  await ui.type("cana");
  await ui.suggestionsWhere("a suggestion");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await ui.chosen(), "");
  await page.keyboard.press("ArrowDown");
  assert.equal(await ui.chosen(), "canary releases");
  await page.keyboard.press("End");
  await ui.type("ry");
  await until("nothing is chosen", async () => (await ui.chosen()) === "");
  assert.equal(await ui.input.inputValue(), "canary");
}));

test("Escape first closes the suggestions, then clears the input", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary");
  await ui.suggestionsWhere("suggestions");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  assert.equal(await isOpen(ui), false);
  assert.equal(await ui.input.getAttribute("aria-activedescendant"), null);
  assert.equal(await ui.input.inputValue(), "canary");
  assert.equal(await ui.titles.count(), 2);
  await page.keyboard.press("ArrowDown");
  assert.equal(await ui.activeText(), (await ui.titleTexts())[0], "the arrow keys go to the hits again");
  await page.keyboard.press("Escape");
  assert.equal(await ui.input.inputValue(), "");
}));

test("a click selects a suggestion and keeps the focus in the input", () => withPage(blog, {
  prepare: suggesting(phrase("tracing"), { ...phrase(CANARY), kind: "title", url: CANARY_URL }),
}, async (page, ui) => {
  await ui.type("t");
  await ui.suggestionsWhere("suggestions", (all) => all.length === 2);
  await ui.options.first().click();
  await ui.hitsWhere("the post on tracing", (titles) => titles.includes("Tracing Basics"));
  assert.equal(await ui.input.inputValue(), "tracing");
  assert.ok(await ui.inputFocused());
  await ui.type(" ");
  await ui.suggestionsWhere("suggestions", (all) => all.includes(CANARY));
  await ui.options.filter({ hasText: CANARY }).locator(".suggestion-text").click();
  await page.waitForURL(CANARY_URL);
}));

test("leaving the input closes the suggestions", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary");
  await ui.suggestionsWhere("suggestions");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  await ui.chips.first().focus();
  assert.equal(await isOpen(ui), false);
  assert.equal(await ui.suggestions.count(), 0);
}));

test("suggestions for an older text never replace newer ones", () => withPage(blog, {
  prepare: (page) => page.route(/\/api\/v1\/suggest/, async (route) => {
    const isOld = new URL(route.request().url()).searchParams.get("q") === "pipe";
    if (isOld) await sleep(600);
    const body = JSON.stringify({ suggestions: [phrase(isOld ? "older" : "newer")] });
    await route.fulfill({ contentType: "application/json", body }).catch(() => {});
  }),
}, async (page, ui) => {
  const asked = page.waitForRequest(/suggest\?q=pipe$/);
  await ui.input.fill("pipe");
  const old = await asked;
  await ui.input.fill("canary");
  await ui.suggestionsWhere("the newer one", (all) => all.includes("newer"));
  await until("the older request is aborted", () => old.failure());
  await sleep(700);
  assert.deepEqual(await ui.suggestionsWhere("still"), ["newer"]);
}));

test("searches even if suggestions fail", () => withPage(blog, {
  allow: [/status of 503/],
  prepare: (page) => page.route(/\/api\/v1\/suggest/, (route) => route.fulfill({ status: 503, body: "busy" })),
}, async (page, ui) => {
  await ui.type("canary");
  await ui.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.equal(await isOpen(ui), false);
}));

test("markup in a title is shown as text and does not run", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("titl");
  await ui.suggestionsWhere("the title", (all) => all.includes(`${SCRIPT} and ${IMAGE} in a title`));
  assert.equal(await page.locator("#suggestions :is(script, img)").count(), 0);
}));

test("keeps only highlights of suggestions and follows only safe addresses", () => withPage(blog, {
  prepare: suggesting({
    text: "<img src=x onerror=alert(9)>", html: '<img src=x onerror=alert(9)><mark onclick="alert(10)"><mark>x</mark>',
    ranges: [], kind: "<b>title</b>", posts: 1, url: "javascript:alert(11)",
  }),
}, async (page, ui) => {
  await ui.type("x");
  const [shown] = await ui.suggestionsWhere("the suggestion");
  assert.equal(shown, '<img src=x onerror=alert(9)><mark onclick="alert(10)">x');
  assert.equal(await page.locator("#suggestions :is(img, b, [onclick], [onerror])").count(), 0);
  await ui.options.first().click();
  assert.equal(await ui.input.inputValue(), "<img src=x onerror=alert(9)>", "it is searched for");
  assert.ok(page.url().startsWith(blog.origin));
}));

test("suggestions neither move nor cover the hits and fit in a narrow window", async () => {
  const long = Array.from({ length: 8 }, (_, at) => phrase(`${at} ${"a very long suggestion ".repeat(8)}`));
  for (const width of [360, 1100]) {
    await withPage(blog, { viewport: { width, height: 740 }, path: "/?q=canary", prepare: suggesting(...long) }, async (page, ui) => {
      const top = () => page.locator("#hits").evaluate((list) => list.getBoundingClientRect().top);
      await ui.hitsWhere("both posts", (titles) => titles.length === 2);
      const before = await top();
      await ui.type(" ");
      await ui.suggestionsWhere("suggestions", (all) => all.length === 8);
      assert.equal(await top(), before);
      const bottom = await ui.suggestions.evaluate((list) => list.getBoundingClientRect().bottom);
      assert.ok(bottom <= before, `${bottom} px, hits from ${before} px`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
      for (let step = 0; step < 8; step += 1) await page.keyboard.press("ArrowDown");
      const { left, right } = await ui.options.nth(7).evaluate((option) => option.getBoundingClientRect());
      assert.ok(left >= 0 && right <= width, "the chosen one is seen");
    });
  }
});
