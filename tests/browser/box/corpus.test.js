// The box on a real blog, where BLOGHOUND_CORPORA has one.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../harness.js";
import { stage, withBox } from "./blog.js";

const CORPUS = join(process.env.BLOGHOUND_CORPORA ?? "/nowhere", "devopstoolkit-live");
const skip = existsSync(CORPUS) ? false : "BLOGHOUND_CORPORA has no devopstoolkit-live";

let blog;
before(async () => {
  if (skip) return;
  const dir = mkdtempSync(join(tmpdir(), "bloghound-box-"));
  for (const name of ["content", "hugo.toml"]) cpSync(join(CORPUS, name), join(dir, name), { recursive: true });
  blog = await stage({ site: { dir, remove: () => rmSync(dir, { recursive: true, force: true }) } });
});
after(() => blog?.close());

test("posts, sections and categories of a real blog are found", { skip }, () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.hitsWhere("the newest posts", (titles) => titles.length === 10);
  const categories = box.host.getByRole("group", { name: "Categories" });
  await until("the categories", async () => /Kubernetes/.test(await categories.innerText()));
  await box.type("kubernetse operators");
  await box.hitsWhere("hits despite the typo", (titles) => titles.join().includes("Kubernetes"));
  assert.ok(await box.host.locator(".section").count() > 3);
  for (const href of await box.host.locator(".section").evaluateAll((all) => all.map((link) => link.href))) assert.match(href, /#./);
  await box.input.fill("kubectl get pods");
  await until("code", async () => (await box.host.locator(".text code").count()) > 0);
}));
