// A blog on an origin of its own, with the box of a real server, under a strict Content-Security-Policy.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, freePort, startServer, until } from "../harness.js";
import { distFiles } from "../../../src/http/assets/box/build.js";
import { makeSite } from "../site.js";

const PATIENCE_MS = 10_000;
const FALLBACK = (origin) => `<form action="${origin}/search"><input name="q" aria-label="Search"><button>Search</button></form>`;
const STYLE = readFileSync(new URL("blog.css", import.meta.url), "utf8");

/** Returns the page of a blog with the box. */
export function blogPage(origin, { attributes = "", lang = "en", body, dir = "ltr", script = `${origin}/bloghound.js` }) {
  const box = body ?? `<bloghound-search ${attributes}>${FALLBACK(origin)}</bloghound-search>`;
  return `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>A blog</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/blog.css">
    <script type="module" src="${script}"></script></head>
    <body><header><h1>A blog</h1>${box}</header>
    <main><h2>A post</h2>${"<p>The text of a post that is long enough to scroll.</p>".repeat(80)}</main></body></html>`;
}

/** Starts a web server for a blog; `pages` are set by tests. Browsers report violations of policies to `/violations`. */
async function startBlog() {
  const pages = new Map();
  const violations = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://blog");
    if (pathname === "/violations") {
      violations.push(await text(request));
      return response.end();
    }
    const page = pages.get(pathname);
    if (pathname === "/blog.css") return response.setHeader("content-type", "text/css").end(STYLE);
    response.setHeader("content-type", `${page?.type ?? "text/html"}; charset=utf-8`);
    if (page?.policy) response.setHeader("content-security-policy", page.policy);
    if (page?.isUncached) response.setHeader("cache-control", "no-store");
    return response.end(page?.text ?? "<!doctype html><link rel=icon href=data:,><title>A post</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { pages, violations, origin: `http://localhost:${server.address().port}`, close: () => server.close() };
}

const launchChromium = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** The site, its server, a blog, and the browser of a test file. */
export async function stage({ site = makeSite(), launch = launchChromium } = {}) {
  const closing = [() => site.remove()];
  const close = async () => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const blog = await startBlog();
    closing.push(() => blog.close());
    // Hits link to the blog of the test.
    const settings = join(site.dir, "hugo.toml");
    writeFileSync(settings, readFileSync(settings, "utf8").replace(/^baseURL.*$/m, `baseURL = "${blog.origin}/"`));
    let server = await startServer(site, await freePort());
    closing.push(() => server.stop());
    const browser = await launch();
    closing.push(() => browser.close());
    return {
      site, blog, browser, close,
      get origin() { return server.origin; },
      stopServer: () => server.stop(),
      restartServer: async () => { server = await startServer(site, server.port); },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The policy under which all tests run: scripts and requests of the search server only, no styles in the page. */
export const strictPolicy = (origin) => `default-src 'none'; script-src ${origin}; style-src 'self'; connect-src ${origin}; `
  + "form-action *; img-src data:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** `BLOGHOUND_BOX=dist` takes the box from the working tree instead of the program, to try a change without a build. */
async function serveWorkingTree(context, origin) {
  const files = await distFiles();
  await context.route(new RegExp(`^${origin}/bloghound\\.`), (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const stem = name.replace(/js$/, "");
    const body = files.get(name) ?? files.get([...files.keys()].find((file) => file.startsWith(stem) && /^[0-9a-f]{10}\.js$/.test(file.slice(stem.length))));
    return route.fulfill({ body, contentType: "text/javascript", headers: { "access-control-allow-origin": "*" } });
  });
}

/**
 * Runs `body` with a page of the blog that has the box. Fails if the page logs an error or violates its policy; `allow`
 * lists the errors that the test provokes, and `isServed` takes the box from the program in any case.
 */
export async function withBox(stage, options, body) {
  const { path = "/", allow = [], prepare, page: content, init, isUncached, isServed, others = [], policy = strictPolicy(stage.origin), ...contextOptions } = options;
  const { blog, origin } = stage;
  blog.pages.set("/", { text: blogPage(origin, { ...options, ...content }), policy, isUncached });
  for (const other of others) blog.pages.set(other.path, other);
  const context = await stage.browser.newContext({
    viewport: { width: 1100, height: 800 }, locale: "en-GB", timezoneId: "America/Los_Angeles", bypassCSP: false, ...contextOptions,
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
    if (init) await context.addInitScript(init);
    if (process.env.BLOGHOUND_BOX === "dist" && !isServed) await serveWorkingTree(context, origin);
    const page = await context.newPage();
    const requests = [];
    page.on("request", (request) => requests.push(request));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    await prepare?.(page);
    await page.goto(blog.origin + path);
    await body(boxOf(page, requests, stage));
    assert.deepEqual(problems.filter((problem) => !allow.some((pattern) => pattern.test(problem))), []);
  } finally {
    await context.close();
    blog.pages.clear();
  }
}

/** What tests do with a box, and see of it. */
export function boxOf(page, requests, stage, at = 0) {
  const host = page.locator("bloghound-search").nth(at);
  const input = host.locator("input[placeholder]");
  const options = host.locator("[role=option]");
  const hits = host.locator(".hit .post");
  return {
    page, host, input, options, hits, stage,
    opener: host.locator("[part=opener]"),
    dialog: host.locator("dialog"),
    titles: host.locator(".hit .title"),
    count: host.locator(".count"),
    status: host.locator("[role=status]"),
    top: host.locator(".top"),
    press: (key) => page.keyboard.press(key),
    type: (text, delay = 15) => page.keyboard.type(text, { delay }),
    open: async () => {
      await host.locator("[part=opener]").click();
      await until("the box is complete", () => host.locator(".panel").isVisible());
    },
    /** Waits until the box shows the hits of what is in its input, and `accept` accepts their titles. */
    hitsWhere: (what, accept = (titles) => titles.length > 0) => until(what, async () => {
      const busy = await host.locator(".list[aria-busy]").count();
      const titles = await host.locator(".hit .title").allInnerTexts();
      return !busy && accept(titles) && titles;
    }),
    /** The id of the selected option, as assistive technology gets it; `null` without one. */
    active: () => input.getAttribute("aria-activedescendant"),
    /** The index of the selected option. */
    selected: () => options.evaluateAll((all) => all.findIndex((option) => option.getAttribute("aria-selected") === "true")),
    inputFocused: () => input.evaluate((element) => element.getRootNode().activeElement === element),
    requests: (pattern) => requests.filter((request) => pattern.test(request.url())).map((request) => request.url()),
    rawRequests: requests,
  };
}
