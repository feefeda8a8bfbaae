import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "@sonde/server/node";
import type { DemoArchive, OpenArchive } from "./archive.js";
import { beamline } from "./beamline.js";
import { device } from "./device.js";
import { grid } from "./grid.js";
import { recordings } from "./recordings.js";
import { telescope } from "./telescope.js";

const archives: readonly DemoArchive[] = [recordings, telescope, grid, beamline, device];

/** The samples are kept beside the program, so that the second time is quick. */
const cache = join(dirname(fileURLToPath(import.meta.url)), "../.cache");

const { values: options } = parseArgs({ options: { once: { type: "boolean", default: false } } });

const open = new Map<string, OpenArchive>();
try {
  for (const { name, title, open: begin } of archives) {
    console.log(`${open.size === 0 ? "" : "\n"}== ${title}\n`);
    const folder = join(cache, name);
    await mkdir(folder, { recursive: true });
    const archive = await begin(folder);
    open.set(name, archive);
    await archive.show();
  }
  // Who reads this by a pipe wants an end.
  if (!options.once && process.stdout.isTTY) await stay();
} finally {
  for (const archive of open.values()) await archive[Symbol.asyncDispose]();
}

/** Serves all of them, and the explorer, until Ctrl-C. */
async function stay(): Promise<void> {
  const sources = Object.fromEntries([...open].map(([name, { source }]) => [name, source]));
  const page = join(dirname(fileURLToPath(import.meta.url)), "../../explorer/dist");
  await using server = await serve({ sources, assets: page });
  console.log(`\nLook at all of them in a browser, until Ctrl-C:\n\n  ${server.url}\n\nOr read one from another terminal:\n`);
  console.log(
    `  curl -H 'Authorization: Bearer ${server.token}' '${server.origin}/v1/read?source=recording&stream=spikes&last=100ms&format=csv'`,
  );
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
  console.log();
}
