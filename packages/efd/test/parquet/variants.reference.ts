import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBytes } from "@sonde/core/bytes";
import type { Field } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { openParquet } from "../../src/parquet/index.js";
import { readCells } from "./support/read-all.js";
import { filesBelow, hasReference, json, reference } from "./support/reference.js";

type Variants = {
  readonly files: { readonly [file: string]: { readonly rows: number; readonly schema: readonly (readonly [string, string, boolean])[] } };
};

const signal = new AbortController().signal;
const variants = join(reference, "efd/variants");

/** pyarrow's names of our types. */
function typeName({ type }: Field): string {
  const text = String(type);
  const list = /^List<(.*)>$/.exec(text);
  if (list) return `list<${(type.children[0] as Field).name}: ${typeName(type.children[0] as Field)}>`;
  if (text.startsWith("Struct")) return `struct<${type.children.map((child: Field) => `${child.name}: ${typeName(child)}`).join(", ")}>`;
  const decimal = /^Decimal\[(\d+)e\+?(\d+)\]$/.exec(text);
  if (decimal) return `decimal128(${decimal[1]}, ${decimal[2]})`;
  const time = /^Timestamp<(\w+?)(?:, (\w+))?>$/.exec(text);
  const units = { MILLISECOND: "ms", MICROSECOND: "us", NANOSECOND: "ns" } as const;
  if (time) return `timestamp[${units[time[1] as keyof typeof units]}${time[2] ? `, tz=${time[2]}` : ""}]`;
  return { Float64: "double", Float32: "float", Utf8: "string", Bool: "bool" }[text] ?? text.toLowerCase();
}

test.runIf(hasReference)("reads every variant of the archive's files, of the types that are expected", async () => {
  const { files } = json<Variants>("efd/variants/EXPECTED.json");
  for (const [name, { rows, schema }] of Object.entries(files)) {
    const file = await openParquet(fromBytes(readFileSync(join(variants, name)), name), { signal });
    expect([name, file.rows]).toEqual([name, rows]);
    expect(file.schema.fields.map((field) => [field.name, typeName(field), field.nullable])).toEqual(schema);
  }
  console.log(`variants: ${Object.keys(files).length} files`);
});

test.runIf(hasReference)("reads the same values whatever the codec, the encoding and the version of pages", async () => {
  const cells = (name: string) => readCells(readFileSync(join(variants, name)));
  const plain = await cells("agg_required_none.parquet");
  expect(plain.time?.slice(0, 2)).toEqual([1596834000.5, 1596834001.5]);
  expect(plain.count).toEqual(Array(600).fill(10n));
  const required = filesBelow(variants).filter((name) => name.startsWith("agg_required"));
  for (const name of required) expect([name, await cells(name)]).toEqual([name, plain]);
  console.log(`variants: ${required.length} files of equal values`);
});

test.runIf(hasReference)("reads every file of the bucket, all columns and three", async () => {
  const bucket = join(reference, "efd/bucket");
  const names = filesBelow(bucket).filter((name) => name.endsWith(".parquet"));
  for (const name of names) {
    const bytes = readFileSync(join(bucket, name));
    const all = await readCells(bytes);
    expect(all.time?.length).toBe(600);
    const three = Object.keys(all).slice(0, 3);
    expect(await readCells(bytes, { columns: three })).toEqual(Object.fromEntries(three.map((column) => [column, all[column]])));
  }
  console.log(`bucket: ${names.length} files`);
});

test("says when there is nothing to read", () => {
  if (!hasReference) console.log(`no reference data in ${reference}: set SONDE_REFERENCE to read it`);
});
