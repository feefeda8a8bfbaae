import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Table } from "apache-arrow";
import { expect, test } from "vitest";
import { isSondeError } from "../src/errors.js";
import { fromIPC } from "../src/formats/ipc.js";
import { cellOf } from "../src/table/column.js";

const folder = join(process.env.SONDE_REFERENCE ?? join(import.meta.dirname, "../../../../shared/data"), "corpora/arrow-testing");

test("the reference files of Apache Arrow are here", () => {
  expect(existsSync(folder), `no ${folder}: set SONDE_REFERENCE to the folder of reference data`).toBe(true);
});

const integration = existsSync(folder) ? await readdir(join(folder, "integration"), { recursive: true }) : [];

/** Arrow's integration JSON: what a file must hold, column by column. */
type Truth = {
  readonly schema: { readonly fields: readonly TruthField[] };
  readonly batches: readonly { readonly count: number; readonly columns: readonly TruthColumn[] }[];
};
type TruthField = {
  readonly name: string;
  readonly type: { readonly name: string; readonly unit?: string; readonly bitWidth?: number };
  readonly dictionary?: unknown;
};
type TruthColumn = {
  readonly name: string;
  readonly count: number;
  readonly VALIDITY?: readonly number[];
  readonly DATA?: readonly (string | number | boolean)[];
};

const nanos = { SECOND: 1_000_000_000n, MILLISECOND: 1_000_000n, MICROSECOND: 1000n, NANOSECOND: 1n } as const;

/** What a cell of a plain column is by the JSON; undefined: a type that is not compared. */
function trueCell({ type }: TruthField, text: string | number | boolean): unknown {
  if (type.name === "int") return type.bitWidth === 64 ? BigInt(text as string) : Number(text);
  if (type.name === "timestamp" || type.name === "duration" || type.name === "time")
    return BigInt(text as string) * nanos[type.unit as keyof typeof nanos];
  if (type.name === "bool") return Boolean(text);
  if (type.name === "utf8" || type.name === "largeutf8") return text;
  if (["binary", "largebinary", "fixedsizebinary"].includes(type.name)) return Uint8Array.from(Buffer.from(text as string, "hex"));
  return type.name === "floatingpoint" ? Number(text) : undefined;
}

function compare(table: Table, truth: Truth): number {
  let cells = 0;
  const batches = truth.batches.filter(({ count }) => count > 0);
  expect(table.batches.map((batch) => batch.numRows)).toEqual(batches.map(({ count }) => count));
  expect(table.schema.fields.map(({ name }) => name)).toEqual(truth.schema.fields.map(({ name }) => name));
  for (const [index, batch] of table.batches.entries()) {
    for (const [k, field] of truth.schema.fields.entries()) {
      const { DATA, VALIDITY, count } = batches[index]!.columns[k]!;
      if (DATA === undefined || field.dictionary !== undefined) continue;
      for (let row = 0; row < count; row++) {
        const wanted = VALIDITY?.[row] === 0 ? null : trueCell(field, DATA[row]!);
        if (wanted === undefined) continue;
        const cell = cellOf(batch.data.children[k]!, row);
        cells++;
        if (typeof wanted === "number" && typeof cell === "number" && field.type.name === "floatingpoint") {
          // The JSON has few digits.
          expect(Math.abs(cell - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 1e-3 + 1e-3);
        } else expect(cell).toEqual(wanted);
      }
    }
  }
  return cells;
}

for (const path of integration.filter((name) => /\.(stream|arrow_file)$/.test(name)).sort()) {
  test(`${path} holds what its JSON says, or is refused in so many words`, async () => {
    const bytes = await readFile(join(folder, "integration", path));
    const truth: Truth = JSON.parse(gunzipSync(await readFile(join(folder, "integration", path.replace(/\.\w+$/, ".json.gz")))).toString());
    let table: Table;
    try {
      table = fromIPC(bytes);
    } catch (error) {
      if (!isSondeError(error, "unsupported")) throw error;
      console.log(`${path}: ${error.what}`);
      expect(error.message).toMatch(/not (read|supported)/);
      return;
    }
    console.log(`${path}: ${compare(table, truth)} cells`);
  });
}

test("damaged files are refused or give cells that can be read, each in less than 5 s", async () => {
  let [refused, read] = [0, 0];
  for (const kind of ["arrow-ipc-file", "arrow-ipc-stream"]) {
    for (const name of existsSync(folder) ? await readdir(join(folder, kind)) : []) {
      const bytes = await readFile(join(folder, kind, name));
      const begun = performance.now();
      try {
        const table = fromIPC(bytes);
        for (const batch of table.batches)
          for (const data of batch.data.children) for (let row = 0; row < batch.numRows; row++) cellOf(data, row);
        read++;
      } catch (error) {
        if (!isSondeError(error)) throw new Error(`${kind}/${name}`, { cause: error });
        refused++;
      }
      expect(performance.now() - begun, name).toBeLessThan(5000);
    }
  }
  console.log(`damaged: ${refused} refused, ${read} read`);
  expect(refused + read).toBeGreaterThan(60);
}, 300_000);
