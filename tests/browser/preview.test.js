// Hits that open previews of posts: the default on the machine of the blog's author.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stage, withPage } from "./harness.js";
import { BASE_URL, IMAGE, SCRIPT } from "./site.js";

let blog;
before(async () => {
  blog = await stage();
  writeFileSync(join(blog.site.dir, "bloghound.toml"), "");
  await blog.stopServer();
  await blog.restartServer();
});
after(() => blog?.close());

const CANARY = "Canary Releases With Metrics";

test("a hit opens the preview of its post", () => withPage(blog, { path: "/?q=canary" }, async (page, ui) => {
  await ui.hitsWhere("the post", (titles) => titles.includes(CANARY));
  await page.getByRole("link", { name: CANARY }).click();
  await page.waitForURL(/\/preview\?id=observability%2Fcanary-releases%2F_index\.md$/);
  assert.equal(await page.locator("h1").innerText(), CANARY);
  assert.equal(await page.getByRole("link", { name: BASE_URL }).getAttribute("href"), `${BASE_URL}/observability/canary-releases/`);
  await page.getByRole("link", { name: "Search" }).click();
  await ui.input.waitFor();
}));

test("a section opens its heading in the preview", () => withPage(blog, { path: "/?q=walkthrough" }, async (page, ui) => {
  await ui.hitsWhere("the post", (titles) => titles.length === 1);
  await page.getByRole("link", { name: "Manual Testing" }).click();
  await page.waitForURL(/#manual-testing$/);
  assert.equal(await page.locator(":target").innerText(), "Manual Testing");
}));

test("a suggested title is searched for", () => withPage(blog, {}, async (page, ui) => {
  await ui.type("canary");
  const texts = await ui.suggestionsWhere("the title", (all) => all.includes(CANARY));
  await ui.options.nth(texts.indexOf(CANARY)).click();
  await ui.hitsWhere("the post", (titles) => titles[0] === CANARY);
  assert.equal(new URL(page.url()).origin, blog.origin);
}));

test("markup in a post is text in its preview", () => withPage(blog, {
  path: "/preview?id=security/markup-in-titles/_index.md",
}, async (page) => {
  assert.equal(await page.locator("h1").innerText(), `${SCRIPT} and ${IMAGE} in a title`);
  assert.equal(await page.locator("script, img").count(), 0);
}));
