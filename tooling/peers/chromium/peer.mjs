import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** A browser is the system's: it is found, never installed. */
function find() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

export const chromium = {
  name: "chromium",
  versions: ["the system's"],
  licence: "BSD-3-Clause and others",
  compares: `The browser. The published packages, bundled for it, open a recording from bytes, from a \`File\` and over HTTP, on pages with and
without cross-origin isolation, and find what Node finds.`,
  known: [],
  environment: {
    installed: find,
    async install() {
      const path = find();
      if (path === undefined) throw new Error(`no ${names.join(", ")} on the PATH: install one by the system's package manager`);
      return path;
    },
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
