import { chunksOf, fieldInfo, nanosOffsets, type Provenance, provenance, timesOf } from "@sonde/core";
import { isTypedArray, type RecordBatch } from "@sonde/core/connector";

/** Rows or windows of one quantity, in order of time. `low`, `high` and `count` are there for windows. Missing values are NaN. */
export type TileData = {
  readonly times: BigInt64Array;
  /** Of windows their mean. */
  readonly mid: Float64Array;
  readonly low?: Float64Array | undefined;
  readonly high?: Float64Array | undefined;
  readonly count?: Float64Array | undefined;
  readonly provenance?: Provenance | undefined;
  readonly unit?: string | undefined;
  readonly bytes: number;
};

/** What a plot needs of batches: the column as stored and scaled, or its statistics, found by what their metadata say. */
export function tileOf(batches: readonly RecordBatch[], column: string): TileData {
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const times = new BigInt64Array(rows);
  let at = 0;
  for (const batch of batches) {
    times.set(timesOf(batch), at);
    at += batch.numRows;
  }
  const fields = batches[0]?.schema.fields ?? [];
  const statistic = (name: string) => fields.find((field) => fieldInfo(field).statistic === name && fieldInfo(field).of === column)?.name;
  const plain = fields.find(
    ({ name }) => name === column && fieldInfo(fields.find((field) => field.name === name) ?? failed()).of === undefined,
  );
  const read = (name: string | undefined) => (name === undefined ? undefined : valuesOf(batches, name, rows));
  const [low, high, mean, count] = [read(statistic("min")), read(statistic("max")), read(statistic("mean")), read(statistic("count"))];
  const mid = read(plain?.name) ?? mean ?? low ?? high ?? new Float64Array(rows).fill(Number.NaN);
  const columns = [mid, low, high, count].filter((one) => one !== undefined);
  const unit = fields
    .map((field) => fieldInfo(field))
    .find(({ of, unit }, index) => unit !== undefined && (of === column || fields[index]?.name === column));
  const schema = batches[0]?.schema;
  return {
    times,
    mid,
    low,
    high,
    count,
    provenance: schema && provenance(schema),
    unit: unit?.unit,
    bytes: 8 * rows * (1 + columns.length) + 256,
  };
}

function failed(): never {
  throw new RangeError("a field that was found is no longer there");
}

/** As doubles, in physical units: rows hold integers as stored, statistics do not. */
function valuesOf(batches: readonly RecordBatch[], name: string, rows: number): Float64Array {
  const values = new Float64Array(rows);
  let at = 0;
  for (const batch of batches) {
    const field = batch.schema.fields.find((one) => one.name === name);
    const { scale = 1, offset = 0, statistic } = field ? fieldInfo(field) : {};
    const scaled = statistic === undefined && (scale !== 1 || offset !== 0);
    let row = at;
    for (const chunk of chunksOf(batch, name)) {
      const cells: unknown = chunk.values;
      for (let index = 0; index < chunk.length; index++, row++) {
        const there = isTypedArray(cells) && (chunk.nullCount === 0 || chunk.getValid(index));
        const value = there ? Number(cells[index]) : Number.NaN;
        values[row] = scaled ? value * scale + offset : value;
      }
    }
    at += batch.numRows;
  }
  return values;
}

/** Pixels of the tile's times: `left` is where `range` begins, `right` where it ends. */
export function pixelsOf(
  times: BigInt64Array,
  range: { readonly start: bigint; readonly end: bigint },
  left: number,
  right: number,
): Float64Array {
  const offsets = nanosOffsets(times, range.start);
  const scale = (right - left) / (Number(range.end - range.start) || 1);
  return offsets.map((offset) => left + offset * scale);
}
