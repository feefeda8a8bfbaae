import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clRecordings } from "@sonde/cl-recordings";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { build } from "esbuild";
import { found } from "./found.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const patience = 60_000;

export async function suite({ cases, scratch, folder: browser }) {
  const recording = await sampleRecording({ duration: "200ms" });
  const path = join(scratch, "recording.h5");
  writeFileSync(path, recording);
  const ours = JSON.parse(JSON.stringify(await found(clRecordings, path)));
  await bundle(scratch);
  for (const isolated of [false, true]) {
    const page = `${isolated ? "with" : "without"} cross-origin isolation`;
    const result = await cases.succeed(`a page ${page} answers`, () => ask(browser, scratch, isolated));
    if (result === undefined) continue;
    cases.equal(`${page}: the page is as it should be`, result.isolated, isolated);
    for (const input of ["bytes", "File", "URL"]) cases.equal(`${page}: a recording from ${input}`, result.answers?.[input], ours);
  }
}

/** The page's program, and beside it the worker, as a bundler of a web application lays them. */
async function bundle(folder) {
  const worker = createRequire(import.meta.resolve("@sonde/cl-recordings"))
    .resolve("@sonde/hdf5")
    .replace(/index\.js$/, "worker.js");
  for (const [input, output] of [
    [join(here, "page.mjs"), "page.js"],
    [worker, "worker.js"],
  ]) {
    await build({
      entryPoints: [input],
      outfile: join(folder, output),
      bundle: true,
      format: "esm",
      platform: "browser",
      logLevel: "error",
    });
  }
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
}

async function ask(browser, folder, isolated) {
  const types = { html: "text/html", js: "text/javascript", h5: "application/octet-stream" };
  let program;
  const server = createServer();
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer in ${patience} ms`)), patience);
      server.on("request", (request, response) => {
        if (isolated) {
          response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
          response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
        }
        const name = request.url === "/" ? "index.html" : request.url.slice(1);
        if (name === "answer") {
          let body = "";
          request.on("data", (data) => (body += data));
          request.on("end", () => {
            response.end();
            clearTimeout(timer);
            resolve(JSON.parse(body));
          });
          return;
        }
        if (!/^[a-z]+\.(html|js|h5)$/.test(name)) return response.writeHead(404).end();
        send(request, response, readFileSync(join(folder, name)), types[name.split(".")[1]]);
      });
      server.listen(0, "127.0.0.1", () => {
        const profile = `--user-data-dir=${join(folder, `profile-${isolated}`)}`;
        program = spawn(browser, [...flags, profile, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
        program.on("error", reject);
      });
    });
  } finally {
    const ended = program && new Promise((resolve) => program.once("exit", resolve));
    program?.kill();
    server.closeAllConnections();
    server.close();
    await ended;
  }
}

function send(request, response, bytes, type) {
  response.setHeader("Content-Type", type);
  response.setHeader("Accept-Ranges", "bytes");
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) return response.end(bytes);
  const end = Math.min(bytes.length - 1, to === "" ? bytes.length : Number(to));
  response.writeHead(206, { "Content-Range": `bytes ${from}-${end}/${bytes.length}` });
  return response.end(bytes.subarray(Number(from), end + 1));
}
