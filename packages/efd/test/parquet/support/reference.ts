import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fromBytes, isSondeError } from "@sonde/core/bytes";
import { cellOf, type Data, type Field } from "@sonde/core/connector";
import { openParquet } from "../../../src/parquet/index.js";

/** Where the reference data lies: SONDE_REFERENCE, or beside the repository. */
export const reference = resolve(import.meta.dirname, "../../../../..", process.env.SONDE_REFERENCE ?? "../shared/data");
export const hasReference = existsSync(join(reference, "corpora"));

export type Expected = {
  readonly [file: string]: {
    readonly status: "ok" | "throw";
    readonly rows: number | null;
    readonly sha1?: string;
    readonly head?: readonly unknown[];
  };
};
export const json = <T>(path: string): T => JSON.parse(readFileSync(join(reference, path), "utf8"));

/** The hash is over so many rows. */
const HASHED = 20_000;

export type Answer = {
  readonly outcome: "read" | "format" | "limit" | "unsupported";
  readonly message: string;
  readonly rows: number;
  readonly head: readonly unknown[];
  readonly sha1: string;
  readonly milliseconds: number;
};

/** Reads a whole file: its rows in the form of the EXPECTED files, or the typed error. Anything else is thrown. */
export async function answerOf(path: string, name: string, options: { readonly int96?: "microsecond" } = {}): Promise<Answer> {
  const signal = new AbortController().signal;
  const bytes = readFileSync(path);
  const start = performance.now();
  const rows: unknown[] = [];
  let milliseconds = 0;
  const told = (outcome: Answer["outcome"], message = "") => ({
    outcome,
    message,
    rows: rows.length,
    head: rows.slice(0, 3),
    milliseconds,
  });
  try {
    const file = await openParquet(fromBytes(bytes, name), { signal, ...options });
    const batches = [];
    for await (const batch of file.read({ signal })) batches.push(batch);
    milliseconds = performance.now() - start;
    for (const batch of batches) {
      for (let row = 0; row < batch.numRows; row++) {
        rows.push(
          Object.fromEntries(
            batch.schema.fields.map((field, index) => [field.name, canonical(field, batch.data.children[index] as Data, row)]),
          ),
        );
      }
    }
    return {
      ...told("read"),
      sha1: createHash("sha1")
        .update(pythonJson(rows.slice(0, HASHED)))
        .digest("hex"),
    };
  } catch (error) {
    milliseconds = performance.now() - start;
    if (!isSondeError(error)) throw error;
    if (error.code !== "format" && error.code !== "limit" && error.code !== "unsupported") throw error;
    return { ...told(error.code, error.message), sha1: "" };
  }
}

/** As Python's `json.dumps` writes with sorted keys, which is what was hashed. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${pythonJson(key)}: ${pythonJson(inner)}`)
      .join(", ")}}`;
  }
  // One escape for each UTF-16 unit, as Python has it too.
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A cell as the EXPECTED files write it. */
function canonical(field: Field, data: Data, row: number): unknown {
  const type = String(field.type);
  if (type === "Null" || !data.getValid(row)) return null;
  if (type.startsWith("List<")) {
    const [from, to] = [data.valueOffsets[row] ?? 0, data.valueOffsets[row + 1] ?? 0];
    return Array.from({ length: to - from }, (_, index) =>
      canonical(field.type.children[0] as Field, data.children[0] as Data, from + index),
    );
  }
  if (type.startsWith("Map<")) {
    const [entries] = data.children;
    const [keys, values] = (field.type.children[0] as Field).type.children;
    const [from, to] = [data.valueOffsets[row] ?? 0, data.valueOffsets[row + 1] ?? 0];
    const pairs = Array.from({ length: to - from }, (_, index) => [
      canonical(keys as Field, entries?.children[0] as Data, from + index),
      canonical(values as Field, entries?.children[1] as Data, from + index),
    ]);
    return { $m: pairs };
  }
  if (type.startsWith("Struct<")) {
    return {
      $o: Object.fromEntries(
        field.type.children.map((child: Field, index: number) => [child.name, canonical(child, data.children[index] as Data, row)]),
      ),
    };
  }
  const cell = cellOf(data, row);
  if (type.startsWith("Decimal")) return { $dec: cell };
  if (type.startsWith("Timestamp")) return { $ts: String(cell) };
  if (typeof cell === "boolean") return cell;
  if (typeof cell === "string") return { $s: cell };
  if (cell instanceof Uint8Array) return { $b: Buffer.from(cell).toString("hex") };
  if (typeof cell === "bigint") return { $i: String(cell) };
  if (typeof cell === "number") return type.startsWith("Float") ? float(cell) : { $i: String(cell) };
  return { $other: String(cell) };
}

function float(value: number): unknown {
  if (Number.isInteger(value)) return Object.is(value, -0) ? { $f: "-0.0" } : { $n: String(value) };
  if (Number.isNaN(value)) return { $f: "nan" };
  return { $f: String(value) };
}

/** All files below a folder, by their paths in it. */
export function filesBelow(folder: string, inside = ""): string[] {
  return readdirSync(join(folder, inside)).flatMap((name) => {
    const path = inside === "" ? name : `${inside}/${name}`;
    return statSync(join(folder, path)).isDirectory() ? filesBelow(folder, path) : [path];
  });
}
