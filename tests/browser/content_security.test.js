// The content security policy of the service's pages, as the browser enforces it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stage, withPage } from "./harness.js";

let blog;
before(async () => { blog = await stage(); });
after(() => blog?.close());

/** What the browser says to code that turns text into HTML or code: the name of the error, or "allowed". */
const attempts = () => {
  const attempt = (action) => {
    try {
      action();
      return "allowed";
    } catch (error) {
      return error.name;
    }
  };
  const script = document.createElement("script");
  return {
    innerHTML: attempt(() => { document.body.innerHTML = "<b>text</b>"; }),
    insertAdjacentHTML: attempt(() => document.body.insertAdjacentHTML("beforeend", "<b>text</b>")),
    write: attempt(() => document.write("<b>text</b>")),
    scriptText: attempt(() => { script.text = "1"; }),
    scriptSource: attempt(() => { script.src = "/bloghound.js"; }),
    policy: attempt(() => trustedTypes.createPolicy("own", { createHTML: (text) => text })),
    textContent: attempt(() => document.body.append("text")),
  };
};

for (const path of ["/?q=canary", "/search?q=canary", "/docs"]) {
  test(`${path} cannot turn text into HTML or code`, () => withPage(blog, { path, allow: [/trusted-types|requires .Trusted/] }, async (page) => {
    assert.deepEqual(await page.evaluate(attempts), {
      innerHTML: "TypeError",
      insertAdjacentHTML: "TypeError",
      write: "TypeError",
      scriptText: "TypeError",
      scriptSource: "TypeError",
      policy: "TypeError",
      textContent: "allowed",
    });
  }));
}
