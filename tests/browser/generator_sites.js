// Small blogs of real generators, each with the two lines of the search box in its layout.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GENERATORS = fileURLToPath(new URL("../generators", import.meta.url));
const module = (name) => join(GENERATORS, "node_modules/.bin", name);
/** More generators, which the tests do not install: a folder with `node_modules`. */
const EXTRA = process.env.BLOGHOUND_EXTRA_GENERATORS ?? "";
const extra = (name) => join(EXTRA, "node_modules/.bin", name);

const SYSTEM_PATHS = ["/usr/bin", "/usr/local/bin"];
const system = (name) => SYSTEM_PATHS.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;

/** The post that the tests look for, and another one. */
export const CANARY = { title: "Canary releases", word: "walkthrough", section: "By hand", body: "A canary release sends some of the traffic to the new version.\n\n## By hand\n\nThe walkthrough of a person is worth something.\n" };
export const OTHER = { title: "Tracing basics", body: "Spans and traces follow metrics and logs.\n" };

const yaml = ({ title, body }, date, more = "") => `---\ntitle: ${title}\ndate: ${date}\n${more}---\n\n${body}`;
const posts = (path, more) => ({
  [path("canary-releases", "2024-11-11")]: yaml(CANARY, "2024-11-11", more),
  [path("tracing-basics", "2023-02-03")]: yaml(OTHER, "2023-02-03", more),
});
const page = (title, body, lines) => `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<header>\n${lines}\n</header>\n<main>\n${body}\n</main>\n</body>\n</html>\n`;

/** The two lines of the README. */
export const snippet = (search) => `<script type="module" src="${search}/bloghound.js"></script>\n<bloghound-search></bloghound-search>`;

/**
 * The generators: `files(blog, search)` returns the files of a site at the origin `blog` that searches at the origin
 * `search`; `command` builds it into `output`.
 */
export const SITES = [
  {
    name: "Hugo",
    program: system("hugo"),
    command: ["--quiet"],
    output: "public",
    files: (blog, search) => ({
      "hugo.toml": `baseURL = "${blog}/"\ntitle = "A blog"\nlanguageCode = "en"\ndisableKinds = ["taxonomy", "term", "RSS"]\n`,
      "config.toml": `baseURL = "${blog}/"\ntitle = "A blog"\nlanguageCode = "en"\ndisableKinds = ["taxonomy", "term", "RSS"]\n`,
      "layouts/partials/search.html": snippet(search),
      "layouts/_default/baseof.html": page("{{ .Title }}", '{{ block "main" . }}{{ end }}', '{{ partial "search.html" . }}'),
      "layouts/_default/single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}',
      "layouts/_default/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Site.RegularPages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}',
      ...posts((slug) => `content/posts/${slug}.md`),
    }),
  },
  {
    name: "Jekyll",
    program: system("jekyll"),
    command: ["build", "--quiet"],
    output: "_site",
    files: (blog, search) => ({
      "_config.yml": `url: ${blog}\ntitle: A blog\npermalink: pretty\n`,
      "_includes/search.html": snippet(search),
      "_layouts/default.html": page("{{ page.title }}", "{{ content }}", "{% include search.html %}"),
      "index.html": "---\nlayout: default\ntitle: A blog\n---\n{% for post in site.posts %}<a href=\"{{ post.url }}\">{{ post.title }}</a>{% endfor %}\n",
      ...posts((slug, date) => `_posts/${date}-${slug}.md`, "layout: default\n"),
    }),
  },
  {
    name: "Hexo",
    program: module("hexo"),
    command: ["generate", "--silent"],
    output: "public",
    modules: join(GENERATORS, "node_modules"),
    files: (blog, search) => ({
      "_config.yml": `url: ${blog}\ntitle: A blog\ntheme: plain\nlanguage: en\n`,
      "package.json": '{ "name": "blog", "private": true, "hexo": { "version": "8.1.2" }, "dependencies": { "hexo": "*", "hexo-renderer-marked": "*" } }',
      "themes/plain/layout/_partial/search.swig": snippet(search),
      // Without a template engine: a script of the site renders pages.
      "scripts/layout.js": `hexo.extend.renderer.register("plain", "html", ({ text }, locals) => text.replace("TITLE", locals.page.title ?? "A blog").replace("BODY", locals.page.content ?? ""), true);\n`,
      "themes/plain/layout/layout.plain": page("TITLE", "BODY", snippet(search)),
      "themes/plain/layout/post.plain": page("TITLE", "BODY", snippet(search)),
      "themes/plain/layout/index.plain": page("TITLE", "BODY", snippet(search)),
      "source/index.md": "---\ntitle: A blog\nlayout: index\n---\n\nWelcome.\n",
      ...posts((slug) => `source/_posts/${slug}.md`),
    }),
  },
  {
    name: "Eleventy",
    // By default, Eleventy gives headings no ids.
    hasAnchors: false,
    program: module("eleventy"),
    command: ["--quiet"],
    output: "_site",
    modules: join(GENERATORS, "node_modules"),
    files: (blog, search) => ({
      "package.json": '{ "name": "blog", "private": true, "type": "module" }',
      "eleventy.config.js": "export default function (eleventyConfig) {}\n",
      "_includes/search.njk": snippet(search),
      "_includes/post.njk": page("{{ title }}", "<h1>{{ title }}</h1>{{ content | safe }}", '{% include "search.njk" %}'),
      "index.njk": "---\nlayout: post.njk\ntitle: A blog\n---\nWelcome.\n",
      "bloghound.toml": `base_url = "${blog}"\n`,
      ...posts((slug) => `posts/${slug}.md`, "layout: post.njk\n"),
    }),
  },
  {
    name: "MkDocs Material",
    program: join(GENERATORS, "venv/bin/mkdocs"),
    command: ["build", "--quiet"],
    output: "site",
    files: (blog, search) => ({
      "mkdocs.yml": `site_name: A blog\nsite_url: ${blog}/\ntheme:\n  name: material\n  custom_dir: overrides\n  font: false\nplugins: []\n`,
      "overrides/main.html": `{% extends "base.html" %}\n\n{% block header %}\n  {{ super() }}\n  ${snippet(search)}\n{% endblock %}\n`,
      "docs/index.md": "# A blog\n\nWelcome.\n",
      "docs/canary-releases.md": `# ${CANARY.title}\n\n${CANARY.body}`,
      "docs/tracing-basics.md": `# ${OTHER.title}\n\n${OTHER.body}`,
    }),
  },
  {
    name: "VitePress",
    program: extra("vitepress"),
    command: ["build"],
    output: ".vitepress/dist",
    modules: join(EXTRA, "node_modules"),
    files: (blog, search) => ({
      "package.json": '{ "name": "blog", "private": true, "type": "module" }',
      ".vitepress/config.mjs": "export default {\n  title: \"A blog\",\n  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === \"bloghound-search\" } } },\n};\n",
      ".vitepress/theme/index.js": `import DefaultTheme from "vitepress/theme-without-fonts";\nimport { h } from "vue";\n\nexport default {\n  extends: DefaultTheme,\n  Layout: () => h(DefaultTheme.Layout, null, { "nav-bar-content-before": () => h("bloghound-search") }),\n  enhanceApp() {\n    if (typeof document === "undefined") return;\n    document.head.append(Object.assign(document.createElement("script"), { type: "module", src: "${search}/bloghound.js" }));\n  },\n};\n`,
      "bloghound.toml": `base_url = "${blog}"\n[content]\ndir = "."\nignore = ["node_modules"]\n[urls]\npermalink = "/:path/:filename.html"\n`,
      "index.md": "# A blog\n\nWelcome.\n",
      ...posts((slug) => `posts/${slug}.md`),
    }),
  },
  {
    name: "Astro",
    program: extra("astro"),
    command: ["build"],
    output: "dist",
    modules: join(EXTRA, "node_modules"),
    files: (blog, search) => ({
      "package.json": '{ "name": "blog", "private": true, "type": "module", "dependencies": { "astro": "*" } }',
      "astro.config.mjs": `import { defineConfig } from "astro/config";\n\nexport default defineConfig({ site: "${blog}" });\n`,
      "src/components/Search.astro": snippet(search).replace("<script ", "<script is:inline "),
      "src/layouts/Post.astro": `---\nimport { ClientRouter } from "astro:transitions";\nimport Search from "../components/Search.astro";\nconst { frontmatter } = Astro.props;\n---\n${page("{frontmatter.title}", "<slot />", "<Search />").replace("</head>", "<ClientRouter />\n</head>")}`,
      ...Object.fromEntries(Object.entries(posts((slug) => `src/pages/posts/${slug}.md`, "layout: ../../layouts/Post.astro\n"))),
      "src/pages/index.md": "---\nlayout: ../layouts/Post.astro\ntitle: A blog\n---\n\nWelcome.\n",
    }),
  },
  {
    name: "Starlight",
    program: extra("astro"),
    command: ["build"],
    output: "dist",
    modules: join(EXTRA, "node_modules"),
    files: (blog, search) => ({
      "package.json": '{ "name": "blog", "private": true, "type": "module", "dependencies": { "astro": "*", "@astrojs/starlight": "*" } }',
      "astro.config.mjs": `import { defineConfig } from "astro/config";\nimport starlight from "@astrojs/starlight";\n\nexport default defineConfig({\n  site: "${blog}",\n  integrations: [starlight({ title: "A blog", pagefind: false, components: { Search: "./src/components/Search.astro" } })],\n});\n`,
      "src/components/Search.astro": snippet(search).replace("<script ", "<script is:inline "),
      "src/content.config.ts": 'import { defineCollection } from "astro:content";\nimport { docsLoader } from "@astrojs/starlight/loaders";\nimport { docsSchema } from "@astrojs/starlight/schema";\n\nexport const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };\n',
      "src/content/docs/index.md": "---\ntitle: A blog\n---\n\nWelcome.\n",
      ...Object.fromEntries([CANARY, OTHER].map((post) => [`src/content/docs/${post.title.toLowerCase().replace(" ", "-")}.md`, `---\ntitle: ${post.title}\n---\n\n${post.body}`])),
    }),
  },
  {
    name: "Docusaurus",
    program: extra("docusaurus"),
    command: ["build"],
    output: "build",
    modules: join(EXTRA, "node_modules"),
    files: (blog, search) => ({
      "package.json": '{ "name": "blog", "private": true, "dependencies": { "@docusaurus/core": "*" } }',
      "docusaurus.config.js": `module.exports = {\n  title: "A blog",\n  url: "${blog}",\n  baseUrl: "/",\n  onBrokenLinks: "ignore",\n  scripts: [{ src: "${search}/bloghound.js", type: "module" }],\n  presets: [["@docusaurus/preset-classic", { docs: false, blog: { routeBasePath: "/blog", onUntruncatedBlogPosts: "ignore" } }]],\n  themeConfig: { navbar: { title: "A blog", items: [{ type: "html", position: "right", value: "<bloghound-search></bloghound-search>" }] } },\n};\n`,
      "src/pages/index.md": "# A blog\n\nWelcome.\n",
      ...posts((slug, date) => `blog/${date}-${slug}.md`),
    }),
  },
];
