import { defineConfig } from "tsup";

/**
 * The one place that names the bundler: ESM and declarations for each entry; `#platform` and packages stay imports.
 * Plain JavaScript, since Node loads it from the config files of every package as it is.
 *
 * @param {Record<string, string>} entry output name to source file
 * @param {import("tsup").Options} [more]
 */
export const library = (entry, more = {}) =>
  defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    removeNodeProtocol: false,
    external: [/^#/, /^node:/],
    ...more,
  });

/**
 * A program rather than a library: no declarations, runs on Node.
 *
 * @param {Record<string, string>} entry output name to source file
 */
export const program = (entry) => defineConfig({ entry, format: "esm", target: "node20", platform: "node", sourcemap: true, clean: true });
