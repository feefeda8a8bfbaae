import { cpSync, existsSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { installed, installOnce } from "../lib/cache.mjs";
import { run } from "../lib/process.mjs";

const version = "v1.24.0";
const pins = { module: `github.com/FerretDB/FerretDB@${version}` };
const binaryOf = (folder) => join(folder, platform() === "win32" ? "ferretdb.exe" : "ferretdb");
const intact = (folder) => existsSync(binaryOf(folder));

/**
 * Built in a copy of the module, which Go has checked against its database of sums: the program asks for files that say its version, and the
 * module's archive leaves them out.
 */
async function build(folder) {
  const env = { GOFLAGS: "", GOTOOLCHAIN: "auto", CGO_ENABLED: "0" };
  const source = join(folder, "source");
  try {
    const { stdout } = await run("go", ["mod", "download", "-json", pins.module], { env });
    cpSync(JSON.parse(stdout).Dir, source, { recursive: true });
    await run("chmod", ["-R", "u+w", source]);
    const said = { version, commit: "unknown", branch: "unknown", package: "unknown" };
    for (const [name, text] of Object.entries(said)) writeFileSync(join(source, "build", "version", `${name}.txt`), text);
    await run("go", ["build", "-o", binaryOf(folder), "./cmd/ferretdb"], { cwd: source, env, timeout: 1_800_000 });
  } catch (error) {
    throw error.code === "ENOENT" ? new Error("no go on the PATH: install Go 1.22 or later") : error;
  }
}

export const ferretdb = {
  name: "ferretdb",
  versions: [`FerretDB ${version} over SQLite`],
  licence: "Apache-2.0",
  compares: `A server that speaks MongoDB's protocol, asked through MongoDB's own driver: runs that \`@sonde/databroker/mongo\` inserts are listed, looked up,
searched and read as the same runs in memory. It stores no lists in lists, so the runs have none.`,
  known: [],
  environment: {
    installed: () => installed("ferretdb", pins, intact),
    install: () => installOnce("ferretdb", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite({ ...context, binary: binaryOf(context.folder) }),
};
