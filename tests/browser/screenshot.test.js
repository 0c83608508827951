// The search page of the project's own blog, as the README shows it. BLOGHOUND_SCREENSHOT=FILE keeps the picture:
//
//   BLOGHOUND_BIN=target/release/bloghound BLOGHOUND_SCREENSHOT=docs/search-page.png \
//     node --test tests/browser/screenshot.test.js

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, freePort, startServer } from "./harness.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const QUERY = "static site serch";
const MIN_BYTES = 20_000;

test("the page of the project's own blog shows results for a query with a typo", async () => {
  const dir = mkdtempSync(join(tmpdir(), "bloghound-page-"));
  for (const name of ["content", "hugo.toml"]) cpSync(join(ROOT, name), join(dir, name), { recursive: true });
  const server = await startServer({ dir }, await freePort());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
    await page.goto(`${server.origin}/?q=${encodeURIComponent(QUERY)}`);
    await page.locator(".hit mark").first().waitFor();
    assert.ok(await page.locator(".hit").count() >= 3);
    const picture = await page.screenshot();
    // A page without results is much smaller.
    assert.ok(picture.length > MIN_BYTES, `${picture.length} bytes`);
    const file = process.env.BLOGHOUND_SCREENSHOT;
    if (file) writeFileSync(file, picture);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(dir, { recursive: true });
  }
});
