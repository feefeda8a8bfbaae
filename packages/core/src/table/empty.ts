import { Data, type DataType, type Field, makeData } from "apache-arrow";

/** A column without rows. Arrow's `makeData` leaves out the children of lists and structs, on which every reader then trips. */
export function emptyData(type: DataType): Data {
  const data = makeData({ type, length: 0, nullCount: 0 });
  const children = childFields(type).map((field) => emptyData(field.type));
  return children.length === 0 ? data : new Data(type, 0, 0, 0, data.buffers, children);
}

/** The fields of a nested type; none of a plain one, which Arrow leaves undefined. */
export function childFields(type: DataType): readonly Field[] {
  return type.children ?? [];
}
