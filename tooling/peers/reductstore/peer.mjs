import { existsSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { installed, installOnce } from "../lib/cache.mjs";
import { run, works } from "../lib/process.mjs";

/** What devices were shipped with spoke the API of the first; the second is today's. */
export const versions = ["1.9.5", "1.21.4"];
/** Without its web page, which it would fetch from elsewhere as it builds. */
const features = { "1.9.5": [], "1.21.4": ["--features", "fs-backend"] };
const pins = { crate: "reductstore", versions, features };
export const binaryOf = (folder, version) => join(folder, version, "bin", platform() === "win32" ? "reductstore.exe" : "reductstore");
const intact = (folder) => versions.every((version) => existsSync(binaryOf(folder, version)));

/** Faster to build than to run: nothing is measured here but who asks it. */
const profile = {
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
};

async function build(folder) {
  if (!(await works("cargo", ["--version"]))) throw new Error("no cargo on the PATH: install Rust 1.91 or later");
  if (!(await works("protoc", ["--version"]))) throw new Error("no protoc on the PATH: install it (Debian: protobuf-compiler)");
  for (const version of versions) {
    const target = join(folder, "target");
    const root = ["--root", join(folder, version)];
    const args = ["install", pins.crate, "--version", version, "--locked", "--no-default-features", ...features[version], ...root];
    await run("cargo", [...args, "--jobs", "1"], { env: { ...profile, CARGO_TARGET_DIR: target }, timeout: 5_400_000 });
  }
}

export const reductstore = {
  name: "reductstore",
  versions: versions.map((version) => `reductstore ${version}`),
  licence: "BUSL-1.1 (1.9.5), Apache-2.0 (1.21.4)",
  compares: `Real servers of two generations of the HTTP API hold packages that were written by plain requests. \`@sonde/drift\` lists them, gets them by
name, walks them whole and by range, in batches, and finds the newest; every byte is compared with what was written, and a wrong token is refused.`,
  known: [],
  environment: {
    installed: () => installed("reductstore", pins, intact),
    install: () => installOnce("reductstore", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
