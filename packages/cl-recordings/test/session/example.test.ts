import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, it } from "vitest";
import { recordings } from "../../examples/recordings.js";
import { folder } from "./device.js";

it("records and reads the whole tutorial as recordings.txt says", async () => {
  const directory = folder();
  const lines: string[] = [];
  await recordings(directory, (...values) => lines.push(`${format(...values)}\n`));
  const text = lines.join("").replaceAll(`${directory}/`, "").replace(/[ ]+$/gm, "");
  await expect(text).toMatchFileSnapshot(fileURLToPath(new URL("../../examples/recordings.txt", import.meta.url)));
});
