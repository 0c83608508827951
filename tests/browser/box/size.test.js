// What a visit loads: requirements 1 and 2 of the box, and the files that are committed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildBox, distFiles } from "../../../src/http/assets/box/build.js";
import { until } from "../harness.js";
import { stage, withBox } from "./blog.js";

const DIST = fileURLToPath(new URL("../../../src/http/assets/box/dist/", import.meta.url));
const MAX_VISIT_BYTES = 12_000;
const MAX_FIRST_BYTES = 2_000;
const MAX_LANGUAGE_BYTES = 1_000;
const LANGUAGES = ("ar cs da de el es fa fi fr he hi hu id it ja ko nb nl pl pt ro ru sv th tr uk vi zh zh-Hant").split(" ");

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

const zipped = (text) => execFileSync("gzip", ["-9c"], { input: text }).length;
const isBox = /\/bloghound\./;

/** The scripts that a page has loaded: names and texts. */
async function loaded(box) {
  const requests = box.rawRequests.filter((request) => isBox.test(request.url()));
  return Promise.all(requests.map(async (request) => [request.url().split("/").pop(), await (await request.response()).text()]));
}

test("1: a visit that uses everything loads at most 12 kB, and other languages at most 1 kB each", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  await box.type("pipelin numbr");
  await box.hitsWhere("hits");
  await box.host.locator("select[name=category]").selectOption({ index: 1 }).catch(() => {});
  await box.host.locator("select[name=sort]").selectOption("newest");
  await box.hitsWhere("hits");
  await box.press("ArrowDown");
  await box.press("Escape");
  await box.press("Escape");
  const files = await loaded(box);
  assert.equal(files.length, 2, `${files.map(([name]) => name)}`);
  const total = files.reduce((sum, [, text]) => sum + zipped(text), 0);
  assert.ok(total <= MAX_VISIT_BYTES, `${total} bytes: ${files.map(([name, text]) => `${name} ${zipped(text)}`)}`);
  const all = await buildBox();
  for (const language of LANGUAGES) {
    const [name, text] = [...all].find(([file]) => file.startsWith(`bloghound.${language}.`)) ?? [];
    assert.ok(name, `${language} has no file`);
    assert.ok(zipped(text) <= MAX_LANGUAGE_BYTES, `${name} has ${zipped(text)} bytes`);
  }
}));

test("2: at most 2 kB are loaded before the first interaction, and nothing more until focus or hover", async () => {
  for (const attributes of ["", "mode='inline'", "mode='page'"]) {
    await withBox(blog, { attributes }, async (box) => {
      await sleep(400);
      const files = await loaded(box);
      assert.deepEqual(files.map(([name]) => name), ["bloghound.js"]);
      assert.ok(zipped(files[0][1]) <= MAX_FIRST_BYTES, `${zipped(files[0][1])} bytes`);
      assert.deepEqual(box.requests(/\/api\//), []);
      await (attributes ? box.input : box.opener).hover();
      await until("the lazy part is requested", () => box.requests(/bloghound\.core\./).length);
      await sleep(200);
      assert.deepEqual(box.requests(/\/api\//), [], "hovering searches nothing");
    });
  }
});

test("nothing is sent for a blank query", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts");
  const before = box.requests(/\/api\//).length;
  assert.equal(before, 1, "the newest posts are one request");
  await box.type("   ");
  await sleep(300);
  assert.equal(box.requests(/\/api\//).length, before);
}));

test("a blog in another language loads its texts once the box is used", () => withBox(blog, { lang: "de-AT" }, async (box) => {
  assert.match(await box.opener.innerText(), /^Suchen/);
  assert.deepEqual(box.requests(/bloghound\.de\./), []);
  await box.open();
  await box.type("pipeline");
  await box.hitsWhere("hits");
  assert.equal(box.requests(/bloghound\.de\./).length, 1);
  assert.equal(await box.count.innerText(), "12 Ergebnisse");
  assert.equal(await box.host.locator(".more").innerText(), "Weitere Ergebnisse");
  assert.match(await box.host.locator("time").first().innerText(), /2020/);
}));

test("a language without texts is English, and each text can be replaced", () => withBox(blog, {
  lang: "xx", attributes: `label="Find" strings='{"more":"And more","results":{"other":"{} posts"}}'`,
  init: () => addEventListener("DOMContentLoaded", () => { document.querySelector("bloghound-search").strings = { all: "Everything" }; }),
}, async (box) => {
  assert.match(await box.opener.innerText(), /^Find/);
  await box.open();
  await box.type("pipeline");
  await box.hitsWhere("hits");
  assert.equal(await box.count.innerText(), "12 posts");
  assert.equal(await box.host.locator(".more").innerText(), "And more");
  assert.equal(await box.host.locator(".all").innerText(), "Everything");
  assert.equal(await box.host.locator("select[name=sort]").evaluate((select) => select.selectedOptions[0].text), "Best match");
}));

test("dist contains what the sources build", async () => {
  const built = await distFiles();
  assert.deepEqual(readdirSync(DIST).sort(), [...built.keys()].sort(), "run node src/http/assets/box/build.js");
  for (const [name, text] of built) assert.equal(readFileSync(DIST + name, "utf8"), text, name);
});
