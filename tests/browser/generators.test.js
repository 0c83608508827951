// The search box on blogs that real generators have built, in a real browser: the blog and the service have
// different ports, that is, different origins.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { CANARY, SITES, snippet } from "./generator_sites.js";
import { CHROMIUM, FLAGS, freePort, startServer, until } from "./harness.js";

const BUILD_MS = 300_000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };

let browser;
before(async () => { browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS }); });
after(() => browser?.close());

/** Serves a folder as a static host does. */
async function serveFolder(folder, port) {
  const server = createServer((request, response) => {
    const path = join(folder, decodeURIComponent(new URL(request.url, "http://blog").pathname));
    const candidates = [path, join(path, "index.html"), `${path}.html`];
    const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    if (!file) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function build(site, dir, blog, search) {
  for (const [name, text] of Object.entries(site.files(blog, search))) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  if (site.modules) symlinkSync(site.modules, join(dir, "node_modules"));
  // A newer Node.js may be among the packages of the generator.
  const PATH = [dirname(site.program), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH, CI: "true", ASTRO_TELEMETRY_DISABLED: "1", DOCUSAURUS_NO_PERSISTENT_CACHE: "true" };
  const { status, stdout, stderr, error } = spawnSync(site.program, site.command, { cwd: dir, env, timeout: BUILD_MS, encoding: "utf8" });
  assert.equal(status, 0, `${site.program}: ${error ?? ""}${stdout}${stderr}`);
}

async function searchOnPage(page, blog, { hasAnchors = true }) {
  await page.goto(`${blog}/`);
  await page.keyboard.press("ControlOrMeta+k");
  const box = page.locator("bloghound-search");
  const input = box.getByRole("combobox");
  await input.waitFor();
  await input.fill(CANARY.word);
  const options = box.getByRole("option");
  await until("the post and its section", async () => {
    const texts = await options.allInnerTexts().catch(() => []);
    return texts[0]?.includes(CANARY.title) && (!hasAnchors || texts[1]?.includes(CANARY.section));
  });
  await input.press("ArrowDown");
  if (hasAnchors) await input.press("ArrowDown");
  await Promise.all([page.waitForURL((url) => url.pathname.includes("canary-releases")), input.press("Enter")]);
  const answer = await page.request.get(page.url());
  assert.equal(answer.status(), 200, page.url());
  assert.match(await answer.text(), new RegExp(CANARY.word));
  if (hasAnchors) {
    const heading = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`);
    assert.match(await heading.innerText(), new RegExp(CANARY.section), page.url());
  }
  await until("the box on the next page", () => page.evaluate(() => Boolean(document.querySelector("bloghound-search")?.shadowRoot)));
}

for (const site of SITES) {
  test(`${site.name}: the box finds a post and opens its section`, { skip: !existsSync(site.program) && `${site.name} is not installed` }, async () => {
    const dir = mkdtempSync(join(tmpdir(), "bloghound-generator-"));
    const [blogPort, searchPort] = [await freePort(), await freePort()];
    const blog = `http://127.0.0.1:${blogPort}`;
    const context = await browser.newContext();
    let files;
    let server;
    try {
      build(site, dir, blog, `http://127.0.0.1:${searchPort}`);
      files = await serveFolder(join(dir, site.output), blogPort);
      server = await startServer({ dir }, searchPort);
      const page = await context.newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(error.message));
      await searchOnPage(page, blog, site);
      assert.deepEqual(problems, []);
    } finally {
      await context.close();
      await server?.stop();
      files?.close();
      rmSync(dir, { recursive: true, force: true });
    }
  });
}

test("the snippet is the one in the README", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  assert.ok(readme.includes(snippet("https://search.blog.example")), "README.md");
});
