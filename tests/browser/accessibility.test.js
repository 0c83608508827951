// axe-core finds no serious violation in any state and color scheme of the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { stage, until, withPage } from "./harness.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const LOOKS = [
  { name: "light", colorScheme: "light" },
  { name: "dark", colorScheme: "dark" },
  { name: "light, 360 px", colorScheme: "light", viewport: { width: 360, height: 740 } },
  { name: "dark, 360 px", colorScheme: "dark", viewport: { width: 360, height: 740 } },
];

/** Each state of the page, and how to detect it. */
const STATES = [
  { name: "empty", path: "/", there: "#hint" },
  { name: "hits", path: "/?q=pipeline", there: "#more" },
  { name: "one category", path: "/?q=walkthrough&category=Observability", there: "#facets [aria-pressed=true]" },
  { name: "nothing found", path: "/?q=qqqqqqqqqq", there: "#message" },
  { name: "error", path: "/?q=canary", there: "#message.error", broken: true },
  { name: "corrected", path: "/?q=kubernetse", there: "#correction" },
  { name: "did you mean", path: "/?q=kubernetse&typos=0", there: "#correction" },
  { name: "a suggestion chosen", path: "/", typed: "cana", there: "#suggestions [aria-selected=true]" },
];

/** The serious violations of the page, one line each. */
async function violations(page) {
  // Through the debugger, to which the page's Content-Security-Policy does not apply.
  const session = await page.context().newCDPSession(page);
  const run = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await run(axe.source);
  const { result, exceptionDetails } = await run("axe.run(document, { resultTypes: ['violations'] })");
  assert.equal(exceptionDetails, undefined);
  assert.ok(result.value.passes.length > 10, "axe has looked at the page");
  return result.value.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("; ")}`);
}

for (const { name: look, ...context } of LOOKS) {
  for (const { name: state, path, there, typed, broken } of STATES) {
    test(`${look}: ${state}`, () => withPage(blog, {
      ...context,
      path,
      allow: broken ? [/ERR_FAILED/] : [],
      prepare: broken ? (page) => page.route(/\/api\//, (route) => route.abort()) : undefined,
    }, async (page, ui) => {
      if (typed) {
        await ui.type(typed);
        await ui.suggestionsWhere("suggestions");
        await page.keyboard.press("ArrowDown");
      }
      await until(there, () => page.locator(there).isVisible());
      assert.deepEqual(await violations(page), []);
      const { content, window } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
      }));
      assert.ok(content <= window, `the page is ${content} px wide in a window of ${window} px`);
    }));
  }
}

test("axe finds a violation if there is one", () => withPage(blog, {}, async (page) => {
  await page.locator("h1").evaluate((heading) => heading.remove());
  await page.locator("#q").evaluate((input) => input.removeAttribute("placeholder"));
  assert.match((await violations(page)).join("\n"), /^label: /m);
}));

test("nothing moves with reduced motion", () => withPage(blog, { reducedMotion: "reduce" }, async (page) => {
  const moving = () => page.evaluate(() => [...document.querySelectorAll("*")]
    .filter((element) => getComputedStyle(element).transitionDuration.split(", ").some((duration) => duration !== "0s")).length);
  assert.equal(await moving(), 0);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.notEqual(await moving(), 0);
}));

test("the focus is visible on every stop of the Tab key", () => withPage(blog, { path: "/?q=canary" }, async (page, ui) => {
  await ui.hitsWhere("hits", (titles) => titles.length > 0);
  assert.ok(await ui.inputFocused());
  const seen = new Set();
  for (let stop = 0; stop < 20; stop += 1) {
    const { name, outline } = await page.evaluate(() => {
      const active = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(active);
      return { name: active === document.body ? "" : `${active.tagName} ${active.innerText}`, outline: `${outlineStyle} ${outlineWidth}` };
    });
    if (!name || seen.has(name)) break;
    seen.add(name);
    assert.equal(outline, "solid 3px", name);
    await page.keyboard.press("Tab");
  }
  assert.ok(seen.size >= 5, `input, chips and hits: ${[...seen]}`);
}));
