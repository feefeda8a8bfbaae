import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { entryOf } from "../../src/connectors/entry.js";
import type { Surroundings } from "../../src/context.js";
import { run } from "../../src/program.js";
import { lab } from "./lab.js";

export type Ran = { readonly code: number; readonly out: string; readonly bytes: Uint8Array; readonly err: string };

/** Runs a command line in this process. `tty` makes stdout, stderr or both a terminal of 100 characters. */
export async function sonde(
  args: readonly string[],
  more: Partial<Surroundings> & { readonly tty?: "stdout" | "both" } = {},
): Promise<Ran> {
  const out = collecting();
  const err = collecting();
  const code = await run(args, {
    stdout: out.stream,
    stderr: err.stream,
    connectors: [entryOf(lab)],
    signal: new AbortController().signal,
    isTTY: { stdout: more.tty !== undefined, stderr: more.tty === "both" },
    width: 100,
    environment: { NO_COLOR: "1" },
    // Without plug-ins and configuration of whoever runs the tests.
    folder: tmpdir(),
    ...more,
  });
  return { code, out: out.text(), bytes: out.bytes(), err: err.text() };
}

export function collecting() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const bytes = () => Buffer.concat(chunks);
  return { stream, bytes, text: () => bytes().toString("utf8") };
}

/** A folder of its own for a test file, with an archive of the lab in it. */
export function workspace() {
  const place = { folder: "", archive: "" };
  beforeAll(async () => {
    place.folder = await mkdtemp(join(tmpdir(), "sonde-cli-"));
    place.archive = join(place.folder, "bench.lab");
    await writeFile(place.archive, "");
  });
  afterAll(() => rm(place.folder, { recursive: true, force: true }));
  return place;
}
