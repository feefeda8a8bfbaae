import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { capabilityRow, capabilityTable, checkConformance, memory, rules } from "../src/index.js";
import { labFixture } from "./lab/fixture.js";
import { lab } from "./lab/lab.js";

const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64())]);
const temp = [batchOf(schema, { time: BigInt64Array.of(1n, 2n), value: Float64Array.of(0.5, 1) })];
const fixture = { options: { streams: { temp } }, stream: { id: "temp" }, runtimes: { node: true, browser: true } };

test("a report holds each rule once, and says why what is absent was skipped", async () => {
  const report = await checkConformance(memory, fixture);
  expect(report.connector).toBe("memory");
  expect(report.failed).toEqual([]);
  expect(report.passed.length + report.skipped.length).toBe(rules.length);
  expect(report.skipped.find(({ suite }) => suite === "windows")?.message).toBe("stream 'temp' has no 'windows'");
});

test("a capability that the fixture speaks of and the stream lacks is a broken rule", async () => {
  const { failed, skipped } = await checkConformance(memory, { ...fixture, newest: {} }, { only: ({ suite }) => suite === "newest" });
  expect(skipped).toEqual([]);
  expect(failed[0]?.message).toBe("the fixture speaks of 'newest', but stream 'temp' has none");
});

test("a driver that hangs fails its rule in time, and the next rule is tried", async () => {
  const hanging = { ...memory, connect: () => new Promise<never>(() => {}) };
  const { failed } = await checkConformance(hanging, { ...fixture, timeout: 50 }, { only: ({ suite }) => suite === "metadata" });
  expect(failed.map(({ message }) => message)).toContain('the rule "is JSON, in `info` and in streams" did not settle within 50 ms');
});

test("a wrong fixture is told apart from a broken driver by its message", async () => {
  const { failed } = await checkConformance(
    memory,
    { ...fixture, stream: { id: "nope" } },
    { only: ({ name }) => name.startsWith("says a kind") },
  );
  expect(failed[0]?.message).toBe("no stream 'nope' in memory: there are temp");
});

test("the capability table is read off the streams", async () => {
  expect(
    await capabilityTable([
      [memory, fixture],
      [lab, labFixture()],
    ]),
  ).toMatchInlineSnapshot(`
    "| connector | windows | overview | newest | arrays | objects | versions | live | append | collections | create | Node | browser | through a server |
    | --------- | ------- | -------- | ------ | ------ | ------- | -------- | ---- | ------ | ----------- | ------ | ---- | ------- | ---------------- |
    | memory    | –       | –        | –      | –      | –       | –        | –    | –      | –           | –      | yes  | yes     | –                |
    | lab       | yes     | yes      | yes    | yes    | yes     | yes      | yes  | yes    | yes         | yes    | yes  | –       | yes              |
    "
  `);
  expect(await capabilityRow(memory, fixture)).toMatchInlineSnapshot(
    `"| memory | – | – | – | – | – | – | – | – | – | – | yes | yes | – |"`,
  );
});
