import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "tsup";

/**
 * Bundles programs with all that they import, from the sources, as Node 20 can't load TypeScript: `<name>.js` in `folder` for
 * each entry.
 */
export async function bundle(entry: { readonly [name: string]: string }, folder: string): Promise<void> {
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    config: false,
    entry,
    format: "esm",
    platform: "node",
    target: "node20",
    outDir: folder,
    // These are native, and there only where somebody installed them.
    noExternal: [/^(?!@napi-rs)/],
    splitting: true,
    silent: true,
    // Commander is CommonJS and requires Node's own modules.
    banner: { js: 'import { createRequire as createOwnRequire } from "node:module"; const require = createOwnRequire(import.meta.url);' },
    esbuildOptions(options) {
      options.conditions = ["@sonde/source", "module", "node"];
    },
  });
}
