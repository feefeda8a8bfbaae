import { join } from "node:path";
import { build } from "tsup";

/** Bundles a program with all that it imports, from the sources, as Node 20 can't load TypeScript. Gives the file to run. */
export async function bundle(entry: string, folder: string): Promise<string> {
  await build({
    config: false,
    entry: { program: entry },
    format: "esm",
    platform: "node",
    target: "node20",
    outDir: folder,
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/.*/],
    splitting: false,
    silent: true,
    // Commander is CommonJS and requires Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    esbuildOptions(options) {
      options.conditions = ["@sonde/source", "module", "node"];
    },
  });
  return join(folder, "program.mjs");
}
