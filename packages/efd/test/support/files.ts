import { toParquet } from "@sonde/core";
import { arrowType, batchOf, type ColumnInput, fieldOf, schemaOf } from "@sonde/core/connector";
import type { ObjectStore } from "@sonde/object-store";

const types = {
  double: arrowType.float64,
  float: arrowType.float32,
  long: arrowType.int64,
  int: arrowType.int32,
  text: arrowType.utf8,
  nanos: arrowType.nanos,
};

/** The bytes of a Parquet file of these columns, as [type, cells]. */
export function fileOfColumns(
  columns: { readonly [name: string]: readonly [type: keyof typeof types, cells: ColumnInput] },
  metadata: readonly (readonly [string, string])[] = [],
): Promise<Uint8Array> {
  const entries = Object.entries(columns);
  const schema = schemaOf(
    entries.map(([name, [type, cells]]) => fieldOf(name, types[type](), {}, Array.isArray(cells) && cells.includes(null))),
    metadata,
  );
  return toParquet(batchOf(schema, Object.fromEntries(entries.map(([name, [, cells]]) => [name, cells]))));
}

/** The key of a file of topic "t" in an hour of 2020-08-07. */
export function keyOf(hour: number, offset: number, partition = 0, topic = "t"): string {
  const folder = `topics/${topic}/year=2020/month=08/day=07/hour=${String(hour).padStart(2, "0")}`;
  return `${folder}/${topic}+${partition}+${String(offset).padStart(10, "0")}.snappy.parquet`;
}

export async function put(
  store: ObjectStore,
  key: string,
  columns: Parameters<typeof fileOfColumns>[0],
  metadata?: Parameters<typeof fileOfColumns>[1],
) {
  await store.put(key, await fileOfColumns(columns, metadata));
}

/** Seconds since the epoch of 2020-08-07T<hour>:00:00Z. */
export const hourSeconds = (hour: number) => 1_596_758_400 + hour * 3600;
