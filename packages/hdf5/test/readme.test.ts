import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHdf5 } from "../src/index.js";
import { fixture } from "./fixture.js";

test("the snippet of the README runs", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const snippet = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const body = snippet.replace(/^import .*$/m, "").replace('"recording.h5"', "path");
  const printed: unknown[] = [];
  // Our own README, not data. Its constants come back for a look.
  const run = new Function("openHdf5", "path", "console", `return (async () => { ${body}; return { timestamp, channel }; })()`);
  const { timestamp, channel } = await run(openHdf5, fixture("arrays.h5"), { log: (...values: unknown[]) => printed.push(values) });
  expect([timestamp.length, channel.length]).toEqual([500, 500]);
  expect(printed).toMatchObject([[{ start: 0, end: 600 }, expect.any(Int16Array)]]);
});
