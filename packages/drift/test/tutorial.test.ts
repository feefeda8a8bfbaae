import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, test } from "vitest";
import { startTutorialDevice } from "../examples/device.js";
import { tutorial } from "../examples/tutorial.js";

const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

test("does all that the tutorial does, and prints it", async () => {
  await using device = await startTutorialDevice();
  const lines: string[] = [];
  await tutorial(device.options, (...values) => lines.push(format(...values)));
  const text = lines.map((line) => `${line}\n`.replace(/[ ]+$/gm, "")).join("");
  await expect(text).toMatchFileSnapshot(example("tutorial.txt"));
}, 60_000);
