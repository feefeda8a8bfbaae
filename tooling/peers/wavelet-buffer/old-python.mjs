import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "../lib/process.mjs";

/** Pythons that the archived wheels were built for, the newest first. */
const versions = ["3.10", "3.9", "3.8"];

/** A Python of those versions that can make virtual environments: on the PATH, or one that pyenv or GitHub's runners keep. Rejects where there is none. */
export async function oldPython() {
  for (const version of versions) {
    for (const command of [`python${version}`, ...kept(version)]) {
      try {
        const { stdout } = await run(command, ["-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]);
        if (stdout.trim() === version) return command;
      } catch {
        // Not there, or a shim without a Python behind it.
      }
    }
  }
  throw new Error(`no Python ${versions.join(", ")}: wavelet-buffer 0.5.1 has wheels for no other, install one with its venv module`);
}

function kept(version) {
  const { PYENV_ROOT, RUNNER_TOOL_CACHE } = process.env;
  const pyenv = join(PYENV_ROOT || join(homedir(), ".pyenv"), "versions");
  const found = existsSync(pyenv) ? readdirSync(pyenv).filter((name) => name.startsWith(`${version}.`)) : [];
  const commands = found.map((name) => join(pyenv, name, "bin", "python"));
  const runner = RUNNER_TOOL_CACHE ? join(RUNNER_TOOL_CACHE, "Python") : undefined;
  if (runner === undefined || !existsSync(runner)) return commands;
  const cached = readdirSync(runner).filter((name) => name.startsWith(`${version}.`));
  return [...commands, ...cached.map((name) => join(runner, name, "x64", "bin", "python"))];
}
