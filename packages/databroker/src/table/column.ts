import { arrowType, type ColumnInput, type ColumnValues, type Field, fieldOf } from "@sonde/core/connector";
import type { DataKey } from "../event-model/data-key.js";
import type { AssetArray } from "../handlers/types.js";
import { jsonText, plainOf } from "../write/plain.js";
import { asArray } from "./as-array.js";

export type TableColumn = { readonly field: Field; readonly values: ColumnInput };
type Info = NonNullable<Parameters<typeof fieldOf>[2]>;

/**
 * One column of a table from its cells. Numbers are Float64, Int64 where the data key says integers and all of them are, and text, booleans and
 * arrays of one shape (as fixed-size lists) are what they are; anything else, and what mixes kinds, is JSON text. Undefined and null are null.
 */
export function columnOf(name: string, cells: ArrayLike<unknown>, dataKey: DataKey | undefined): TableColumn {
  const info = infoOf(dataKey);
  if (cells instanceof Float64Array) return numberColumn(name, cells, undefined, dataKey, info);
  const kinds = kindsOf(cells);
  if (kinds.size === 0) return emptyColumn(name, cells.length, dataKey, info);
  const [only] = kinds.size === 1 ? kinds : [];
  switch (only) {
    case "number":
      return numberColumn(
        name,
        Float64Array.from(cells, (cell) => (typeof cell === "number" ? cell : Number.NaN)),
        (row) => typeof cells[row] === "number",
        dataKey,
        info,
      );
    case "boolean":
      return { field: fieldOf(name, arrowType.bool(), { role: "category", ...info }, true), values: nullable(cells) };
    case "string":
      return { field: fieldOf(name, arrowType.utf8(), { role: "category", ...info }, true), values: nullable(cells) };
    case "object": {
      const arrays = arrayColumn(name, cells, info);
      if (arrays !== undefined) return arrays;
    }
  }
  const whole = [...kinds].every((kind) => kind === "bigint" || kind === "number") ? wholeColumn(name, cells, info) : undefined;
  if (whole !== undefined) return whole;
  const texts = Array.from(cells, (cell) => (isMissing(cell) ? null : jsonText(plainOf(cell))));
  return { field: fieldOf(name, arrowType.utf8(), { ...info, role: "document", encoding: "json" }, true), values: texts };
}

function infoOf(dataKey: DataKey | undefined): Info {
  if (dataKey === undefined) return {};
  const { units, source } = dataKey;
  return {
    ...(typeof units === "string" && units !== "" ? { unit: units } : {}),
    ...(typeof source === "string" && source !== "" ? { description: source } : {}),
  };
}

const isMissing = (cell: unknown): boolean => cell === undefined || cell === null;

function kindsOf(cells: ArrayLike<unknown>): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (let row = 0; row < cells.length; row++) if (!isMissing(cells[row])) kinds.add(typeof cells[row]);
  return kinds;
}

function nullable(cells: ArrayLike<unknown>): readonly unknown[] {
  return Array.from(cells, (cell) => (isMissing(cell) ? null : cell));
}

function numberColumn(
  name: string,
  numbers: Float64Array,
  valid: ((row: number) => boolean) | undefined,
  dataKey: DataKey | undefined,
  info: Info,
): TableColumn {
  const role = { role: "quantity", ...info } as const;
  const with_ = (values: ColumnValues): ColumnInput => (valid === undefined ? values : { values, valid });
  if (dataKey?.dtype === "integer" && isWhole(numbers, valid)) {
    return { field: fieldOf(name, arrowType.int64(), role, true), values: with_(toInt64(numbers)) };
  }
  return { field: fieldOf(name, arrowType.float64(), role, true), values: with_(numbers) };
}

function isWhole(numbers: Float64Array, valid: ((row: number) => boolean) | undefined): boolean {
  for (let row = 0; row < numbers.length; row++) {
    if (!Number.isSafeInteger(numbers[row]) && (valid === undefined || valid(row))) return false;
  }
  return true;
}

function toInt64(numbers: Float64Array): BigInt64Array {
  const values = new BigInt64Array(numbers.length);
  for (let row = 0; row < numbers.length; row++) {
    const value = numbers[row] as number; // row < length
    if (Number.isSafeInteger(value)) values[row] = BigInt(value);
  }
  return values;
}

/** Whole numbers of which some are beyond 2^53; undefined where a fraction among them would be lost, or 64 bits do not hold them. */
function wholeColumn(name: string, cells: ArrayLike<unknown>, info: Info): TableColumn | undefined {
  const values: (bigint | null)[] = [];
  let [least, greatest] = [0n, 0n];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === "number" ? !Number.isSafeInteger(cell) : typeof cell !== "bigint" && !isMissing(cell)) return undefined;
    const value = isMissing(cell) ? null : BigInt(cell as number | bigint); // as just seen
    if (value !== null && value < least) least = value;
    if (value !== null && value > greatest) greatest = value;
    values.push(value);
  }
  const role = { role: "quantity", ...info } as const;
  if (least >= -(2n ** 63n) && greatest < 2n ** 63n) return { field: fieldOf(name, arrowType.int64(), role, true), values };
  if (least >= 0n && greatest < 2n ** 64n) return { field: fieldOf(name, arrowType.uint64(), role, true), values };
  return undefined;
}

function emptyColumn(name: string, length: number, dataKey: DataKey | undefined, info: Info): TableColumn {
  const cells = new Array<null>(length).fill(null);
  switch (dataKey?.dtype) {
    case "integer":
      return { field: fieldOf(name, arrowType.int64(), { role: "quantity", ...info }, true), values: cells };
    case "boolean":
      return { field: fieldOf(name, arrowType.bool(), { role: "category", ...info }, true), values: cells };
    case "string":
    case "array":
      return { field: fieldOf(name, arrowType.utf8(), { role: "category", ...info }, true), values: cells };
    default:
      return { field: fieldOf(name, arrowType.float64(), { role: "quantity", ...info }, true), values: cells };
  }
}

/** Arrays of one type and shape as fixed-size lists, of one dimension and several lengths as lists; undefined where they are neither. */
function arrayColumn(name: string, cells: ArrayLike<unknown>, info: Info): TableColumn | undefined {
  const arrays: (AssetArray | null)[] = [];
  for (let row = 0; row < cells.length; row++) {
    const array = isMissing(cells[row]) ? null : asArray(cells[row]);
    if (array === undefined) return undefined;
    arrays.push(array);
  }
  const first = arrays.find((array) => array !== null);
  if (first === undefined || first === null) return undefined;
  const alike = arrays.every(
    (array) => array === null || (array.shape.join() === first.shape.join() && array.data.constructor === first.data.constructor),
  );
  const element = elementOf(first.data);
  const shaped = { ...info, role: "array", description: `Shape ${first.shape.join(" × ") || "of one value"}, in row-major order` } as const;
  if (alike && first.data.length > 0) {
    const values = flat(arrays, first);
    const valid = arrays.includes(null) ? (row: number) => arrays[row] !== null : undefined;
    const field = fieldOf(name, arrowType.fixedSizeList(element, first.data.length), shaped, true);
    return { field, values: valid === undefined ? values : { values, valid } };
  }
  const vectors = arrays.every((array) => array === null || (array.shape.length === 1 && !isBig(array.data)));
  if (!vectors) return undefined;
  return {
    field: fieldOf(name, arrowType.list(arrowType.float64()), { ...info, role: "array" }, true),
    values: arrays.map((array) => array?.data ?? null),
  };
}

const isBig = (data: AssetArray["data"]): boolean => data instanceof BigInt64Array || data instanceof BigUint64Array;

function flat(arrays: readonly (AssetArray | null)[], { data }: AssetArray): ColumnValues {
  // The constructor of a typed array makes one of its kind.
  const values = new (data.constructor as new (length: number) => ColumnValues)(arrays.length * data.length);
  for (const [row, array] of arrays.entries()) if (array !== null) values.set(array.data as never, row * data.length);
  return values;
}

function elementOf(data: AssetArray["data"]) {
  if (data instanceof Int8Array) return arrowType.int8();
  if (data instanceof Int16Array) return arrowType.int16();
  if (data instanceof Int32Array) return arrowType.int32();
  if (data instanceof BigInt64Array) return arrowType.int64();
  if (data instanceof Uint8Array) return arrowType.uint8();
  if (data instanceof Uint16Array) return arrowType.uint16();
  if (data instanceof Uint32Array) return arrowType.uint32();
  if (data instanceof BigUint64Array) return arrowType.uint64();
  return data instanceof Float32Array ? arrowType.float32() : arrowType.float64();
}
