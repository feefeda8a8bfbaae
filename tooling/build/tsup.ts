import { defineConfig } from "tsup";

/** The one place that names the bundler: ESM and declarations for each entry; `#platform` and packages stay imports. */
export const library = (entry: Record<string, string>) =>
  defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^#/, /^node:/],
  });

/** A program rather than a library: no declarations, runs on Node. */
export const program = (entry: Record<string, string>) =>
  defineConfig({ entry, format: "esm", target: "node20", platform: "node", sourcemap: true, clean: true });
