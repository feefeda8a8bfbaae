import { expect, test } from "vitest";
import * as z from "zod";
import { descriptionSchema, descriptionToJson, querySchema, streamSchema, streamToJson, windowSchema } from "../../src/schema/index.js";
import { origin, schema } from "../source/fixture.js";

const description = {
  kind: "series" as const,
  schema,
  extent: { start: origin, end: origin + 1n },
  rows: 1,
  clock: { origin, ticks: 25_000n, per: 1_000_000_000n },
  accuracy: 1_000_000n,
};

test("a description goes through JSON with its nanoseconds", () => {
  const text = JSON.stringify(descriptionToJson(description));
  const back = descriptionSchema.parse(JSON.parse(text));
  expect([back.extent, back.clock, back.accuracy]).toEqual([description.extent, description.clock, description.accuracy]);
  expect(back.schema[1]).toEqual({ name: "value", type: "Float64", nullable: false, unit: "V" });
});

test("a stream goes through JSON with its metadata and what is known of it", () => {
  const made = streamToJson({ id: "a", name: "alpha", metadata: { big: 2n ** 60n, list: [1, null] }, known: { rows: 3, extent: null } });
  expect(streamSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual({
    id: "a",
    name: "alpha",
    metadata: { big: "1152921504606846976", list: [1, null] },
    known: { rows: 3, extent: null },
  });
});

test("queries take times as people write them and refuse what contradicts itself", () => {
  expect(querySchema.parse({ start: "2018-01-01T12:30Z", span: "1h" })).toEqual({
    start: 1_514_809_800_000_000_000n,
    span: 3_600_000_000_000n,
  });
  expect(windowSchema.parse({ last: "5s", width: "1ms" }).width).toBe(1_000_000n);
  for (const wrong of [
    { start: "yesterday" },
    { last: "5s", start: "now" },
    { span: "5s" },
    { columns: "a" },
    { level: -1 },
    { depth: 1 },
  ]) {
    expect(querySchema.safeParse(wrong).success).toBe(false);
  }
});

test("the schemas can be published as JSON Schema", () => {
  for (const one of [querySchema, windowSchema, descriptionSchema, streamSchema])
    expect(z.toJSONSchema(one, { io: "input" })).toHaveProperty("type", "object");
});
