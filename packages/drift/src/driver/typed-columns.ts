import { arrowType, type Field, fieldOf } from "@sonde/core/connector";
import { type Variant, variantValue } from "@sonde/wavelet-buffer";
import type { DriftPackage, NamedScalar, NamedVariant } from "../package/package.js";
import { own, type RecordShape } from "./record-shape.js";

const scalarTypes = {
  bool: arrowType.bool,
  int8: arrowType.int8,
  uint8: arrowType.uint8,
  int16: arrowType.int16,
  uint16: arrowType.uint16,
  int32: arrowType.int32,
  uint32: arrowType.uint32,
  int64: arrowType.int64,
  uint64: arrowType.uint64,
  float32: arrowType.float32,
  float64: arrowType.float64,
  string: arrowType.utf8,
} as const;

/**
 * Columns for the variables of scalars and the items of typed data, each followed by its status. Items that hold more than a scalar, or
 * nothing in the newest package, are JSON. Of a name that comes twice the second is `name_2`; `time` and `status` are taken.
 */
export function typedColumns(newest: DriftPackage): RecordShape {
  const items = newest.kind === "scalars" ? newest.scalars() : newest.typed();
  const names = uniqueNames(items.map(({ name }) => name));
  const columns = items.map((item, index) => {
    // As many names as items.
    const name = names[index] as string;
    return { name, ...columnOf(item, name) };
  });
  return {
    kind: "series",
    fields: columns.flatMap(({ name, field }) => [field, fieldOf(`${name}.status`, arrowType.int32(), { role: "status" }, true)]),
    cells(pkg) {
      const found = pkg.kind === "scalars" ? pkg.scalars() : pkg.typed();
      const byName = new Map(uniqueNames(found.map(({ name }) => name)).map((name, index) => [name, found[index]]));
      return own(
        columns.flatMap(({ name, cell }): readonly (readonly [string, unknown])[] => {
          const item = byName.get(name);
          return item === undefined
            ? []
            : [
                [name, cell(item)],
                [`${name}.status`, item.status.code],
              ];
        }),
      );
    },
  };
}

type Item = NamedScalar | NamedVariant;

function columnOf(item: Item, name: string): { readonly field: Field; cell(item: Item): unknown } {
  if ("value" in item) {
    return {
      field: fieldOf(name, arrowType.float64(), { role: "quantity" }, true),
      cell: (other) => ("value" in other ? other.value : null),
    };
  }
  const { variant } = item;
  if (variant !== null && variant.type !== "none" && isScalar(variant)) {
    const { type } = variant;
    const role = type === "string" || type === "bool" ? "category" : "quantity";
    return {
      field: fieldOf(name, scalarTypes[type](), { role }, true),
      cell: (other) => ("variant" in other && other.variant?.type === type && isScalar(other.variant) ? variantValue(other.variant) : null),
    };
  }
  return {
    field: fieldOf(name, arrowType.utf8(), { role: "document", encoding: "json" }, true),
    cell: (other) => ("variant" in other && other.variant !== null ? jsonOf(other.variant) : null),
  };
}

const isScalar = ({ shape }: Variant): boolean => shape.length === 1 && shape[0] === 1;

/** Whole numbers of 64 bits as text, so that none is rounded. */
function jsonOf(variant: Variant): string | null {
  if (variant.type === "none") return null;
  const data: readonly unknown[] = Array.from<unknown>(variant.data);
  return JSON.stringify({ type: variant.type, shape: variant.shape, data }, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(["time", "status"]);
  return names.map((name) => {
    let free = name;
    for (let k = 2; taken.has(free); k++) free = `${name}_${k}`;
    taken.add(free);
    taken.add(`${free}.status`);
    return free;
  });
}
