import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const longestBuild = 2 * 3_600_000;

/** Where peers live: `$SONDE_PEERS`, or the user's cache folder. */
export function cacheFolder() {
  const { SONDE_PEERS, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SONDE_PEERS) return SONDE_PEERS;
  const home = homedir();
  if (platform() === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "sonde", "peers");
  if (platform() === "darwin") return join(home, "Library", "Caches", "sonde", "peers");
  return join(XDG_CACHE_HOME || join(home, ".cache"), "sonde", "peers");
}

/** What an installation is made of: another hash is another installation. */
export function pinsHash(pins) {
  return createHash("sha256")
    .update(JSON.stringify([2, platform(), process.arch, pins]))
    .digest("hex")
    .slice(0, 16);
}

/** The folder of a finished installation; undefined where there is none, or where it stopped working. */
export function installed(name, pins, intact = () => true) {
  let folder;
  try {
    ({ folder } = JSON.parse(readFileSync(stampPath(name, pins), "utf8")));
  } catch {
    return undefined;
  }
  const path = join(cacheFolder(), name, String(folder));
  return existsSync(path) && intact(path) ? path : undefined;
}

/**
 * Finds an installation or makes it: `build` fills an empty folder. The stamp that names the folder is written last and at once, so a
 * build that was cut off counts for nothing. Of several runs one builds and the others wait; should two build all the same, each
 * fills a folder of its own.
 */
export async function installOnce(name, pins, { intact, build }) {
  const hash = pinsHash(pins);
  const parent = join(cacheFolder(), name);
  mkdirSync(parent, { recursive: true });
  const release = await lock(join(parent, `${hash}.lock`));
  try {
    const found = installed(name, pins, intact);
    if (found !== undefined) return found;
    removeRemains(parent, hash);
    const folder = `${hash}-${Date.now().toString(36)}${process.pid.toString(36)}`;
    const path = join(parent, folder);
    mkdirSync(path);
    try {
      await build(path);
    } catch (error) {
      rmSync(path, { recursive: true, force: true });
      throw error;
    }
    const draft = join(parent, `${folder}.json`);
    writeFileSync(draft, `${JSON.stringify({ folder, pins }, null, 2)}\n`);
    renameSync(draft, stampPath(name, pins));
    return path;
  } finally {
    release();
  }
}

/** What builds left that were cut off. Young ones may still be at work, where another machine shares the cache. */
function removeRemains(parent, hash) {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (name.startsWith(`${hash}-`) && Date.now() - statSync(path).mtimeMs > longestBuild) rmSync(path, { recursive: true, force: true });
  }
}

const stampPath = (name, pins) => join(cacheFolder(), name, `${pinsHash(pins)}.json`);

/** A file that only one process makes. Its maker's end frees it, and so does more time than any installation takes. */
async function lock(path) {
  for (;;) {
    try {
      const file = openSync(path, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (abandoned(path)) rmSync(path, { force: true });
    else await sleep(500);
  }
}

function abandoned(path) {
  let holder;
  let age;
  try {
    age = Date.now() - statSync(path).mtimeMs;
    holder = Number(readFileSync(path, "utf8"));
  } catch {
    return false;
  }
  if (age > longestBuild) return true;
  // Made, but its maker has not yet written who it is.
  if (holder === 0) return age > 60_000;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}
