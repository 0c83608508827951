// What each engine has to do with the box: requirements 3 to 8 and 12.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import axe from "axe-core";
import { until } from "../harness.js";
import { SCRIPT } from "../site.js";
import { blogPage, stage, strictPolicy } from "./blog.js";
import { engine } from "./webdriver.js";

const MODES = ["", "mode='inline'", "mode='page'"];
const CANARY = "Canary Releases With Metrics";
/** Functions for the code that runs in the page. */
const PRELUDE = `
  const root = document.querySelector("bloghound-search")?.shadowRoot;
  const find = (selector) => root.querySelector(selector);
  const input = root && find("input[placeholder]");
  const dialog = root && find("dialog");
  const options = root && [...root.querySelectorAll("[role=option]")];`;

/** Opens a page of the blog with the box and runs `body`; fails if the page violates its policy or logs an error. */
async function withPage({ browser, blog, origin }, attributes, body) {
  const { violations, pages } = blog;
  const policy = `${strictPolicy(origin)}; report-uri ${blog.origin}/violations`;
  pages.set("/", { text: blogPage(origin, { attributes }), policy });
  violations.length = browser.problems.length = 0;
  await browser.navigate(`${blog.origin}/`);
  const evaluate = (source) => browser.evaluate(`() => { ${PRELUDE} return (${source})(); }`);
  const wait = (what, source) => until(`${browser.name}: ${what}`, () => evaluate(source));
  const click = async (selector) => browser.click(await evaluate(`() => {
    const { x, y, width, height } = find(${JSON.stringify(selector)}).getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }`));
  const hits = (count) => wait(`${count} hits`, `() => find(".panel") && !find(".list").ariaBusy && root.querySelectorAll(".hit").length === ${count}`);
  const box = {
    ...browser, evaluate, wait, click, hits,
    clickAt: browser.click,
    /** Shows the box and the newest posts. */
    open: async () => {
      await click(attributes ? "form" : "[part=opener]");
      await hits(10);
    },
    isClosed: () => wait("closed", "() => !dialog.open && root.activeElement === find('[part=opener]')"),
    isAt: (address) => until(`${browser.name}: ${address}`, () => browser.evaluate(`() => document.readyState === "complete" && location.href === ${JSON.stringify(address)}`)),
    active: () => evaluate("() => input.getAttribute('aria-activedescendant')"),
  };
  await wait("the element", "() => root && document.readyState === 'complete'");
  await body(box);
  assert.deepEqual([violations, browser.problems], [[], []], browser.name);
}

/** Runs the smoke test in an engine of `webdriver.js`. */
export function smokeTest(name) {
  const { launch, skip } = engine(name);
  let staged;
  before(async () => { if (!skip) staged = await stage({ launch }); });
  after(() => staged?.close());
  const testBox = (title, body, attributes = "") => test(`${name}: ${title}`, { skip }, () => withPage(staged, attributes, body));

  for (const attributes of MODES) {
    testBox(`3: axe finds nothing with hits and a selection, ${attributes || "in the dialog"}`, async (box) => {
      await box.open();
      await box.type("canary");
      await box.hits(2);
      await box.press("ArrowDown");
      await sleep(300);
      const { violations, passes } = await box.evaluate(`async () => {
        ${axe.source};
        const { violations, passes } = await window.axe.run("bloghound-search", { resultTypes: ["violations"] });
        return { passes: passes.length, violations: violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 200) + ": " + failureSummary)) };
      }`);
      assert.ok(passes > 5, "axe has looked at the box");
      assert.deepEqual(violations, []);
    }, attributes);
  }

  testBox("4: the dialog is modal, and the focus returns to the opener", async (box) => {
    const ways = {
      Escape: () => box.press("Escape"),
      "the backdrop": () => box.clickAt({ x: 5, y: 5 }),
      "the shortcut": () => box.press("Control", "k"),
      "the button": () => box.click(".close"),
    };
    for (const [way, close] of Object.entries(ways)) {
      await box.open();
      assert.equal(await box.evaluate("() => dialog.matches(':modal') && root.activeElement === input"), true, way);
      await close();
      await box.isClosed();
    }
    await box.press("Control", "k");
    await box.wait("opened by the shortcut", "() => dialog.matches(':modal')");
  });

  testBox("5 and 6: nothing is selected before an arrow key, and ArrowDown selects hit 1", async (box) => {
    await box.open();
    assert.equal(await box.active(), null);
    await box.type("canary");
    await box.hits(2);
    assert.equal(await box.active(), null);
    await box.press("ArrowDown");
    const [selected, title, focused] = await box.evaluate(`() => [
      options.findIndex((option) => option.ariaSelected === "true"), options[0].querySelector(".title").innerText, root.activeElement === input]`);
    assert.deepEqual([selected, title, focused], [0, CANARY, true]);
    assert.equal(await box.active(), await box.evaluate("() => options[0].id"));
    await box.press("ArrowUp");
    assert.equal(await box.active(), null);
  });

  testBox("7: Enter without a selection opens the results page", async (box) => {
    await box.open();
    await box.type("canary");
    await box.press("Enter");
    await box.isAt(`${staged.origin}/search?q=canary`);
  });

  testBox("7: Enter with a selection opens the hit", async (box) => {
    await box.open();
    await box.type("canary");
    await box.hits(2);
    await box.press("ArrowDown");
    await box.press("Enter");
    await box.isAt(`${staged.blog.origin}/observability/canary-releases/`);
  });

  testBox("8: while an input method composes, keys are left to it and nothing is sent", async (box) => {
    await box.open();
    const [prevented, sent] = await box.evaluate(`async () => {
      const requests = () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/")).length;
      const before = requests();
      input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true, composed: true }));
      input.value = "か";
      input.dispatchEvent(new CompositionEvent("compositionupdate", { data: "か", bubbles: true, composed: true }));
      input.dispatchEvent(new InputEvent("input", { data: "か", isComposing: true, bubbles: true, composed: true }));
      const keys = ["Enter", "Escape", "ArrowDown"].flatMap((key) => [{ key, isComposing: true }, { key, keyCode: 229 }]);
      const prevented = keys.filter((key) => !input.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true, composed: true })));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [prevented, requests() - before];
    }`);
    assert.deepEqual([prevented, sent, await box.active()], [[], 0, null]);
    assert.equal(await box.evaluate("() => dialog.open"), true);
    await box.evaluate(`() => {
      input.value = "canary";
      input.dispatchEvent(new CompositionEvent("compositionend", { data: "canary", bubbles: true, composed: true }));
    }`);
    await box.hits(2);
  });

  for (const attributes of MODES) {
    testBox(`12: a strict policy with Trusted Types is not violated, ${attributes || "by the dialog"}`, async (box) => {
      await box.open();
      await box.type("kubernetse");
      await box.wait("the correction", "() => find('.note')");
      await box.evaluate("() => input.select()");
      await box.type("markup");
      await box.wait("the post with markup", `() => options.some((option) => option.innerText.includes(${JSON.stringify(SCRIPT)}))`);
      await box.evaluate("() => input.select()");
      await box.type("zzzzqqqq");
      await box.wait("nothing", "() => /No results/.test(find('.top').innerText)");
      assert.equal(await box.evaluate("() => root.querySelectorAll('script, img, style').length"), 0);
    }, attributes);
  }

  test(`${name}: 12: a violation of the policy would be reported`, { skip }, () => assert.rejects(withPage(staged, "", async (box) => {
    await box.evaluate("() => document.body.append(Object.assign(document.createElement('img'), { src: 'https://localhost/image' }))");
    await until("the report", () => staged.blog.violations.length);
  }), /img-src/));
}
