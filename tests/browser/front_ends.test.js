// Front ends for Algolia's protocol in a browser, as a blog on another origin uses them. BLOGHOUND_SCREENSHOTS=FOLDER
// keeps a picture of each.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stage, until } from "./harness.js";
import { serveFrontEnds } from "./front_ends.js";
import { BASE_URL, IMAGE, PIPELINES, SCRIPT } from "./site.js";

const MARKUP = `${SCRIPT} and ${IMAGE} in a title`;

let blog;
let frontEnds;
before(async () => {
  blog = await stage();
  frontEnds = await serveFrontEnds(Number(new URL(blog.origin).port));
});
after(async () => {
  frontEnds?.close();
  await blog?.close();
});

/** Runs `body` with a page of a front end. Fails on errors, dialogs and requests to other hosts. */
async function withFrontEnd(path, body) {
  const context = await blog.browser.newContext({ viewport: { width: 1100, height: 900 }, locale: "en-GB" });
  context.setDefaultTimeout(10_000);
  const problems = [];
  try {
    await context.route(/^(?!http:\/\/(localhost|127\.0\.0\.1):)/, (route) => {
      problems.push(`request to ${route.request().url()}`);
      return route.abort();
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => { problems.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on("console", (message) => { if (message.type() === "error") problems.push(`console: ${message.text()}`); });
    await page.goto(frontEnds.origin + path);
    await body(page);
    const injected = await page.locator("img[src=x]").count();
    assert.equal(injected, 0, "markup of a title is text");
    const folder = process.env.BLOGHOUND_SCREENSHOTS;
    if (folder) await page.screenshot({ path: join(folder, `${path.slice(1)}.png`) });
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
}

const texts = (locator) => locator.allInnerTexts();

test("InstantSearch refines, sorts, pages and highlights", () => withFrontEnd("/instantsearch", async (page) => {
  const titles = page.locator("#hits h3");
  const shown = (what, accept) => until(what, async () => {
    const found = await texts(titles);
    return accept(found) && found;
  });
  await page.locator("#box input").fill("canary");
  await shown("both posts", (found) => found.length === 2 && found[0].startsWith("Canary"));
  assert.equal(await page.locator("#hits h3 mark").first().innerText(), "Canary");
  assert.match(await page.locator("#hits p mark").first().innerText(), /canary/i);
  await page.locator("#categories label", { hasText: "Kubernetes" }).click();
  await shown("the refined posts", (found) => found.length === 1 && found[0] === "Writing Kubernetes Operators");
  // A disjunctive facet counts the values that could be added.
  await until("the other category", async () => (await texts(page.locator("#categories label"))).some((text) => /Observability\s*1/.test(text)));
  await page.locator("#categories label", { hasText: "Kubernetes" }).click();
  await page.locator("#box input").fill("pipeline");
  await shown("a page", (found) => found.length === 4);
  assert.match(await page.locator("#stats").innerText(), new RegExp(`${PIPELINES} results`));
  await page.locator("#sort select").selectOption("posts_oldest");
  await shown("the oldest first", (found) => found[0] === "Pipeline Number One");
  await page.locator("#sort select").selectOption("posts_newest");
  await shown("the newest first", (found) => found[0] === "Pipeline Number Twelve");
  await page.locator("#pages").getByRole("link", { name: "Page 3", exact: true }).click();
  await shown("the last page", (found) => found.at(-1) === "Pipeline Number One");
}));

test("InstantSearch searches a facet and descends in a hierarchy", () => withFrontEnd("/instantsearch", async (page) => {
  await until("all categories", async () => (await texts(page.locator("#categories li"))).length === 4);
  await page.locator("#categories input[type=search]").fill("obs");
  await until("the found category", async () => (await texts(page.locator("#categories li"))).length === 1);
  assert.equal(await page.locator("#categories mark").innerText(), "Obs");
  await page.locator("#archive a", { hasText: "2020" }).click();
  await until("the months", async () => (await texts(page.locator("#archive li li"))).length >= 10);
  await page.locator("#archive li li a", { hasText: "2020-05" }).click();
  await until("the post of May", async () => {
    const found = await texts(page.locator("#hits h3"));
    return found.length === 1 && found[0] === "Pipeline Number Five";
  });
}));

test("InstantSearch shows related posts", () => withFrontEnd("/instantsearch", async (page) => {
  await until("three posts", async () => (await texts(page.locator("#related a"))).length === 3);
  assert.ok((await texts(page.locator("#related a"))).every((title) => title.startsWith("Pipeline Number")));
}));

test("InstantSearch shows markup as text", () => withFrontEnd("/instantsearch", async (page) => {
  await page.locator("#box input").fill("title sanitizer");
  await until("the title", async () => (await texts(page.locator("#hits h3")))[0] === MARKUP);
  assert.ok((await texts(page.locator("#hits p")))[0].includes(IMAGE));
}));

test("Autocomplete completes and highlights", () => withFrontEnd("/autocomplete", async (page) => {
  await page.locator("#search input").pressSequentially("cana");
  const titles = page.locator(".aa-ItemContentTitle");
  await until("both posts", async () => (await texts(titles)).length === 2);
  assert.equal(await page.locator(".aa-ItemContentTitle mark").first().innerText(), "Canary");
  assert.equal(await page.locator(".aa-ItemLink").first().getAttribute("href"), `${BASE_URL}/observability/canary-releases/`);
  await page.locator("#search input").fill("title sanitizer");
  await until("the title", async () => (await texts(titles))[0] === MARKUP);
  assert.ok((await texts(page.locator(".aa-ItemContentDescription")))[0].includes(IMAGE));
}));

for (const path of ["/docsearch", "/docsearch3"]) {
  test(`DocSearch finds sections: ${path}`, () => withFrontEnd(path, async (page) => {
    await page.locator(".DocSearch-Button").click();
    const input = page.locator(".DocSearch-Input");
    await input.pressSequentially("walkthrough");
    const hits = page.locator(".DocSearch-Hit");
    await until("the section", async () => (await texts(hits)).length === 1);
    assert.equal(await page.locator(".DocSearch-Hit mark").innerText(), "walkthrough");
    assert.match(await page.locator(".DocSearch-Hit-path").innerText(), /Canary Releases With Metrics/);
    const url = `${BASE_URL}/observability/canary-releases/#manual-testing`;
    assert.equal(await page.locator(".DocSearch-Hit a").getAttribute("href"), url);
    assert.equal(await page.locator(".DocSearch-Hit-source").innerText(), "Observability");
    await input.fill("canary");
    await until("two groups", async () => (await texts(page.locator(".DocSearch-Hit-source"))).length === 2);
    await input.fill("sanitizer");
    await until("the post with markup", async () => (await texts(page.locator(".DocSearch-Hit-path"))).some((text) => text.includes(MARKUP)));
    await input.fill("title");
    await until("the title with markup", async () => (await texts(page.locator(".DocSearch-Hit-title"))).some((text) => text === MARKUP));
  }));
}
