// The keyboard and the dialog: requirements 4 to 10 of the box.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../harness.js";
import { PIPELINES } from "../site.js";
import { stage, withBox } from "./blog.js";

let blog;
let canaryUrl;
before(async () => {
  blog = await stage();
  canaryUrl = `${blog.blog.origin}/observability/canary-releases/`;
});
after(() => blog?.close());

const CANARY = "Canary Releases With Metrics";
const CHORD = process.platform === "darwin" ? "Meta+k" : "Control+k";

const isModal = (box) => box.dialog.evaluate((dialog) => dialog.matches(":modal"));
const openerFocused = (box) => box.opener.evaluate((opener) => opener.getRootNode().activeElement === opener);
const isClosed = (box) => until("the dialog is closed", async () => !(await box.dialog.evaluate((dialog) => dialog.open)));

test("4: the dialog is modal, and the focus returns to the opener after each way of closing", () => withBox(blog, {}, async (box) => {
  const ways = {
    Escape: () => box.press("Escape"),
    "the backdrop": () => box.page.mouse.click(5, 5),
    "the shortcut": () => box.press(CHORD),
    "the button": () => box.host.locator(".close").click(),
    "a link that stays on the page": async () => {
      await box.host.evaluate((host) => host.addEventListener("bloghound:select", (event) => event.preventDefault(), { once: true }));
      await box.hits.first().click();
    },
  };
  for (const [name, close] of Object.entries(ways)) {
    await box.open();
    await box.hitsWhere("the newest posts");
    assert.ok(await isModal(box), name);
    assert.ok(await box.inputFocused(), `${name}: the focus is in the input`);
    assert.equal(await box.dialog.getAttribute("aria-label"), "Search");
    await close();
    await isClosed(box);
    assert.ok(await until(`${name}: the opener has the focus`, () => openerFocused(box)));
  }
  await box.page.evaluate(() => document.activeElement.blur());
  await box.press(CHORD);
  await until("the shortcut opens it", () => isModal(box));
  await box.press("Escape");
  assert.ok(await until("the opener has the focus", () => openerFocused(box)));
}));

test("5 and 6: no option is selected before an arrow key, and the first ArrowDown selects hit 1", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  assert.equal(await box.active(), null);
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2 && titles[0] === CANARY);
  assert.equal(await box.active(), null);
  assert.equal(await box.selected(), -1);
  assert.equal(await box.input.getAttribute("aria-expanded"), "true");
  await box.press("ArrowDown");
  assert.equal(await box.selected(), 0);
  assert.equal(await box.active(), await box.hits.first().getAttribute("id"));
  assert.ok(await box.inputFocused(), "the focus stays in the input");
  assert.equal(await box.input.inputValue(), "canary");
  await box.press("ArrowUp");
  assert.equal(await box.active(), null);
}));

test("Home, End, PageDown and PageUp move the selection, and without one the caret", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("pipeline");
  await box.hitsWhere("a page", (titles) => titles.length === 10);
  await box.press("Home");
  assert.equal(await box.active(), null);
  assert.equal(await box.input.evaluate((input) => input.selectionStart), 0);
  const last = await box.options.count() - 1;
  for (const [key, selected] of [["PageDown", 4], ["PageDown", 9], ["PageDown", last], ["PageUp", last - 5], ["Home", 0], ["End", last], ["ArrowDown", -1], ["ArrowUp", last]]) {
    await box.press(key);
    assert.equal(await box.selected(), Math.min(selected, last), key);
  }
  const active = box.options.nth(last);
  const [option, list] = [await active.boundingBox(), await box.host.locator(".scroller").boundingBox()];
  assert.ok(option.y >= list.y && option.y + option.height <= list.y + list.height + 1, "the selected option is visible");
}));

test("7: Enter without a selection opens the results page, with one the hit", () => withBox(blog, { allow: [/CSP|Content Security/] }, async (box) => {
  await box.open();
  await box.type("canary");
  await box.press("Enter");
  await box.page.waitForURL(`${blog.origin}/search?q=canary`);
  await box.page.goBack();
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.press("ArrowDown");
  await box.press("Enter");
  await box.page.waitForURL(canaryUrl);
}));

test("8: while an input method composes, keys do nothing but compose", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  const before = box.requests(/\/api\//).length;
  const session = await box.page.context().newCDPSession(box.page);
  await session.send("Input.imeSetComposition", { text: "かn", selectionStart: 2, selectionEnd: 2 });
  await session.send("Input.imeSetComposition", { text: "かんa", selectionStart: 3, selectionEnd: 3 });
  for (const key of ["Enter", "Escape", "ArrowDown"]) {
    const prevented = await box.input.evaluate((input, name) => !input.dispatchEvent(new KeyboardEvent("keydown", {
      key: name, isComposing: true, bubbles: true, cancelable: true, composed: true,
    })), key);
    assert.equal(prevented, false, `${key} is left to the input method`);
    const late = await box.input.evaluate((input, name) => !input.dispatchEvent(new KeyboardEvent("keydown", {
      key: name, keyCode: 229, bubbles: true, cancelable: true, composed: true,
    })), key);
    assert.equal(late, false, `${key} after Safari's end of the composition`);
  }
  assert.equal(await box.dialog.evaluate((dialog) => dialog.dispatchEvent(new Event("cancel", { cancelable: true }))), false);
  await sleep(300);
  assert.equal(box.requests(/\/api\//).length, before, "no request");
  assert.ok(await isModal(box));
  assert.equal(await box.active(), null);
  assert.match(box.page.url(), /localhost/);
  await session.send("Input.insertText", { text: "canary" });
  await box.hitsWhere("the composed text is searched", (titles) => titles.length === 2);
}));

test("9: shortcuts are off in texts and shadow roots, and / is off unless enabled", () => {
  const body = `<bloghound-search ID></bloghound-search><textarea></textarea><p contenteditable>text</p><x-open></x-open><x-closed></x-closed>`;
  const init = () => {
    for (const mode of ["open", "closed"]) {
      customElements.define(`x-${mode}`, class extends HTMLElement {
        connectedCallback() {
          const root = this.attachShadow({ mode });
          const input = root.appendChild(document.createElement("input"));
          this.focus = () => input.focus();
        }
      });
    }
  };
  const run = (attributes, check) => withBox(blog, { init, page: { body: body.replace("ID", attributes) } }, check);
  const isOpen = (box) => box.dialog.evaluate((dialog) => dialog.open);
  const blur = (box) => box.page.evaluate(() => document.activeElement.blur());
  return run("", async (box) => {
    await box.press("/");
    assert.equal(await isOpen(box), false, "/ is off");
    for (const selector of ["textarea", "p[contenteditable]", "x-open", "x-closed"]) {
      await box.page.locator(selector).first().evaluate((element) => element.focus());
      for (const key of [CHORD, "/"]) await box.press(key);
      assert.equal(await isOpen(box), false, selector);
    }
    await blur(box);
    await box.press("Control+Shift+k");
    assert.equal(await isOpen(box), false, "other modifiers");
    // A Cyrillic layout: the key with the Latin k.
    await box.page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "л", code: "KeyK", ctrlKey: true, bubbles: true, composed: true })));
    assert.equal(await isOpen(box), true, "a layout without Latin letters");
  }).then(() => run("shortcut='/ k'", async (box) => {
    await box.page.locator("textarea").focus();
    await box.press("/");
    assert.equal(await box.page.locator("textarea").inputValue(), "/");
    await blur(box);
    await box.press("/");
    assert.equal(await isOpen(box), true, "/ is on");
    await box.type("a/b");
    assert.equal(await box.input.inputValue(), "a/b", "/ is a character in the input");
  })).then(() => run("shortcut='off'", async (box) => {
    for (const key of [CHORD, "/"]) await box.press(key);
    assert.equal(await isOpen(box), false, "all are off");
  }));
});

test("10: modified clicks and modified Enter open tabs and leave the box open", () => withBox(blog, {}, async (box) => {
  const context = box.page.context();
  const opens = async (what, action) => {
    const [tab] = await Promise.all([context.waitForEvent("page"), action()]);
    await tab.waitForURL(canaryUrl);
    await tab.close();
    assert.ok(await isModal(box), `${what} leaves the box open`);
    assert.match(box.page.url(), /localhost/);
  };
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  const hit = box.hits.first();
  await opens("a click with Ctrl", () => hit.click({ modifiers: ["ControlOrMeta"] }));
  await opens("a click with Shift", () => hit.click({ modifiers: ["Shift"] }));
  await opens("a middle click", () => hit.click({ button: "middle" }));
  await box.input.focus();
  await box.press("ArrowDown");
  await opens("Enter with Ctrl", () => box.press("ControlOrMeta+Enter"));
  await opens("Enter with Shift", () => box.press("Shift+Enter"));
}));

test("Escape clears, then closes", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.press("Escape");
  assert.equal(await box.input.inputValue(), "");
  assert.ok(await isModal(box));
  await box.hitsWhere("the newest posts", (titles) => titles.length === 10);
  await box.press("Escape");
  await isClosed(box);
}));

test("more results are added below without a jump", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("pipeline");
  await box.hitsWhere("a page", (titles) => titles.length === 10);
  const more = box.host.locator(".more");
  await more.scrollIntoViewIfNeeded();
  const top = () => box.host.locator(".scroller").evaluate((scroller) => scroller.scrollTop);
  const before = await top();
  await more.click();
  await box.hitsWhere("all posts", (titles) => titles.length === PIPELINES);
  assert.equal(await top(), before);
}));

test("a response that arrives later keeps the selection, and typing removes it", () => withBox(blog, {
  prepare: (page) => page.route(/\/api\/v1\/(search\?q=canary%20r|search\?q=canary\+r|suggest)/, async (route) => {
    await sleep(400);
    await route.fallback().catch(() => {});
  }),
}, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.press("ArrowDown");
  await until("suggestions", () => box.host.locator(".top .chip").first().isVisible());
  assert.equal(await box.selected(), 0, "suggestions");
  await box.type(" r");
  assert.equal(await box.active(), null, "typing");
  await box.press("ArrowDown");
  await box.hitsWhere("the response");
  assert.equal(await box.selected(), 0, "the response");
}));
