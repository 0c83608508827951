// Pictures of the search box in all modes and states for docs/images, from the project's own blog:
//
//   BLOGHOUND_BIN=target/release/bloghound node tests/browser/box/images.js

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, freePort, startServer } from "../harness.js";
import { boxOf } from "./blog.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SIZES = { desktop: { viewport: { width: 760, height: 560 } }, phone: { viewport: { width: 380, height: 680 }, isMobile: true, hasTouch: true } };
const LOOKS = ["light", "dark"];
const SETTLED_MS = 900;
const QUALITY = 50;

/** The states: what a reader does, and whether the service can be reached. */
const STATES = {
  start: async () => {},
  results: (box) => box.type("front matter"),
  selected: async (box) => {
    await box.type("search index");
    await sleep(SETTLED_MS);
    await box.press("ArrowDown");
    await box.press("ArrowDown");
  },
  corrected: (box) => box.type("static site serch"),
  nothing: (box) => box.type("zzzz qqqq"),
  unreachable: async (box) => {
    await box.page.route(/\/api\//, (route) => route.abort());
    await box.type("markdown");
  },
};

const page = (origin, mode) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<script type="module" src="${origin}/bloghound.js"></script></head>
<body style="max-width: 44rem; margin: 1.5rem auto; padding: 0 1rem; font-family: system-ui, sans-serif">
<bloghound-search mode="${mode}" recent="off"></bloghound-search>${mode === "page" ? "" : `<h1>Notes</h1>${"<p>The text of a post, which goes on for a while.</p>".repeat(20)}`}</body></html>`;

async function picture(browser, address, { mode, state, look, size }) {
  const context = await browser.newContext({ ...SIZES[size], colorScheme: look, locale: "en-GB" });
  const tab = await context.newPage();
  await tab.goto(`${address}/${mode}`);
  const box = boxOf(tab, [], null);
  if (mode === "button") await box.opener.click();
  else await box.input.click();
  await sleep(SETTLED_MS);
  await STATES[state](box);
  await sleep(SETTLED_MS);
  const image = await tab.screenshot();
  await context.close();
  return image.toString("base64");
}

/** Puts the pictures of a mode on one sheet: a row for each state. */
async function sheet(browser, address, mode, size) {
  const rows = [];
  for (const state of Object.keys(STATES)) {
    const images = [];
    for (const look of LOOKS) images.push(await picture(browser, address, { mode, state, look, size }));
    rows.push(`<figure><figcaption>${state}</figcaption>${images.map((data) => `<img src="data:image/png;base64,${data}">`).join(" ")}</figure>`);
    console.log(`${mode}, ${size}: ${state}`);
  }
  const { width } = SIZES[size].viewport;
  const columns = size === "phone" ? 2 : 1;
  const tab = await browser.newPage({ viewport: { width: (2 * width + 40) * columns, height: 600 } });
  await tab.setContent(`<style>body { margin: 0; background: #888; font: 20px system-ui; display: grid; grid-template-columns: repeat(${columns}, 1fr) }
    figure { margin: 10px } figcaption { color: #fff; padding: 4px }</style>${rows.join("")}`);
  await tab.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  writeFileSync(join(ROOT, "docs/images", `box-${mode}-${size}.jpg`), await tab.screenshot({ fullPage: true, type: "jpeg", quality: QUALITY }));
  await tab.close();
}

const dir = mkdtempSync(join(tmpdir(), "bloghound-images-"));
for (const name of ["content", "hugo.toml"]) cpSync(join(ROOT, name), join(dir, name), { recursive: true });
mkdirSync(join(ROOT, "docs/images"), { recursive: true });
const server = await startServer({ dir }, await freePort());
const blog = createServer((request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(page(server.origin, request.url.slice(1).split("?")[0]));
}).listen(0, "127.0.0.1");
await once(blog, "listening");
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  const address = `http://localhost:${blog.address().port}`;
  for (const mode of ["button", "inline", "page"]) for (const size of Object.keys(SIZES)) await sheet(browser, address, mode, size);
} finally {
  await browser.close();
  blog.close();
  await server.stop();
  rmSync(dir, { recursive: true });
}
