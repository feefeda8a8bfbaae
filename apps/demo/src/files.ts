import { rename, stat } from "node:fs/promises";
import { relative } from "node:path";

/** Makes a file or folder unless it is there; what a break leaves half done is never taken for it. */
export async function makeOnce(path: string, what: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const started = performance.now();
  const unfinished = `${path}.${process.pid}.partial`;
  await make(unfinished);
  await rename(unfinished, path);
  console.log(`Made ${what} in ${Math.round(performance.now() - started)} ms: ${shown(path)}\n`);
}

/** As a person would type it from where they are. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
