// Code in results keeps its lines, and the highlights stay on the line of the word.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fromSnippet } from "../../../src/http/assets/box/text.js";
import { stage, withBox } from "./blog.js";

let blog;
before(async () => {
  blog = await stage();
  blog.site.addPost({
    path: "notes/probe", title: "A probe", date: "2020-01-01T00:00:00Z",
    body: "The überwachung of a deployment:\n\n```yaml\nlivenessProbe:\n  httpGet:\n    path: /healthz\n```\n\nThen wait.",
  });
});
after(() => blog?.close());

test("the lines of code and their indentation are shown", () => withBox(blog, {}, async (box) => {
  await box.open();
  await box.type("überwachung path");
  await box.hitsWhere("the post", (titles) => titles[0] === "A probe");
  const text = box.host.locator(".text").first();
  assert.equal(await text.evaluate((element) => element.textContent),
    "The überwachung of a deployment:\nlivenessProbe:\n  httpGet:\n    path: /healthz\nThen wait.");
  assert.deepEqual(await text.locator("mark").allTextContents(), ["überwachung", "path"]);
  // Five lines are visible, as lines.
  const height = await text.evaluate((element) => element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight));
  assert.equal(Math.round(height), 5);
  const left = (part) => text.evaluate((element, words) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (!walker.nextNode().data.includes(words));
    const range = document.createRange();
    const at = walker.currentNode.data.indexOf(words);
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 1);
    return range.getBoundingClientRect().left;
  }, part);
  const [outer, inner] = [await left("livenessProbe"), await left("httpGet")];
  assert.ok(inner > outer + 5, `${outer} ${inner}`);
}));

test("ranges after line breaks are those of the longer text", () => {
  const snippet = { text: "ü: a b c", ranges: [[4, 5], [8, 9]], code_ranges: [[4, 9]], line_breaks: [{ at: 3, indent: 0 }, { at: 7, indent: 2 }] };
  const { text, marks, codes } = fromSnippet(snippet);
  assert.equal(text, "ü:\na b\n  c");
  assert.deepEqual(marks.map(([start, end]) => text.slice(start, end)), ["a", "c"]);
  assert.deepEqual(codes.map(([start, end]) => text.slice(start, end)), ["a b\n  c"]);
});
