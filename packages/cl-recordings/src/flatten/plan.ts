import { arrowType, type Field, fieldOf } from "@sonde/core/connector";
import { Dict, type Exact, Str, type Value } from "@sonde/msgpack-numpy";
import { isUnsigned, type Kind, kindOf, unite } from "./kind.js";

/** A column that entries agree on: the value itself, or that of a key. */
export type PlannedColumn = {
  readonly name: string;
  /** Undefined: the entry is the value. */
  readonly key: string | undefined;
  readonly kind: Kind;
  readonly nullable: boolean;
};
/** How a data stream becomes columns; undefined where its entries agree on none. */
export type ColumnPlan = { readonly columns: readonly PlannedColumn[] };

/** The most keys that become columns. */
const maxColumns = 256;
/** Names that every stream has already. */
const taken = new Set(["time", "tick", "entry"]);

/** Looks at entries one after another; what they agree on is {@link ColumnPlanner.plan}. */
export class ColumnPlanner {
  #columns: Map<string | undefined, { kind: Kind; nullable: boolean }> | undefined;
  #failed = false;

  get failed(): boolean {
    return this.#failed;
  }

  add(value: Value, exact: Exact): void {
    if (this.#failed) return;
    const cells = cellKinds(value, exact);
    const known = (this.#columns ??= new Map());
    const first = known.size === 0;
    if (cells === undefined || (!first && cells.size !== known.size)) {
      this.#failed = true;
      return;
    }
    for (const [key, kind] of cells) {
      const column = known.get(key);
      const united = column === undefined ? kind : uniteWithNull(column.kind, kind);
      if (united === undefined || (column === undefined && !first)) {
        this.#failed = true;
        return;
      }
      known.set(key, { kind: united, nullable: kind.kind === "null" || (column?.nullable ?? false) });
    }
  }

  plan(): ColumnPlan | undefined {
    if (this.#failed || this.#columns === undefined) return undefined;
    const columns = [...this.#columns].map(([key, column]): PlannedColumn => {
      const name = key === undefined ? "value" : taken.has(key) ? `value.${key}` : key;
      return { name, key, ...column };
    });
    const typed = columns.every(({ kind }) => kind.kind !== "null");
    return typed && new Set(columns.map(({ name }) => name)).size === columns.length ? { columns } : undefined;
  }
}

function uniteWithNull(a: Kind, b: Kind): Kind | undefined {
  if (b.kind === "null") return a;
  return a.kind === "null" ? b : unite(a, b);
}

/** The cells of one entry by key; undefined where it has another form. */
export function cellKinds(value: Value, exact: Exact): Map<string | undefined, Kind> | undefined {
  const own = kindOf(value, exact);
  if (own !== undefined) return new Map([[undefined, own]]);
  if (!(exact instanceof Dict) || !isRecord(value) || exact.entries.length === 0 || exact.entries.length > maxColumns) return undefined;
  const cells = new Map<string | undefined, Kind>();
  for (const [key, item] of exact.entries) {
    const name = key instanceof Str ? key.text : undefined;
    const kind = name === undefined || !Object.hasOwn(value, name) ? undefined : kindOf(value[name] ?? null, item);
    if (name === undefined || kind === undefined || cells.has(name)) return undefined;
    cells.set(name, kind);
  }
  return cells;
}

/** A map with text keys, as the decoder makes it. */
export function isRecord(value: Value): value is { [key: string]: Value } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The Arrow field of a column; `sparse` where rows that do not fit leave it empty. */
export function fieldOfColumn({ name, kind, nullable }: PlannedColumn, sparse: boolean): Field {
  const empty = nullable || sparse;
  switch (kind.kind) {
    case "bool":
      return fieldOf(name, arrowType.bool(), { role: "category" }, empty);
    case "text":
      return fieldOf(name, arrowType.utf8(), { role: "category" }, empty);
    case "int":
      return fieldOf(name, isUnsigned(kind) ? arrowType.uint64() : arrowType.int64(), { role: "quantity" }, empty);
    case "array": {
      const size = kind.shape.reduce((product, side) => product * side, 1);
      const description = `Shape ${kind.shape.join(" × ") || "of one value"}, in row-major order`;
      return fieldOf(name, arrowType.fixedSizeList(elementType(kind.dtype), size), { role: "array", description }, empty);
    }
    default:
      return fieldOf(name, arrowType.float64(), { role: "quantity" }, empty);
  }
}

function elementType(dtype: string) {
  switch (dtype.slice(1)) {
    case "i1":
      return arrowType.int8();
    case "i2":
      return arrowType.int16();
    case "i4":
      return arrowType.int32();
    case "i8":
      return arrowType.int64();
    case "u2":
      return arrowType.uint16();
    case "u4":
      return arrowType.uint32();
    case "u8":
      return arrowType.uint64();
    case "f8":
      return arrowType.float64();
    case "f2": // widened by the decoder
    case "f4":
      return arrowType.float32();
    default: // u1, b1
      return arrowType.uint8();
  }
}
