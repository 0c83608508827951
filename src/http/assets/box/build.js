// Builds the box: `node src/http/assets/box/build.js` writes `dist/`, which is committed, so that a build of the
// program needs no Node. esbuild bundles, terser makes the result 4 % smaller; both are packages of `tests/browser`.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BOX = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(BOX, "../../../..");
const require = createRequire(join(ROOT, "tests/browser/package.json"));
const { build, transform } = require("esbuild");
const { minify } = require("terser");

const TARGET = ["chrome123", "firefox121", "safari17.5"];
const HASH_DIGITS = 10;
const TYPES = ["bloghound.d.ts", "bloghound.client.d.ts"];

/** Properties that do not leave the lazy part and are not those of the browser or of the API: their names are shortened. */
const INTERNAL = "isHeld waiting request retry held cancel suggest scroller panel paint asTyped forget plainUrl resultsUrl fixed "
  + "isPage content chips isTitled row selection escape show update stop start active settle remember note read marks codes kind percent "
  + "retryAfter pages hasLines";

const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, HASH_DIGITS);

/** Imports of style sheets are their minified text. */
const styleText = {
  name: "style-text",
  setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: TARGET });
    return { loader: "text", contents: code.trim() };
  }),
};

/** The import of the lazy part names its hashed file. */
const lazyPart = (name) => ({
  name: "lazy-part",
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/core\.js$/ }, ({ kind }) => (
    kind === "dynamic-import" ? { path: `./${name}`, external: true } : undefined)),
});

async function bundle(entry, { plugins = [], ...options } = {}) {
  const { outputFiles: [file] } = await build({
    entryPoints: [join(BOX, entry)], bundle: true, minify: true, write: false, format: "esm", target: TARGET,
    charset: "utf8", legalComments: "none", plugins: [styleText, ...plugins], ...options,
  });
  const { code } = await minify(file.text, { module: true, ecma: 2022, compress: { passes: 3 } });
  return `${code}\n`;
}

/** The texts of a language in the order of the English ones, without names. */
function stringsModule(language, names) {
  const texts = JSON.parse(readFileSync(join(BOX, "strings", `${language}.json`), "utf8"));
  const unknown = Object.keys(texts).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !texts[name]);
  if (unknown.length || missing.length) throw new Error(`strings/${language}.json: unknown: ${unknown}; missing: ${missing}`);
  return `export default${JSON.stringify(names.map((name) => texts[name]))}\n`;
}

/** Returns the files of the box: their names and texts. */
export async function buildBox() {
  const { ENGLISH } = await englishStrings();
  const languages = readdirSync(join(BOX, "strings")).map((file) => file.replace(/\.json$/, "")).sort();
  const modules = languages.map((language) => [language, stringsModule(language, Object.keys(ENGLISH))]);
  // One hash for all languages: the box names none of them.
  const stringsHash = digest(modules.flat().join("\n"));
  const stringsName = (language) => `bloghound.${language}.${stringsHash}.js`;
  const core = await bundle("core.js", {
    define: { __LANGUAGES__: JSON.stringify(languages.join(" ")), __STRINGS_HASH__: JSON.stringify(stringsHash) },
    mangleProps: new RegExp(`^(${INTERNAL.replaceAll(" ", "|")})$`),
  });
  const coreName = `bloghound.core.${digest(core)}.js`;
  const entry = await bundle("entry.js", { plugins: [lazyPart(coreName)] });
  const client = await bundle("client.js");
  return new Map([
    ["bloghound.js", entry], [`bloghound.${digest(entry)}.js`, entry], [coreName, core],
    ["bloghound.client.js", client], [`bloghound.client.${digest(client)}.js`, client],
    ...modules.map(([language, text]) => [stringsName(language), text]),
    ...TYPES.map((name) => [name, readFileSync(join(BOX, name), "utf8")]),
  ]);
}

/** The module of the English texts, evaluated with no other languages. */
async function englishStrings() {
  const text = await bundle("strings.js", { define: { __LANGUAGES__: '""', __STRINGS_HASH__: '""' } });
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

/** The table that the program embeds. A file with the contents of another one is embedded once, types from their sources. */
function rustTable(files) {
  const names = [...files.keys()].sort();
  const stored = (name) => names.find((other) => files.get(other) === files.get(name) && other.split(".").length > 2) ?? name;
  const path = (name) => (TYPES.includes(name) ? `../${name}` : stored(name));
  const lines = names.map((name) => `    ("${name}", include_str!("${path(name)}")),`);
  return { stored: [...new Set(names.map(stored))].filter((name) => !TYPES.includes(name)), text: `// Written by build.js.\n[\n${lines.join("\n")}\n]\n` };
}

/** Returns what `dist/` contains. */
export async function distFiles() {
  const files = await buildBox();
  const table = rustTable(files);
  return new Map([...table.stored.map((name) => [name, files.get(name)]), ["files.rs.in", table.text]]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = join(BOX, "dist");
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const [name, text] of await distFiles()) writeFileSync(join(dist, name), text);
}
