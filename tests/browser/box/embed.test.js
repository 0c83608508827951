// The box in pages: requirements 11, 12, 19, 20, 23 and 25, hostile responses, events, attributes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../harness.js";
import { distFiles } from "../../../src/http/assets/box/build.js";
import { IMAGE, SCRIPT } from "../site.js";
import { boxOf, stage, withBox } from "./blog.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const SEARCH = /\/api\/v1\/search/;
const CHORD = "ControlOrMeta+k";
const TWO = "<bloghound-search></bloghound-search><bloghound-search></bloghound-search>";
const EMPTY = "<bloghound-search></bloghound-search>";

/** Answers searches with these hits. */
const answering = (hits, more = {}) => (page) => page.route(SEARCH, (route) => route.fulfill({
  contentType: "application/json", headers: { "access-control-allow-origin": "*" },
  body: JSON.stringify({ query: "", total: hits.length, page: 1, limit: 10, took_us: 1, warnings: [], facets: {}, hits, ...more }),
}));

test("11: hits are links with an address", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  for (const [tag, href] of await box.options.evaluateAll((all) => all.map((option) => [option.tagName, option.getAttribute("href")]))) {
    assert.equal(tag, "A");
    assert.ok(href.startsWith(blog.blog.origin), href);
  }
}));

test("12: a strict policy with Trusted Types is not violated by any mode or state", async () => {
  for (const attributes of ["", "mode='inline'", "mode='page'"]) {
    await withBox(blog, { attributes }, async (box) => {
      if (attributes) await box.input.click();
      else await box.open();
      await box.type("kubernetse");
      await until("the correction", async () => /Search instead/.test(await box.top.innerText()));
      await box.input.fill("markup");
      await box.hitsWhere("the post with markup", (titles) => titles.some((title) => title.includes(SCRIPT) && title.includes(IMAGE)));
      await box.input.fill("zzzzqqqq");
      await until("nothing", async () => /No results/.test(await box.top.innerText()));
      assert.equal(await box.host.evaluate((host) => host.shadowRoot.querySelectorAll("script, img, style").length), 0);
    });
  }
});

test("texts of the service are inserted as text, and only http, https and relative URLs are links", () => {
  const wild = '<img src=x onerror=alert(1)><mark onclick="alert(2)">w</mark>&amp;&#x27;&lt;';
  const urls = ["javascript:alert(3)", " JaVaScRiPt:alert(4)", "data:text/html,x", "vbscript:x", "blob:x", "http://[", "/fine/", "fine", "https://blog.example/fine/"];
  return withBox(blog, {
    prepare: answering(urls.map((url, at) => ({
      id: String(at), url, title: "t", title_html: `${wild}<mark>${at}</mark>`, categories: ["<b>bold</b>"], date: "no date", lang: '"><i>',
      snippet: { text: "é<script>alert(5)</script> 😀 make", ranges: [[2, 4], [-1, 3], [9000, 9001], [5, 1]], code_ranges: [[0, 7], [null, "x"]] },
      section: { title: "s", title_html: wild, url }, sections: null, missing: ["<i>"],
    })), { facets: { category: [{ value: "<i>c</i>", count: 1 }, { value: "d", count: 2 }] }, corrected: { applied: true, query: wild, parts: [{ text: wild }] } }),
  }, async (box) => {
    await box.open();
    await box.type("x");
    const titles = await box.hitsWhere("the hits", (all) => all.length === urls.length);
    assert.match(titles[0], /^<img src=x onerror=alert\(1\)><mark onclick="alert\(2\)">w.*&'<0$/);
    const links = await box.hits.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.deepEqual(links, [null, null, null, null, null, null, "/fine/", "fine", "https://blog.example/fine/"]);
    assert.equal(await box.host.evaluate((host) => host.shadowRoot.querySelectorAll("script, img, i:not(form > i, slot > i), [onclick], [onerror]").length), 0);
    await box.options.first().click();
    assert.match(box.page.url(), /localhost/);
  });
});

test("a response that is not one of the API is an error, and the box recovers", () => {
  const bodies = ["null", "[]", "{}", '{"hits":{}}', '{"hits":', "<html>"];
  return withBox(blog, {
    prepare: (page) => page.route(SEARCH, (route) => (bodies.length === 0 ? route.continue() : route.fulfill({
      contentType: "application/json", headers: { "access-control-allow-origin": "*" }, body: bodies.shift(),
    }))),
  }, async (box) => {
    await box.open();
    await until("the report", () => box.host.locator(".failure").isVisible());
    for (const text of "abcd") await box.type(text);
    await box.input.fill("canary");
    await box.hitsWhere("hits at last", (titles) => titles.length === 2);
  });
});

test("code in a snippet is code, with its highlights", () => withBox(blog, {
  prepare: answering([{
    id: "a", url: "/a/", title: "A", title_html: "A", categories: [], date: null, lang: "en", section: null, missing: ["argo", "flux"],
    snippet: { text: "é: make <all> now, make", ranges: [[4, 8], [20, 24]], code_ranges: [[4, 14]] },
  }]),
}, async (box) => {
  await box.open();
  await box.type("make");
  await box.hitsWhere("the hit");
  const snippet = box.host.locator(".post .text");
  assert.equal(await snippet.innerText(), "é: make <all> now, make");
  assert.equal((await snippet.locator("code").allInnerTexts()).join(""), "make <all>");
  assert.deepEqual(await snippet.locator("mark").allInnerTexts(), ["make", "make"]);
  assert.equal(await box.host.locator(".meta").innerText(), "Without: argo, flux");
}));

test("19: two boxes on a page share no id, and one has the shortcut", () => withBox(blog, { page: { body: TWO } }, async (box) => {
  const other = boxOf(box.page, [], blog, 1);
  for (const one of [box, other]) {
    await one.open();
    await one.type("canary");
    await one.hitsWhere("both posts", (titles) => titles.length === 2);
    await one.host.evaluate((host) => host.close());
  }
  const ids = await box.page.evaluate(() => [...document.querySelectorAll("bloghound-search")]
    .flatMap((host) => [...host.shadowRoot.querySelectorAll("[id]")].map(({ id }) => id)));
  assert.ok(ids.length > 4);
  assert.equal(new Set(ids).size, ids.length, `${ids}`);
  await box.press(CHORD);
  assert.deepEqual(await box.page.evaluate(() => [...document.querySelectorAll("bloghound-search")].map((host) => host.frame.open)), [true, false]);
  await box.host.evaluate((host) => host.remove());
  await box.press(CHORD);
  assert.equal(await box.page.evaluate(() => document.querySelector("bloghound-search").frame.open), true, "the next box takes over");
}));

test("20: a box that is inserted late, moved or removed leaves no listener behind", () => withBox(blog, {
  page: { body: "<div></div><p id='other'></p>" },
  init: () => {
    // Counts the listeners of the objects that outlive a box.
    window.listeners = new Set();
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const types = ["keydown", "online", "popstate", "scroll", "resize", "pagehide"];
    const lives = (target) => [window, document, document.documentElement, document.body, window.visualViewport].includes(target ?? window);
    const name = (target, type, listener) => [target?.constructor.name, type, listener];
    EventTarget.prototype.addEventListener = function add(type, listener, options) {
      if (lives(this) && types.includes(type) && !/playwright/i.test(new Error().stack)) {
        const entry = name(this, type, listener);
        if (![...window.listeners].some((other) => other.every((part, at) => part === entry[at]))) window.listeners.add(entry);
        options?.signal?.addEventListener("abort", () => window.listeners.delete(entry));
      }
      return addEventListener.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function remove(type, listener, options) {
      const entry = name(this, type, listener);
      for (const other of window.listeners) if (other.every((part, at) => part === entry[at])) window.listeners.delete(other);
      return removeEventListener.call(this, type, listener, options);
    };
  },
}, async (box) => {
  const names = () => box.page.evaluate(() => [...window.listeners].map(([target, type, listener]) => `${target} ${type}`).join());
  const count = () => box.page.evaluate(() => window.listeners.size);
  await until("the element is defined", () => box.page.evaluate(() => Boolean(customElements.get("bloghound-search"))));
  const before = await count();
  for (const mode of ["button", "inline", "page"]) {
    for (let round = 0; round < 3; round += 1) {
      await box.page.evaluate((name) => {
        const made = document.createElement("bloghound-search");
        made.setAttribute("mode", name);
        document.querySelector("div").append(made);
      }, mode);
      if (mode === "button") await box.open();
      else await box.input.click();
      await box.type("canary");
      await box.hitsWhere("both posts", (titles) => titles.length === 2);
      assert.ok(await count() > before);
      await box.page.evaluate(() => document.querySelector("#other").append(document.querySelector("bloghound-search")));
      await sleep(50);
      if (mode === "button") {
        await until("a moved dialog is closed", async () => !(await box.host.evaluate((host) => host.frame.open)));
        await box.open();
      } else {
        await box.input.click();
      }
      await box.input.fill("tracing");
      await box.hitsWhere("the box works after it was moved", (titles) => titles.includes("Tracing Basics"));
      await box.host.evaluate((host) => host.remove());
      await until(`${mode}: all listeners are removed: ${await names()}`, async () => await count() === before);
      assert.equal(await box.page.evaluate(() => document.documentElement.style.overflow), "");
    }
  }
}));

test("23: recent searches are local, can be deleted and switched off", async () => {
  const stored = (box) => box.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("bloghound")).map((key) => localStorage[key]));
  const visit = async (box) => {
    await box.open();
    await box.type("canary");
    await box.hitsWhere("both posts", (titles) => titles.length === 2);
    await box.hits.first().click();
    await box.page.waitForURL(/canary-releases/);
    await box.page.goBack();
    await box.open();
  };
  await withBox(blog, {}, async (box) => {
    await visit(box);
    assert.deepEqual(await stored(box), ['["canary"]']);
    const chip = box.host.getByRole("group", { name: "Recent searches" });
    await until("the search", () => chip.isVisible());
    await chip.getByRole("button", { name: "canary", exact: true }).click();
    await box.hitsWhere("it is repeated", (titles) => titles.length === 2);
    await box.press("Escape");
    await chip.getByRole("button", { name: "Remove canary" }).click();
    assert.equal(await chip.count(), 0);
    assert.deepEqual(await stored(box), ["[]"]);
    assert.ok(await box.inputFocused());
  });
  await withBox(blog, { attributes: "recent='off'" }, async (box) => {
    await visit(box);
    assert.deepEqual(await stored(box), []);
  });
  const blocked = () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
  await withBox(blog, { init: blocked }, visit);
  await withBox(blog, { init: () => { Object.getPrototypeOf(localStorage).setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; } }, visit);
  for (const text of ["[", '{"a":1}', "[1,null]", '"text"', "7"]) {
    await withBox(blog, { init: `localStorage.setItem("bloghound:recent:${blog.origin}/", ${JSON.stringify(text)})` }, async (box) => {
      await box.open();
      await box.hitsWhere("the newest posts");
      assert.equal(await box.host.getByRole("group", { name: "Recent searches" }).count(), 0, text);
    });
  }
});

test("25: without JavaScript, its content is a form that works", () => withBox(blog, { javaScriptEnabled: false }, async ({ page }) => {
  const input = page.locator("bloghound-search input[name=q]");
  assert.ok(await input.isVisible());
  await input.fill("canary");
  await input.press("Enter");
  await page.waitForURL(`${blog.origin}/search?q=canary`);
}));

test("events report searches and choices, and a cancelled choice stays on the page", () => withBox(blog, {}, async (box) => {
  await box.page.evaluate(() => {
    window.events = [];
    for (const name of ["bloghound:search", "bloghound:select"]) {
      document.addEventListener(name, (event) => {
        window.events.push([name, event.detail.query, event.detail.total ?? event.detail.position, event.detail.url ?? event.detail.response.hits.length]);
        if (name.endsWith("select")) event.preventDefault();
      });
    }
  });
  await box.page.evaluate(() => document.querySelector("bloghound-search").open("canary"));
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.hits.nth(1).click();
  await until("the dialog is closed", async () => !(await box.dialog.isVisible()));
  const events = await box.page.evaluate("window.events");
  assert.deepEqual(events, [["bloghound:search", "canary", 2, 2], ["bloghound:select", "canary", 2, `${blog.blog.origin}/kubernetes/operators/`]]);
  assert.match(box.page.url(), /localhost:\d+\/$/);
}));

test("attributes set filters, the language, the key and the results page", () => withBox(blog, {
  allow: [/401|CORS|ERR_FAILED/],
  page: { body: EMPTY.replace(">", " filters='category=Kubernetes&year=2022' language='page' key='secret' results='/find'>") },
}, async (box) => {
  await box.open();
  await box.type("canary");
  await until("a request", () => box.requests(SEARCH).some((url) => url.includes("q=canary")));
  const request = box.rawRequests.findLast((one) => SEARCH.test(one.url()));
  const { searchParams } = new URL(request.url());
  assert.deepEqual(["category", "year", "lang"].map((name) => searchParams.get(name)), ["Kubernetes", "2022", "en"]);
  assert.equal((await request.allHeaders()).authorization, "Bearer secret");
  assert.ok(!request.url().includes("secret"));
  await box.hitsWhere("the post of the category", (titles) => titles.length === 1);
  assert.equal(await box.host.locator("select[name=category]").isVisible(), false);
  await box.press("Enter");
  await box.page.waitForURL(`${blog.blog.origin}/find?q=canary`);
}));

test("inline mode shows its list below the input, and closes it with Escape, Tab and a click elsewhere", () => withBox(blog, { attributes: "mode='inline'" }, async (box) => {
  const panel = box.host.locator(".panel");
  await box.input.click();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.ok(await panel.isVisible());
  await box.page.mouse.click(30, 780);
  await until("closed by a click elsewhere", async () => !(await panel.isVisible()));
  await box.input.click();
  assert.ok(await panel.isVisible());
  await box.press("Escape");
  assert.equal(await box.input.inputValue(), "");
  await box.press("Escape");
  await until("closed by Escape", async () => !(await panel.isVisible()));
  assert.equal(await box.input.getAttribute("aria-expanded"), "false");
  await box.press("ArrowDown");
  await until("opened by an arrow key", () => panel.isVisible());
  await box.input.fill("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  await box.press("Enter");
  await box.page.waitForURL(`${blog.origin}/search?q=canary`);
}));

test("a copy of the box on the blog works with the address of the service", async () => {
  const files = await distFiles();
  const entry = [...files.keys()].find((name) => /^bloghound\.[0-9a-f]{10}\.js$/.test(name));
  const others = [...files].filter(([name]) => name.endsWith(".js")).map(([name, text]) => ({ path: `/copy/${name}`, text, type: "text/javascript" }));
  const { origin } = blog.blog;
  await withBox(blog, {
    others,
    policy: `default-src 'none'; script-src ${origin}/copy/; style-src 'self'; connect-src ${blog.origin}; img-src data:; require-trusted-types-for 'script'`,
    lang: "de",
    page: { script: `${origin}/copy/${entry}`, body: `<bloghound-search endpoint="${blog.origin}"></bloghound-search>` },
  }, async (box) => {
    await box.open();
    await box.type("canary");
    await box.hitsWhere("both posts", (titles) => titles.length === 2);
    assert.equal(await box.count.innerText(), "2 Ergebnisse");
    assert.equal(box.requests(/bloghound\.\w+\..*js/).filter((url) => !url.startsWith(`${origin}/copy/`)).length, 0);
  });
});

test("the hashed file works with an integrity hash", async () => {
  const element = await (await fetch(`${blog.origin}/bloghound.js`)).text();
  const hash = createHash("sha256").update(element).digest("hex").slice(0, 10);
  const integrity = `sha384-${createHash("sha384").update(element).digest("base64")}`;
  const hashed = await (await fetch(`${blog.origin}/bloghound.${hash}.js`)).text();
  assert.equal(hashed, element);
  await withBox(blog, {
    page: { script: `${blog.origin}/bloghound.${hash}.js" integrity="${integrity}" crossorigin="anonymous`, body: EMPTY },
    isServed: true,
  }, async (box) => {
    await box.opener.click();
    await until("the lazy part", () => box.host.locator(".panel").isVisible());
  });
});

test("a soft navigation that replaces the page keeps the box working", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  // As routers do: a new body, in which the element is a new one.
  await box.page.evaluate(() => {
    history.pushState({}, "", "/other/");
    const body = document.createElement("body");
    body.append(document.createElement("h1"), document.createElement("bloghound-search"));
    document.body.replaceWith(body);
  });
  assert.equal(await box.page.evaluate(() => document.documentElement.style.overflow), "");
  await box.press(CHORD);
  await until("the new box is open", () => box.dialog.isVisible());
  await box.hitsWhere("the newest posts");
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
}));

test("what was typed before the box was loaded is searched", () => withBox(blog, {
  attributes: "mode='inline'", prepare: (page) => page.route(/bloghound\.core/, async (route) => { await sleep(400); await route.fallback(); }),
}, async (box) => {
  await box.input.click();
  await box.type("canary");
  await box.hitsWhere("both posts", (titles) => titles.length === 2);
  assert.equal(await box.input.inputValue(), "canary");
}));
