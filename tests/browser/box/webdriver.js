// Firefox and WebKitGTK, driven by their own protocols: WebDriver BiDi over a WebSocket, and WebDriver over HTTP.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import WebSocket from "ws";
import { freePort, until } from "../harness.js";

const START_MS = 60_000;
const STOP_MS = 5_000;
const COMMAND_MS = 60_000;
/** The keys of WebDriver that are not characters. */
const KEYS = {
  Enter: "\uE007", Escape: "\uE00C", ArrowUp: "\uE013", ArrowDown: "\uE015", Home: "\uE011", End: "\uE010",
  PageUp: "\uE00E", PageDown: "\uE00F", Tab: "\uE004", Backspace: "\uE003", Control: "\uE009", Shift: "\uE008",
};
const FIREFOX_SETTINGS = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.newtabpage.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const find = (name) => process.env.PATH.split(delimiter).map((folder) => join(folder, name)).find(isExecutable);

/** The browser of WebKitGTK, which is in no folder of PATH. */
function findMiniBrowser() {
  const libraries = "/usr/lib";
  return readdirSync(libraries).flatMap((target) => ["4.1", "4.0"].map((version) => join(libraries, target, `webkit2gtk-${version}`, "MiniBrowser")))
    .find(isExecutable);
}

/** Starts a program; `stop` ends it. */
function start(program, parameters, options = {}) {
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const running = { output: "", gone: null, child };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => { running.output += data; });
  child.on("error", (error) => { running.gone = error.message; });
  child.on("exit", (code, signal) => { running.gone = `exit ${code ?? signal}`; });
  running.until = (what, probe) => until(`${program}: ${what}`, () => {
    assert.equal(running.gone, null, `${program} ended:\n${running.output}`);
    return probe();
  }, START_MS);
  running.stop = async () => {
    if (running.gone) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await exit;
    clearTimeout(late);
  };
  return running;
}

const keyActions = (keys) => {
  const down = keys.map((key) => ({ type: "keyDown", value: KEYS[key] ?? key }));
  const up = keys.toReversed().map((key) => ({ type: "keyUp", value: KEYS[key] ?? key }));
  return [...down, ...up];
};

/** What both protocols have in common: actions are the same JSON. */
function driver({ perform, ...commands }) {
  const keyboard = (actions) => perform([{ type: "key", id: "keyboard", actions }]);
  return {
    ...commands,
    /** Presses keys together, such as `Control` and `k`. */
    press: (...keys) => keyboard(keyActions(keys)),
    type: (text) => keyboard([...text].flatMap((character) => keyActions([character]))),
    /** Clicks at a point of the window, with keys held. */
    click: async ({ x, y }, { keys = [], button = 0 } = {}) => {
      const pointer = { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" } };
      const wait = keys.map(() => ({ type: "pause" }));
      const move = [{ type: "pointerMove", x: Math.round(x), y: Math.round(y) }, { type: "pointerDown", button }, { type: "pointerUp", button }];
      await perform([
        { type: "key", id: "keyboard", actions: [...keys.map((key) => ({ type: "keyDown", value: KEYS[key] })), ...move.map(() => ({ type: "pause" })), ...keys.map((key) => ({ type: "keyUp", value: KEYS[key] }))] },
        { ...pointer, actions: [...wait, ...move, ...wait] },
      ]);
    },
  };
}

/** Starts Firefox without a window and connects to it by WebDriver BiDi. */
async function startFirefox(program) {
  const profile = mkdtempSync(join(tmpdir(), "bloghound-firefox-"));
  writeFileSync(join(profile, "user.js"), Object.entries(FIREFOX_SETTINGS)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(""));
  const firefox = start(program, ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]);
  let socket;
  const close = async () => {
    socket?.terminate();
    await firefox.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [, address] = await firefox.until("its address", () => /BiDi listening on (ws:\S+)/.exec(firefox.output));
    socket = new WebSocket(`${address}/session`);
    await once(socket, "open");
    const waiting = new Map();
    const problems = [];
    socket.on("message", (data) => {
      const { id, type, result, error, message, method, params } = JSON.parse(data);
      if (type === "event" && method === "log.entryAdded" && params.level === "error") problems.push(`console: ${params.text}`);
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (type === "success") resolve(result);
      if (type === "error") reject(new Error(`${error}: ${message}`));
    });
    let last = 0;
    const send = (method, params) => new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      setTimeout(() => reject(new Error(`no answer to ${method}`)), COMMAND_MS).unref();
      socket.send(JSON.stringify({ id: last, method, params }));
    });
    const { capabilities } = await send("session.new", { capabilities: {} });
    await send("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await send("browsingContext.getTree", {});
    const { context } = contexts[0];
    await send("browsingContext.setViewport", { context, viewport: { width: 1100, height: 800 } });
    const evaluate = async (source) => {
      const { type, result, exceptionDetails } = await send("script.callFunction", {
        functionDeclaration: `async () => JSON.stringify(await (${source})() ?? null)`, awaitPromise: true, target: { context },
      });
      assert.equal(type, "success", exceptionDetails?.text);
      return JSON.parse(result.value);
    };
    return driver({
      name: `${capabilities.browserName} ${capabilities.browserVersion}`, problems, close, evaluate,
      navigate: (url) => send("browsingContext.navigate", { context, url, wait: "complete" }),
      back: () => send("browsingContext.traverseHistory", { context, delta: -1 }),
      perform: (actions) => send("input.performActions", { context, actions }),
      tabs: async () => (await send("browsingContext.getTree", {})).contexts.length,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts WebKitGTK's MiniBrowser on a display of its own and connects to it by WebDriver. */
async function startWebKit(program, { browser, display }) {
  const closing = [];
  const close = async () => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const screen = start(display, ["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]);
    closing.push(screen.stop);
    const [number] = await screen.until("its number", () => /^\d+(?=\n)/.exec(screen.output));
    const home = mkdtempSync(join(tmpdir(), "bloghound-webkit-"));
    closing.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${number}`, HOME: home, XDG_RUNTIME_DIR: home, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1", WEBKIT_DISABLE_DMABUF_RENDERER: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
    const service = start(program, ["--host=127.0.0.1", `--port=${port}`], { env });
    closing.push(service.stop);
    const send = async (method, path, body) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(COMMAND_MS),
      });
      const { value } = await response.json();
      assert.ok(response.ok, `${method} ${path}: ${value?.error}: ${value?.message}`);
      return value;
    };
    await service.until("its port", () => send("GET", "/status").then(() => true, () => false));
    const { sessionId, capabilities } = await send("POST", "/session", {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] } } },
    });
    const session = `/session/${sessionId}`;
    closing.push(() => send("DELETE", session));
    const evaluate = async (source) => {
      const script = `const done = arguments[0]; (async () => JSON.stringify(await (${source})() ?? null))().then(done, (error) => done("!" + error));`;
      const text = await send("POST", `${session}/execute/async`, { script, args: [] });
      assert.ok(!text.startsWith("!"), text);
      return JSON.parse(text);
    };
    return driver({
      name: `${capabilities.browserName} ${capabilities.browserVersion}`, problems: [], close, evaluate,
      navigate: (url) => send("POST", `${session}/url`, { url }),
      back: () => send("POST", `${session}/back`, {}),
      perform: (actions) => send("POST", `${session}/actions`, { actions }),
      tabs: async () => (await send("GET", `${session}/window/handles`)).length,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

const PROGRAMS = { firefox: ["firefox-esr", "firefox"], webkit: ["WebKitWebDriver"], xvfb: ["Xvfb"] };

/** How to start an engine, or what is missing for it. */
function engineOf(name) {
  const program = PROGRAMS[name].map(find).find(Boolean);
  if (name === "firefox") return program ? { launch: () => startFirefox(program) } : { missing: "firefox-esr" };
  const display = PROGRAMS.xvfb.map(find).find(Boolean);
  const browser = findMiniBrowser();
  if (!program || !browser) return { missing: "webkit2gtk-driver" };
  return display ? { launch: () => startWebKit(program, { browser, display }) } : { missing: "xvfb" };
}

/**
 * Returns the function that starts an engine, and why its tests are skipped: `false` if they are not. In CI, a missing
 * package is an error.
 */
export function engine(name) {
  const { launch, missing } = engineOf(name);
  const reason = missing && `the package ${missing} is not installed`;
  assert.ok(!reason || process.env.CI !== "true", reason);
  return { launch, skip: reason ?? false };
}
