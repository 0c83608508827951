// What the box looks like: requirements 18 and 22.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../harness.js";
import { stage, withBox } from "./blog.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const inView = async (locator, { width, height }) => {
  const { x, y, width: w, height: h } = await locator.boundingBox();
  return x >= -1 && y >= -1 && x + w <= width + 1 && y + Math.min(h, 24) <= height + 1;
};

test("18: at 320 px, at 400 % and above a phone's keyboard, the input and the first hit are visible", async () => {
  const windows = {
    "320 px": { width: 320, height: 568 },
    "400 % of 1280 by 1024": { width: 320, height: 256 },
    "a phone with its keyboard": { width: 375, height: 330 },
  };
  for (const [name, viewport] of Object.entries(windows)) {
    await withBox(blog, { viewport, isMobile: true, hasTouch: true, reducedMotion: "reduce" }, async (box) => {
      await box.page.evaluate(() => scrollTo(0, 300));
      const y = await box.page.evaluate(() => scrollY);
      await box.page.evaluate(() => document.querySelector("bloghound-search").open());
      await box.hitsWhere("the newest posts");
      await box.type("canary");
      await box.hitsWhere("both posts", (titles) => titles.length === 2);
      assert.ok(await inView(box.input, viewport), `${name}: the input`);
      assert.ok(await inView(box.hits.first(), viewport), `${name}: the first hit`);
      assert.ok(await box.input.evaluate((input) => Number.parseFloat(getComputedStyle(input).fontSize)) >= 16);
      const { content, window } = await box.page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: innerWidth }));
      assert.ok(content <= window, `${name}: ${content} px wide in ${window} px`);
      await box.host.locator(".scroller").hover();
      await box.page.mouse.wheel(0, 4_000);
      assert.equal(await box.page.evaluate(() => scrollY), y, "the page does not scroll");
      await box.host.locator(".close").click();
      await until("closed", async () => !(await box.dialog.isVisible()));
      assert.equal(await box.page.evaluate(() => scrollY), y);
    });
  }
});

test("18: the dialog has the height that a keyboard leaves", () => withBox(blog, { viewport: { width: 375, height: 660 }, isMobile: true, hasTouch: true, reducedMotion: "reduce" }, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  // Browsers shrink the visual viewport and leave the layout as it is.
  await box.page.evaluate(() => {
    Object.defineProperties(window.visualViewport, { height: { value: 320 }, offsetTop: { value: 40 } });
    window.visualViewport.dispatchEvent(new Event("resize"));
  });
  const { y, height } = await box.dialog.boundingBox();
  assert.deepEqual([y, height], [40, 320]);
  assert.ok(await inView(box.input, { width: 375, height: 360 }));
}));

test("targets have at least 24 px", () => withBox(blog, { viewport: { width: 375, height: 660 }, reducedMotion: "reduce" }, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  const small = await box.host.evaluate((host) => [...host.shadowRoot.querySelectorAll("a, button, select, input")]
    .filter((element) => element.checkVisibility())
    .map((element) => [element.className, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 24 || height < 24).map(([name, { width, height }]) => `${name} ${width} × ${height}`));
  assert.deepEqual(small, []);
}));

const background = (box) => box.dialog.evaluate((dialog) => getComputedStyle(dialog).backgroundColor);

test("22: the box follows the page's color-scheme, or its attribute theme", async () => {
  const looks = [[{ colorScheme: "light" }, "", "rgb(255, 255, 255)"], [{ colorScheme: "dark" }, "", "rgb(18, 18, 18)"],
    [{ colorScheme: "light" }, "theme='dark'", "rgb(18, 18, 18)"], [{ colorScheme: "dark" }, "theme='light'", "rgb(255, 255, 255)"],
    [{ colorScheme: "dark" }, "style='--bloghound-background: navy'", "rgb(0, 0, 128)"]];
  for (const [theme, attributes, color] of looks) {
    await withBox(blog, { attributes, allow: [/style/], policy: "", ...theme }, async (box) => {
      await box.open();
      assert.equal(await background(box), color, `${theme.colorScheme} ${attributes}`);
    });
  }
});

test("22: with forced colours, the selection and highlights are visible", () => withBox(blog, { forcedColors: "active", reducedMotion: "reduce" }, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.press("ArrowDown");
  const [outline, mark, plain] = await box.host.evaluate((host) => {
    const style = (selector) => getComputedStyle(host.shadowRoot.querySelector(selector));
    return [style("[aria-selected=true]").outlineStyle, style("mark").backgroundColor, style(".title").backgroundColor];
  });
  assert.equal(outline, "solid");
  assert.notEqual(mark, plain);
}));

test("nothing moves with reduced motion", () => withBox(blog, { reducedMotion: "reduce" }, async (box) => {
  const animation = () => box.dialog.evaluate((dialog) => getComputedStyle(dialog).animationName);
  await box.open();
  assert.equal(await animation(), "none");
  await box.page.emulateMedia({ reducedMotion: "no-preference" });
  assert.notEqual(await animation(), "none");
}));

test("in a right-to-left page, the box runs from right to left", () => withBox(blog, { lang: "ar", dir: "rtl" }, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  const [lens, input] = [await box.dialog.locator("form > i").boundingBox(), await box.input.boundingBox()];
  assert.ok(lens.x > input.x + input.width - 1, "the lens is to the right");
  assert.equal(await box.count.innerText(), "نتيجتان");
}));

test("no row is empty and no highlight is cut off", () => withBox(blog, { reducedMotion: "reduce" }, async (box) => {
  await box.open();
  for (const text of ["c", "pipeline", "controller", "walkthrough", "zzqq"]) {
    await box.input.fill(text);
    await until(`the answer to ${text}`, async () => !(await box.host.locator("[aria-busy]").count()) && /\d|No results/.test(`${await box.count.innerText()}${await box.top.innerText()}`));
    const empty = await box.host.evaluate((host) => [...host.shadowRoot.querySelectorAll(".filters, .chips, .top > *, .hit, .meta, .text, .title")]
      .filter((element) => element.checkVisibility() && !element.textContent.trim()).map((element) => element.className));
    assert.deepEqual(empty, [], text);
    const cut = await box.host.evaluate((host) => [...host.shadowRoot.querySelectorAll(".post .title, .post .text")]
      .filter((row) => row.querySelector("mark"))
      .filter((row) => row.querySelector("mark").getBoundingClientRect().bottom > row.getBoundingClientRect().bottom + 1).length);
    assert.equal(cut, 0, text);
  }
}));
