// Hits that open previews of posts: the default on the machine of the blog's author.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { boxOf } from "./box/blog.js";
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

test("a hit opens the preview of its post", () => withPage(blog, { path: "/?q=canary" }, async (page) => {
  const box = boxOf(page, [], blog);
  await box.hitsWhere("the post", (titles) => titles.includes(CANARY));
  await box.host.getByRole("option", { name: CANARY }).first().click();
  await page.waitForURL(/\/preview\?id=observability%2Fcanary-releases%2F_index\.md$/);
  assert.equal(await page.locator("h1").innerText(), CANARY);
  assert.equal(await page.getByRole("link", { name: BASE_URL }).getAttribute("href"), `${BASE_URL}/observability/canary-releases/`);
  await page.getByRole("link", { name: "Search" }).click();
  await box.hitsWhere("the newest posts");
}));

test("a section opens its heading in the preview", () => withPage(blog, { path: "/?q=walkthrough" }, async (page) => {
  const box = boxOf(page, [], blog);
  await box.hitsWhere("the post", (titles) => titles.length === 1);
  await box.options.nth(1).click();
  await page.waitForURL(/#manual-testing$/);
  assert.equal(await page.locator(":target").innerText(), "Manual Testing");
}));

test("markup in a post is text in its preview", () => withPage(blog, {
  path: "/preview?id=security/markup-in-titles/_index.md",
}, async (page) => {
  assert.equal(await page.locator("h1").innerText(), `${SCRIPT} and ${IMAGE} in a title`);
  assert.equal(await page.locator("script, img").count(), 0);
}));
