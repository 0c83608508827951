// Measures the box, DocSearch (on our Algolia endpoint) and Pagefind's component UI on a real blog, at their defaults:
// from each keydown to the frame that shows the hits of the query, and the bytes that a visit loads.
//
//   BLOGHOUND_BIN=… BLOGHOUND_CORPORA=… node box/latency.js [--rounds N | --shots FOLDER]
//
// Needs Chromium, Hugo (or HUGO, its path) and `npm ci`. With --shots, it takes screenshots instead of measuring.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, freePort, startServer, until } from "../harness.js";

const CORPUS = join(process.env.BLOGHOUND_CORPORA ?? "", "devopstoolkit-live");
const MODULES = fileURLToPath(new URL("../node_modules/", import.meta.url));
const QUERIES = ["kubernetes", "argo cd", "crossplane", "terraform", "github actions", "helm chart", "observability", "containers", "dagger", "serverless", "policies", "databases"];
const FRAME_MS = 1000 / 60;
/** A keystroke is over when nothing has changed for this time, which is longer than each front end's debounce. */
const QUIET_MS = 450;
const PATIENCE_MS = 20_000;
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };

const LAYOUT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main data-pagefind-body><h1>{{ .Title }}</h1>{{ .Content }}</main></body></html>`;
const SETTINGS = `baseURL = "/"
title = "The first blog"
enableEmoji = true
disableKinds = ["RSS", "sitemap", "taxonomy", "term"]
[markup.goldmark.renderer]
unsafe = true
`;

/** The front ends: the HTML of a page, its button, its input, and where its hits are. */
const FRONT_ENDS = {
  bloghound: {
    html: (server) => `<script type="module" src="${server}/bloghound.js"></script><bloghound-search></bloghound-search>`,
    button: "[part=opener]", input: "bloghound-search input", hits: "document.querySelector('bloghound-search').shadowRoot.querySelector('.list')",
    code: /\/bloghound\./,
  },
  DocSearch: {
    // The client only names another host; DocSearch has a client of its own, so its bytes are not counted.
    html: (server) => `<link rel="stylesheet" href="/modules/@docsearch/css/dist/style.css"><div id="search"></div>
      <script src="/modules/algoliasearch/dist/lite/builds/browser.umd.js"></script><script src="/modules/@docsearch/js/dist/umd/docsearch.js"></script>
      <script>docsearch({ container: "#search", appId: "bloghound", apiKey: "key", indices: ["sections"], insights: false,
        transformSearchClient: () => window["algoliasearch/lite"].liteClient("bloghound", "key", {
          hosts: [{ url: "${new URL(server).host}", accept: "readWrite", protocol: "http" }] }) });</script>`,
    button: ".DocSearch-Button", input: ".DocSearch-Input", hits: "document.querySelector('.DocSearch-Dropdown')", code: /@docsearch/,
  },
  Pagefind: {
    html: () => `<link rel="stylesheet" href="/pagefind/pagefind-component-ui.css"><script src="/pagefind/pagefind-component-ui.js" type="module"></script>
      <pagefind-modal-trigger></pagefind-modal-trigger><pagefind-modal></pagefind-modal>`,
    button: "pagefind-modal-trigger button", input: "pagefind-modal input", hits: "document.querySelector('pagefind-modal pagefind-results')",
    code: /\/pagefind\/(pagefind[^/]*\.(js|css)|wasm)/,
  },
};

/** Builds the blog with a minimal theme and Pagefind's index of it. */
function buildSite(folder) {
  cpSync(join(CORPUS, "content"), join(folder, "content"), { recursive: true });
  const write = (name, text) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  write("hugo.toml", SETTINGS);
  for (const name of ["_default/single", "_default/list", "index"]) write(`layouts/${name}.html`, LAYOUT);
  for (const name of ["children", "youtube"]) write(`layouts/shortcodes/${name}.html`, "");
  const run = (program, ...parameters) => execFileSync(program, parameters, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  run(process.env.HUGO ?? "hugo", "--quiet");
  run(join(MODULES, ".bin/pagefind"), "--site", "public");
}

/** Serves the built blog, the packages, and a page for each front end. */
async function serve(folder, searchServer) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://blog").pathname));
    const frontEnd = FRONT_ENDS[path.slice(1)];
    if (frontEnd) {
      response.setHeader("content-type", TYPES[".html"]);
      return response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>A blog</title></head>
        <body style="font-family: system-ui, sans-serif">${frontEnd.html(searchServer)}<h1>A blog</h1>${"<p>The text of a post.</p>".repeat(30)}</body></html>`);
    }
    const file = path.startsWith("/modules/") ? join(MODULES, path.slice("/modules/".length)) : join(folder, "public", path.endsWith("/") ? `${path}index.html` : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    return response.end(readFileSync(file));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://localhost:${server.address().port}`, close: () => server.close() };
}

/** Records in a page when a key was pressed, and when each change of the hits was painted. */
function record() {
  performance.setResourceTimingBufferSize(100_000);
  const log = { key: 0, changes: [], last: performance.now(), content: "" };
  window.latency = log;
  addEventListener("keydown", (event) => {
    Object.assign(log, { key: event.timeStamp, changes: [], last: performance.now() });
  }, true);
  window.watchHits = (root, read) => {
    new MutationObserver(() => {
      log.last = performance.now();
      const content = read();
      if (content === log.content) return;
      log.content = content;
      const change = { at: log.last, painted: null };
      log.changes.push(change);
      // A message that is sent within a frame arrives after it.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { change.painted = log.last = performance.now(); };
        port2.postMessage(null);
      });
    }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  };
}

/** The time during which requests of the page ran between two moments; those of Pagefind's worker are not among them. */
function requestTime([from, to]) {
  const spans = performance.getEntriesByType("resource").filter(({ startTime, responseEnd }) => startTime >= from - 1 && responseEnd <= to)
    .map(({ startTime, responseEnd }) => [startTime, responseEnd]).sort(([a], [b]) => a - b);
  let total = 0;
  let end = from;
  for (const [start, stop] of spans) {
    total += Math.max(0, stop - Math.max(start, end));
    end = Math.max(end, stop);
  }
  return total;
}

/** Types a key, and returns the times in ms to the first and last change of the hits, and that of requests until then. */
async function pressKey(page, key) {
  const { key: before } = await page.evaluate(() => ({ key: window.latency.key }));
  await page.keyboard.press(key === " " ? "Space" : key);
  await until("the keystroke is over", () => page.evaluate(([earlier, quiet]) => {
    const { key: pressed, last, changes } = window.latency;
    return pressed > earlier && performance.now() - last > quiet && changes.every(({ painted }) => painted);
  }, [before, QUIET_MS]), PATIENCE_MS);
  const { key: pressed, changes } = await page.evaluate(() => window.latency);
  if (!changes.length) return null;
  const last = changes.at(-1);
  const inRequests = await page.evaluate(requestTime, [pressed, last.at]);
  return { first: changes[0].painted - pressed, last: last.painted - pressed, request: inRequests };
}

async function openFrontEnd(context, origin, name) {
  const { button, input, hits } = FRONT_ENDS[name];
  const page = await context.newPage();
  const bodies = [];
  page.on("response", (response) => bodies.push(response.body().then((body) => [response.url(), gzipSync(body, { level: 9 }).length], () => [response.url(), 0])));
  await page.goto(`${origin}/${name}`);
  await page.locator(button).first().waitFor();
  await sleep(500);
  const loaded = async () => (await Promise.all(bodies)).filter(([url]) => !url.startsWith("data:"));
  const before = await loaded();
  await page.locator(button).first().click();
  await page.locator(input).first().waitFor();
  return { page, hits, loaded, before };
}

async function measure(browser, origin, name) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  await context.addInitScript(record);
  const { page, hits, loaded, before } = await openFrontEnd(context, origin, name);
  const root = name === "bloghound" ? "document.querySelector('bloghound-search').shadowRoot" : "document.body";
  await page.evaluate(`watchHits(${root}, () => (${hits})?.innerHTML ?? "")`);
  await sleep(200);
  const samples = [];
  let cold;
  for (const query of QUERIES) {
    for (const key of query) {
      const sample = await pressKey(page, key);
      cold ??= sample?.last;
      if (sample) samples.push(sample);
    }
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Backspace");
    await sleep(QUIET_MS);
  }
  const all = await loaded();
  await context.close();
  const { code } = FRONT_ENDS[name];
  const sum = (list) => list.reduce((total, [, bytes]) => total + bytes, 0);
  const isCode = ([url]) => code.test(url);
  const isData = ([url]) => !isCode([url]) && !/\/modules\//.test(url) && !url.endsWith(`/${name}`);
  return { samples, cold, before: sum(before.filter(isCode)), code: sum(all.filter(isCode)), data: sum(all.filter(isData)) };
}

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

function report(name, runs) {
  const samples = runs.flatMap((run) => run.samples);
  const row = (of) => [0.5, 0.95].map((share) => percentile(samples.map(of), share));
  const frames = (values) => values.map((value) => (value / FRAME_MS).toFixed(1)).join(" / ");
  const ms = (values) => values.map((value) => value.toFixed(0)).join(" / ");
  const [{ before, code, data }] = runs;
  console.log(`| ${name} | ${samples.length} | ${ms(row((one) => one.last))} | ${ms(row((one) => one.request))} | ${frames(row((one) => Math.max(0, one.last - one.request)))} `
    + `| ${frames(row((one) => one.first))} | ${ms(runs.map((run) => run.cold))} | ${[before, code, data].map((bytes) => (bytes / 1024).toFixed(1)).join(" | ")} |`);
}

async function screenshots(browser, origin, folder) {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    for (const [size, viewport] of Object.entries({ desktop: { width: 1100, height: 800 }, phone: { width: 390, height: 844 } })) {
      for (const name of Object.keys(FRONT_ENDS)) {
        const isPhone = size === "phone";
        const context = await browser.newContext({ viewport, colorScheme, isMobile: isPhone, hasTouch: isPhone, deviceScaleFactor: isPhone ? 2 : 1 });
        // Neither of the others follows the color scheme by itself.
        await context.addInitScript((theme) => addEventListener("DOMContentLoaded", () => Object.assign(document.documentElement.dataset, { theme, pfTheme: theme })), colorScheme);
        const { page } = await openFrontEnd(context, origin, name);
        await page.keyboard.type("crossplane provider", { delay: 40 });
        await sleep(2_500);
        await page.screenshot({ path: join(folder, `${size}-${colorScheme}-${name}.png`) });
        await context.close();
      }
    }
  }
}

const { values: { shots, rounds } } = parseArgs({ options: { shots: { type: "string" }, rounds: { type: "string", default: "2" } } });
const folder = mkdtempSync(join(tmpdir(), "bloghound-latency-"));
const closing = [() => rmSync(folder, { recursive: true, force: true })];
try {
  buildSite(folder);
  const server = await startServer({ dir: folder }, await freePort());
  closing.push(() => server.stop());
  const blog = await serve(folder, server.origin);
  closing.push(() => blog.close());
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  closing.push(() => browser.close());
  if (shots) {
    await screenshots(browser, blog.origin, shots);
  } else {
    console.log("| | keystrokes | to the hits, p50 / p95, ms | in requests, p50 / p95, ms | beyond requests, p50 / p95, frames | to the first change, p50 / p95, frames | first keystroke, ms | loaded before use, kB | code in all, kB | answers or index, kB |");
    console.log("|---|---|---|---|---|---|---|---|---|---|");
    const runs = Object.fromEntries(Object.keys(FRONT_ENDS).map((name) => [name, []]));
    for (let round = 0; round < Number(rounds); round += 1) {
      for (const name of Object.keys(FRONT_ENDS)) runs[name].push(await measure(browser, blog.origin, name));
    }
    for (const [name, list] of Object.entries(runs)) report(name, list);
  }
} finally {
  for (const step of closing.reverse()) await step();
}
