import { existsSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { installed, installOnce } from "../lib/cache.mjs";
import { run, works } from "../lib/process.mjs";

/** Older ones don't build with a Rust of today, or fetch a web page as they build. */
export const versions = ["1.21.4"];
/** Without its own web page, which it would fetch as it builds. */
const features = { "1.21.4": ["--features", "fs-backend"] };
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
  const target = join(folder, "target");
  for (const version of versions) {
    const args = ["install", pins.crate, "--version", version, "--locked", "--no-default-features", ...features[version]];
    const env = { ...profile, CARGO_TARGET_DIR: target };
    await run("cargo", [...args, "--root", join(folder, version), "--jobs", "1"], { env, timeout: 5_400_000 });
  }
  rmSync(target, { recursive: true, force: true });
}

export const reductstore = {
  name: "reductstore",
  versions: versions.map((version) => `reductstore ${version}`),
  licence: "Apache-2.0",
  compares: `A real server holds packages that were written by plain requests. \`@sonde/drift\` lists them, gets them by
name, walks them whole and by range, in batches, and finds the newest; every byte is compared with what was written, and a wrong token is refused.`,
  known: [],
  environment: {
    installed: () => installed("reductstore", pins, intact),
    install: () => installOnce("reductstore", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
