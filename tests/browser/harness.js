// A real server with a site of its own, and a real browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { makeSite } from "./site.js";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const PATIENCE_MS = 10_000;
const START_MS = 30_000;

/** Waits until `probe` returns something truthy, and returns that. */
export async function until(what, probe, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) assert.fail(`waited ${patience} ms: ${what}`);
    await sleep(25);
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export async function startServer(site, port) {
  const program = process.env.BLOGHOUND_BIN;
  assert.ok(program, "BLOGHOUND_BIN must be the path of the bloghound binary");
  const child = spawn(program, ["serve", "--site", site.dir, "--addr", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => { output += data; });
  let gone = null;
  child.on("error", (error) => { gone = error.message; });
  child.on("exit", (code, signal) => { gone = `exit ${code ?? signal}`; });
  const origin = `http://127.0.0.1:${port}`;

  const stop = async () => {
    if (gone) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    const [code, signal] = await exit;
    clearTimeout(late);
    assert.notEqual(signal, "SIGKILL", `the server did not stop on SIGTERM:\n${output}`);
    assert.ok(code === 0 || signal === "SIGTERM", `the server stopped with ${code ?? signal}:\n${output}`);
  };

  try {
    await until("GET /readyz", () => {
      assert.equal(gone, null, `the server did not start:\n${output}`);
      return fetch(`${origin}/readyz`).then((answer) => answer.status === 200, () => false);
    }, START_MS);
  } catch (error) {
    if (!gone) child.kill("SIGKILL");
    throw error;
  }
  return { origin, port, stop };
}

/** The site, server and browser of a test file; `close` stops and removes them. */
export async function stage() {
  const site = makeSite();
  let server;
  let browser;
  try {
    server = await startServer(site, await freePort());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  } catch (error) {
    await server?.stop();
    site.remove();
    throw error;
  }
  return {
    site,
    browser,
    get origin() { return server.origin; },
    stopServer: () => server.stop(),
    restartServer: async () => { server = await startServer(site, server.port); },
    close: async () => {
      await browser.close();
      try {
        await server.stop();
      } finally {
        site.remove();
      }
    },
  };
}

/**
 * Runs `body` with a page of its own. Fails if the page logs an error, violates its
 * Content-Security-Policy or opens a dialog; `allow` lists the errors that the test provokes.
 */
export async function withPage(stage, options, body) {
  const { path = "/", allow = [], prepare, ...contextOptions } = options;
  const context = await stage.browser.newContext({
    viewport: { width: 1100, height: 800 }, locale: "en-GB", timezoneId: "America/Los_Angeles", ...contextOptions,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = [];
  try {
    await context.exposeFunction("reportViolation", (violation) => problems.push(violation));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.reportViolation(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    // Hits link to the blog itself, which does not exist; the browser gets this page instead.
    await context.route(/^https:\/\/blog\.example\//, (route) => route.fulfill({
      contentType: "text/html", body: "<!doctype html><title>The post</title>",
    }));
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await prepare?.(page);
    const answer = await page.goto(stage.origin + path);
    const policy = answer.headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/, "the page comes with a strict Content-Security-Policy");
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
    await body(page);
    await sleep(50);
    assert.deepEqual(problems.filter((problem) => !allow.some((pattern) => pattern.test(problem))), []);
  } finally {
    await context.close();
  }
}
