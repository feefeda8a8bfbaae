import { Data, DataType, type Field } from "apache-arrow";
import { sondeError } from "../errors.js";
import { childFields } from "./empty.js";
import { emptyBits, setBit } from "./take.js";

/** Makes a column of plain cells; `nestedData` asks it for the columns inside. */
type MakeColumn = (type: DataType, cells: readonly unknown[]) => Data;

/** Whether {@link nestedData} makes columns of this type: lists, fixed-size lists and structs. */
export function isNested(type: DataType): boolean {
  return DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isStruct(type);
}

/**
 * A nested column of plain cells: arrays (or typed arrays) for lists, objects for structs, null for none. Arrow's own
 * builders refuse bigints inside, and give lists that never held anything no child.
 */
export function nestedData(type: DataType, cells: readonly unknown[], make: MakeColumn): Data {
  const bits = emptyBits(cells.length);
  let nulls = 0;
  for (const [row, cell] of cells.entries()) {
    if (cell === null || cell === undefined) nulls++;
    else setBit(bits, row);
  }
  const made = (offsets: Int32Array | undefined, children: Data[]) =>
    // Arrow's order of buffers: offsets, values, validity.
    new Data(type, 0, cells.length, nulls, [offsets, undefined, nulls > 0 ? bits : undefined] as unknown as Data["buffers"], children);

  if (DataType.isStruct(type)) {
    return made(
      undefined,
      childFields(type).map((field) =>
        child(
          field,
          cells.map((cell) => ownProperty(cell, field.name)),
          nulls,
          make,
        ),
      ),
    );
  }
  // A list has one child, and its cells are arrays by the caller's word.
  const [item] = childFields(type) as [Field];
  const lists = cells.map((cell) => (cell === null || cell === undefined ? [] : Array.from(cell as ArrayLike<unknown>)));
  if (DataType.isFixedSizeList(type)) {
    const { listSize } = type;
    const wrong = lists.find((list, row) => list.length !== listSize && cells[row] !== null && cells[row] !== undefined);
    if (wrong) {
      throw sondeError("contract", `a list of ${wrong.length} in a column of lists of ${listSize}`, { rule: "schema" });
    }
    const flat = lists.flatMap((list) => (list.length === listSize ? list : Array(listSize).fill(null)));
    return made(undefined, [child(item, flat, nulls * listSize, make)]);
  }
  const offsets = new Int32Array(cells.length + 1);
  for (const [row, list] of lists.entries()) offsets[row + 1] = (offsets[row] ?? 0) + list.length;
  return made(offsets, [child(item, lists.flat(), 0, make)]);
}

/** Inherited properties are none: names are data. */
function ownProperty(cell: unknown, name: string): unknown {
  if (typeof cell !== "object" || cell === null || !Object.hasOwn(cell, name)) return null;
  // Just seen to have it.
  return (cell as { readonly [name: string]: unknown })[name] ?? null;
}

/** Under a null parent a child that may not be null is zero. */
function child(field: Field, cells: readonly unknown[], missing: number, make: MakeColumn): Data {
  const data = make(field.type, cells);
  if (field.nullable || data.nullCount === 0) return data;
  if (data.nullCount > missing) {
    throw sondeError("contract", `'${field.name}' inside a column is not nullable but holds nulls`, { rule: "schema" });
  }
  // As above.
  const buffers = [data.buffers[0], data.buffers[1], undefined] as unknown as Data["buffers"];
  return new Data(data.type, 0, data.length, 0, buffers, data.children);
}
