import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { capabilityRow } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { drift, driftOptions } from "../src/index.js";
import { startPlant } from "./support/plant.js";

const file = (name: string) => readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), "utf8");
const readme = file("README.md");
const device = await startPlant({ serve: ["reductstore"] });
afterAll(() => device.close());

test("shows what the tutorial prints", () => {
  const shown = /<!-- tutorial -->\n+```text\n(.*?)```/s.exec(readme)?.[1];
  expect(shown).toBe(file("examples/tutorial.txt"));
});

test("has the row of what the connector can do", async () => {
  const row = await capabilityRow(drift, {
    options: { ...device.options, bus: "auto" },
    stream: { id: "acc-5" },
    arrays: { stream: "camera" },
    runtimes: { node: true, browser: true },
  });
  // Tables of the README are aligned.
  expect(readme.replace(/ +/g, " ")).toContain(row);
});

test("names every option", () => {
  for (const option of Object.keys(driftOptions.shape)) expect(readme).toContain(`\`${option}\``);
});
