import { existsSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { installed, installOnce } from "./cache.mjs";
import { debianPython } from "./debian-python.mjs";
import { run } from "./process.mjs";

/**
 * A peer that is installed from Python's package index, every package pinned in `requirements` (the path of a file of `name==version`),
 * for a Python of at least `python` ("3.11"). The programs are never copied into the checkout.
 */
export function pythonEnvironment({ name, requirements, python }) {
  const pins = { python, packages: readPins(requirements) };
  const intact = (folder) => existsSync(interpreter(folder));
  return {
    /** The version that is pinned. */
    version: (distribution) => pins.packages.find((pin) => pin.startsWith(`${distribution}==`))?.slice(distribution.length + 2),
    installed: () => installed(name, pins, intact),
    install: () => installOnce(name, pins, { intact, build: (folder) => build(folder, requirements, python) }),
  };
}

export const interpreter = (folder) => (platform() === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python"));

const readPins = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

async function build(folder, requirements, least) {
  const installer = await findPython("3.9");
  if (installer === undefined) throw new Error("no Python 3 found: install python3 with its venv module and pip");
  const python = (await findPython(least)) ?? (await debianPython(installer, least));
  // Without pip of its own: the installer's pip fills it, and Debian's Python brings none.
  const tools = join(folder, ".tools");
  await run(installer, ["-m", "venv", tools]);
  await run(python, ["-m", "venv", "--without-pip", folder]);
  const pip = ["-m", "pip", "--python", interpreter(folder), "install", "--disable-pip-version-check", "--no-deps", "--prefer-binary"];
  await run(interpreter(tools), [...pip, "--requirement", requirements], { timeout: 1_800_000 });
}

/** The first Python of at least this version that can make virtual environments. */
async function findPython(least) {
  const [, minor] = least.split(".").map(Number);
  const names = platform() === "win32" ? ["python", "py"] : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  for (const name of names) {
    try {
      const { stdout } = await run(name, [
        "-c",
        "import sys, venv, ensurepip; print(sys.version_info.minor if sys.version_info.major == 3 else 0)",
      ]);
      if (Number(stdout) >= minor) return name;
    } catch {
      // Not there, or without what a virtual environment takes.
    }
  }
  return undefined;
}
