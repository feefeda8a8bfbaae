import { existsSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { installed, installOnce } from "../lib/cache.mjs";
import { run } from "../lib/process.mjs";

const version = "v1.7.0";
const pins = { module: `github.com/versity/versitygw/cmd/versitygw@${version}` };
const binaryOf = (folder) => join(folder, platform() === "win32" ? "versitygw.exe" : "versitygw");
const intact = (folder) => existsSync(binaryOf(folder));

/** Go checks what it downloads against its own database of sums; an older one first gets the Go that the module asks for. */
async function build(folder) {
  try {
    await run("go", ["install", pins.module], { env: { GOBIN: folder, GOFLAGS: "", GOTOOLCHAIN: "auto" }, timeout: 1_800_000 });
  } catch (error) {
    throw error.code === "ENOENT" ? new Error("no go on the PATH: install Go 1.21 or later") : error;
  }
}

export const versitygw = {
  name: "versitygw",
  versions: [`versitygw ${version}`],
  licence: "Apache-2.0",
  compares: `A real S3 server over a folder. What \`@sonde/object-store\` puts is compared with the files that the server made of it, what it
reads with files that were there before, and what it lists, by prefix, delimiter, start and page size, with a walk over the folder; the server verifies every
signature, and its refusals come as typed errors. \`@sonde/efd\` keeps Sonde's contract on an archive in it, and follows what is written there.`,
  known: [],
  environment: {
    installed: () => installed("versitygw", pins, intact),
    install: () => installOnce("versitygw", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite({ ...context, binary: binaryOf(context.folder) }),
};
