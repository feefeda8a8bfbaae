import { expect, test } from "vitest";

/** Changing what an entry exports changes this file, and needs a changeset. */
test.each(["../src/index.js", "../src/bytes/index.js", "../src/connector/index.js", "../src/schema/index.js", "../src/node/index.js"])(
  "exports of %s",
  async (entry) => {
    expect(Object.keys(await import(entry)).sort()).toMatchSnapshot();
  },
);
