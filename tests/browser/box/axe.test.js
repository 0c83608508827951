// axe-core finds no violation in any mode, state and theme of the box: requirement 3.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { until } from "../harness.js";
import { stage, withBox } from "./blog.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const MODES = { button: "", inline: "mode='inline'", page: "mode='page'" };
const WINDOW = { width: 1100, height: 800 };
const PHONE = { width: 320, height: 640 };
/**
 * How an open page is looked at: media features, the window, the direction of the text; and what axe checks: everything
 * in the page or in the box, or in other colours contrasts alone.
 */
const LOOKS = {
  light: { colorScheme: "light", selector: "html" },
  dark: { colorScheme: "dark", rules: ["color-contrast"] },
  "forced colours": { colorScheme: "light", forcedColors: "active", rules: ["color-contrast"] },
  "320 px, right to left": { colorScheme: "light", size: PHONE, dir: "rtl" },
};
/** Errors that some states log. */
const PROVOKED = [/ERR_FAILED|ERR_INTERNET_DISCONNECTED/];
const API = /\/api\//;
const SEARCH = /\/api\/v1\/search/;
const SUGGEST = /\/api\/v1\/suggest/;

/** Types a query and waits for its hits. */
const search = async (box, query, accept) => {
  await box.type(query);
  await box.hitsWhere(query, accept);
};
const isVisible = (box, selector) => until(selector, () => box.host.locator(selector).first().isVisible());

/** Changes the next answers to searches. */
const changed = (box, change) => box.page.route(SEARCH, async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, json: change(await response.json()) });
});

/** The states of a box: how to reach each, and what to do again before each look at it. */
const STATES = {
  closed: { reach: () => {}, isClosed: true },
  start: { reach: (box) => box.hitsWhere("the newest posts") },
  hits: { reach: (box) => search(box, "pipeline", (titles) => titles.length === 10) },
  suggestions: { reach: async (box) => { await search(box, "pipeline n"); await isVisible(box, ".chips .chip"); } },
  selected: { reach: async (box) => { await search(box, "canary"); await box.press("ArrowDown"); } },
  filtered: {
    reach: async (box) => {
      await search(box, "canary", (titles) => titles.length === 2);
      await box.host.locator("select[name=category]").selectOption("Kubernetes");
      await box.hitsWhere("one", (titles) => titles.length === 1);
    },
  },
  corrected: { reach: async (box) => { await box.type("kubernetse"); await isVisible(box, ".note .link"); } },
  "did you mean": {
    reach: async (box) => {
      await changed(box, (found) => ({ ...found, corrected: { applied: false, query: "canary", parts: [{ text: "canary", is_corrected: true }] } }));
      await box.type("canaries");
      await isVisible(box, ".note .link");
    },
  },
  nothing: { reach: async (box) => { await box.type("qqqqzzzz"); await isVisible(box, ".message"); } },
  "nothing with filters": {
    reach: async (box) => {
      await search(box, "canary", (titles) => titles.length === 2);
      await box.host.locator("select[name=category]").selectOption("Kubernetes");
      await box.hitsWhere("one", (titles) => titles.length === 1);
      await box.input.fill("qqqqzzzz");
      await isVisible(box, ".message .more");
    },
  },
  "sections, code and missing words": {
    reach: async (box) => {
      const snippet = { text: "run make all now", ranges: [[4, 8]], code_ranges: [[4, 12]] };
      const section = { url: "/a/#b", title: "Canary", title_html: "<mark>Canary</mark>", snippet };
      await changed(box, (found) => ({
        ...found, hits: found.hits.map((hit) => ({ ...hit, snippet, section, sections: [section, section], missing: ["argo"] })),
      }));
      await search(box, "canary");
      await isVisible(box, ".section");
    },
  },
  recent: {
    reach: async (box) => {
      await box.page.evaluate((endpoint) => localStorage.setItem(`bloghound:recent:${endpoint}`, JSON.stringify(["canary", "a long search of an earlier day"])), `${box.stage.origin}/`);
      await box.type("c");
      await box.input.fill("");
      await until("the recent searches", () => box.host.locator(".chip button + button").count());
    },
  },
  searching: {
    reach: async (box) => {
      await search(box, "canary", (titles) => titles.length === 2);
      await box.page.route(SEARCH, () => {});
    },
    // After 1,200 ms, the box calls the connection slow.
    again: async (box) => {
      await box.type(" r");
      await until("searching", async () => /Searching/.test(await box.count.innerText()));
      await box.page.waitForTimeout(200);
    },
  },
  slow: {
    reach: async (box) => {
      await search(box, "canary", (titles) => titles.length === 2);
      await box.page.route(SEARCH, () => {});
      await box.type(" rel");
      await isVisible(box, ".failure");
    },
  },
  offline: {
    reach: async (box) => {
      await box.page.context().setOffline(true);
      await box.type("canary");
      await isVisible(box, ".failure");
    },
  },
  failed: {
    reach: async (box) => {
      await box.page.route(API, (route) => route.abort());
      await box.type("canary");
      await isVisible(box, ".failure");
    },
  },
  "suggestions failed": {
    reach: async (box) => {
      await box.page.route(SUGGEST, (route) => route.abort());
      await search(box, "canary");
    },
  },
};

/** Runs axe through the debugger, to which the page's Content-Security-Policy does not apply. Returns violations. */
async function runAxe(page, { selector = "bloghound-search", rules }) {
  const session = await page.context().newCDPSession(page);
  const run = (expression) => session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await run(`if (!window.axe) { ${axe.source} }`);
  const options = JSON.stringify({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  const { result, exceptionDetails } = await run(`axe.run(${JSON.stringify(selector)}, ${options})`);
  await session.detach();
  assert.equal(exceptionDetails, undefined);
  assert.ok(result.value.passes.length > 0, "axe has looked at the page");
  return result.value.violations.flatMap(({ id, nodes }) => nodes
    .map((node) => `${id}: ${node.html.slice(0, 200)}: ${node.failureSummary.replace(/\s+/g, " ")}`));
}

async function look(page, { size = WINDOW, dir = "ltr", colorScheme, forcedColors = "none" }) {
  await page.emulateMedia({ colorScheme, forcedColors });
  await page.setViewportSize(size);
  await page.evaluate((direction) => { document.documentElement.dir = direction; }, dir);
}

/** Loads the page anew, without what an earlier state has left. */
async function renew(box) {
  await box.page.unrouteAll({ behavior: "ignoreErrors" });
  await box.page.context().setOffline(false);
  await look(box.page, LOOKS.light);
  await box.page.evaluate(() => localStorage.clear());
  await box.page.goto(box.stage.blog.origin);
}

const isTooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

for (const [mode, attributes] of Object.entries(MODES)) {
  // The animation of the dialog changes contrasts while it runs.
  test(`3: axe finds nothing in any state and look of mode ${mode}`, () => withBox(blog, { attributes, reducedMotion: "reduce", allow: PROVOKED }, async (box) => {
    const found = [];
    for (const [state, { reach, again, isClosed }] of Object.entries(STATES)) {
      await renew(box);
      if (!isClosed) {
        if (mode === "button") await box.open();
        else await box.input.click();
        await box.hitsWhere("the newest posts");
      }
      await reach(box);
      for (const [name, settings] of Object.entries(LOOKS)) {
        await look(box.page, settings);
        await again?.(box);
        for (const violation of await runAxe(box.page, settings)) found.push(`${state}, ${name}: ${violation}`);
        if (await isTooWide(box.page)) found.push(`${state}, ${name}: the page scrolls sideways`);
      }
    }
    assert.deepEqual(found, []);
  }));
}

test("axe finds a violation if there is one", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.input.evaluate((input) => { for (const name of ["aria-label", "placeholder"]) input.removeAttribute(name); });
  assert.match((await runAxe(box.page, {})).join("\n"), /label/);
}));
