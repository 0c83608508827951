// A small Hugo site, created for each test file.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const BASE_URL = "https://blog.example";

export const SCRIPT = "<script>alert(1)</script>";
export const IMAGE = "<img src=x onerror=alert(2)>";

const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");

const POSTS = [
  {
    path: "observability/canary-releases",
    title: "Canary Releases With Metrics",
    date: "2024-11-11T12:00:00Z",
    body: `A canary release sends a small share of the traffic to the new version.

## Manual Testing

Before that, the walkthrough of a person with a browser is still worth something.

## Automated Promotion

Once the error budget holds, the rollout is promoted by a controller.`,
  },
  {
    path: "observability/tracing-basics",
    title: "Tracing Basics",
    date: "2023-02-03T00:00:00Z",
    body: "Spans and traces are the third leg of observability, after metrics and logs.",
  },
  {
    path: "kubernetes/operators",
    title: "Writing Kubernetes Operators",
    date: "2022-06-01T08:30:00Z",
    body: "An operator is a controller that knows one application well. A canary of the operator itself is rare.",
  },
  {
    path: "security/markup-in-titles",
    title: `${SCRIPT} and ${IMAGE} in a title`,
    date: "2021-01-02T00:00:00Z",
    body: `The sanitizer of the comment form let \`${SCRIPT}\` and \`${IMAGE}\` through.`,
  },
  // More than one page of hits for "pipeline".
  ...NUMBERS.map((number, at) => ({
    path: `delivery/pipeline-${number}`,
    title: `Pipeline Number ${number[0].toUpperCase()}${number.slice(1)}`,
    date: `2020-${String(at + 1).padStart(2, "0")}-15T00:00:00Z`,
    body: `The pipeline called ${number} builds, tests and ships a service.`,
  })),
];

/** The number of posts that contain the word "pipeline". */
export const PIPELINES = NUMBERS.length;

export function makeSite() {
  const dir = mkdtempSync(join(tmpdir(), "bloghound-browser-"));
  const write = (name, content) => {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const addPost = ({ path, title, date, body }) => {
    write(`content/${path}/_index.md`, `+++\ntitle = '''${title}'''\ndate = ${date}\n+++\n\n${body}\n`);
  };
  write("hugo.toml", `baseURL = "${BASE_URL}/"\ntitle = "A blog of the tests"\nlanguageCode = "en"\n`);
  // Hits open the blog, as they do for readers.
  write("bloghound.toml", "[http]\npreview = false\n");
  POSTS.forEach(addPost);
  return { dir, addPost, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
