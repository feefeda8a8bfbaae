import { type Data, type DataType, Field, makeData, type RecordBatch, type Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { coalesceBatches } from "../table/batches.js";
import { type FieldInfo, fieldInfo, timeField } from "../table/field.js";
import { lowWord, wordsOf } from "../table/nanos-offsets.js";
import { schemaOf } from "../table/schema.js";
import { batchOfData, nullData, takeData } from "../table/take.js";
import { arrowType } from "../table/types.js";
import { Side } from "./join-side.js";

/** One side of a join. */
export interface JoinInput {
  /** Of the batches that will come: with `time`, never descending. */
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
  /** The joined name of a column of this input; names must differ between inputs. */
  readonly nameOf: (column: string, info: FieldInfo) => string;
}

/**
 * The schema of {@link joinBatches}: `time`, then each input's columns, renamed and nullable. References between columns
 * (`sonde:count`) and names of quantities (`sonde:of`) follow the renaming, so that the result can be windowed again.
 */
export function joinSchema(inputs: readonly Pick<JoinInput, "schema" | "nameOf">[]): Schema {
  const times = inputs.map(({ schema }) => fieldInfo(schema.fields.find(({ name }) => name === "time") ?? timeField()));
  const [first] = times;
  const alike = first !== undefined && times.every(({ at, width }) => at === first.at && width === first.width);
  const time = timeField(
    alike ? { ...(first.at ? { at: first.at } : {}), ...(first.width === undefined ? {} : { width: first.width }) } : {},
  );
  const fields = inputs.flatMap(({ schema, nameOf }) => columnsOf(schema).map((field) => renamed(field, schema, nameOf)));
  const seen = new Set(["time"]);
  for (const { name } of fields) {
    if (seen.has(name))
      throw sondeError("options", `two columns of a join would be called '${name}': give its streams names of their own`, {});
    seen.add(name);
  }
  return schemaOf([time, ...fields]);
}

function columnsOf(schema: Schema): Field[] {
  return schema.fields.filter(({ name }) => name !== "time");
}

function renamed(field: Field, schema: Schema, nameOf: JoinInput["nameOf"]): Field {
  const info = fieldInfo(field);
  const metadata = new Map(field.metadata);
  const count = schema.fields.find(({ name }) => name === info.count);
  if (count) metadata.set("sonde:count", nameOf(count.name, fieldInfo(count)));
  if (info.of !== undefined) metadata.set("sonde:of", nameOf(info.of, {}));
  return new Field(nameOf(field.name, info), field.type, true, metadata);
}

/**
 * The outer join on `time`, streaming: one row for each instant that any input has, null (never NaN) where an input has
 * none. Where an input has an instant several times, its rows pair with those of the others in order: the first with the
 * first, and so on; there is no product. Memory: a batch of each input, and one of output.
 *
 * When an input fails, all rows up to where it did come first, then its error. An early return releases every input.
 *
 * @example
 * ```ts
 * joinBatches(streams.map(({ name, schema, batches }) => ({ schema, batches, nameOf: (column) => `${name}/${column}` })));
 * ```
 */
export function joinBatches(inputs: readonly JoinInput[]): AsyncGenerator<RecordBatch> {
  return coalesceBatches(segments(inputs, joinSchema(inputs)));
}

async function* segments(inputs: readonly JoinInput[], schema: Schema): AsyncGenerator<RecordBatch> {
  const sides = inputs.map(({ schema: own, batches }) => new Side(own, batches));
  try {
    while (true) {
      const loads = await Promise.allSettled(sides.filter((side) => side.wants).map((side) => side.load()));
      const failed = loads.find((load) => load.status === "rejected");
      if (failed) throw failed.reason;
      if (sides.every((side) => side.done)) return;
      yield segment(sides, schema);
    }
  } finally {
    await Promise.allSettled(sides.map(async (side) => side.iterator.return?.()));
  }
}

/** Merges until a side has no more rows at hand: what comes next can't be known before its next batch. */
function segment(sides: readonly Side[], schema: Schema): RecordBatch {
  const open = sides.filter((side) => side.row < side.length);
  const starts = open.map((side) => side.row);
  const left = open.map((side) => side.length - side.row);
  // Beside a side with few rows left, the others' rows are not worth the space.
  const most = Math.min(
    left.reduce((a, b) => a + b, 0),
    16 * Math.min(...left) + 1024,
    65_536,
  );
  const picked = open.map(() => new Int32Array(most).fill(-1));
  const times = new BigInt64Array(most);
  const { low, high } = wordsOf(times);
  let rows = 0;
  let exhausted = false;
  while (rows < most && !exhausted) {
    let leastHigh = open[0]?.high() ?? 0;
    let leastLow = open[0]?.low() ?? 0;
    for (let k = 1; k < open.length; k++) {
      // In bounds by the loop.
      const side = open[k] as Side;
      const sideHigh = side.high();
      if (sideHigh > leastHigh) continue;
      const sideLow = side.low();
      if (sideHigh < leastHigh || sideLow < leastLow) {
        leastHigh = sideHigh;
        leastLow = sideLow;
      }
    }
    for (let k = 0; k < open.length; k++) {
      const side = open[k] as Side;
      if (side.high() !== leastHigh || side.low() !== leastLow) continue;
      // As many as sides that are open.
      (picked[k] as Int32Array)[rows] = side.row++;
      exhausted ||= side.row === side.length;
    }
    high[2 * rows + 1 - lowWord] = leastHigh;
    low[2 * rows + lowWord] = leastLow;
    rows++;
  }
  const time = makeData({ type: arrowType.nanos(), length: rows, nullCount: 0, data: times.subarray(0, rows) });
  const columns = sides.flatMap((side) => {
    const k = open.indexOf(side);
    return side.columns.map((column, index) => {
      const data = k < 0 ? undefined : side.batch?.data.children[column];
      // A type and, of an open side, rows for each column.
      if (data === undefined) return nullData(side.types[index] as DataType, rows);
      return pick(data, starts[k] ?? 0, (picked[k] as Int32Array).subarray(0, rows));
    });
  });
  return batchOfData(schema, [time, ...columns], rows);
}

/** Rows one after another are a view. */
function pick(data: Data, start: number, rows: Int32Array): Data {
  const whole = rows[0] === start && rows.at(-1) === start + rows.length - 1 && !rows.includes(-1);
  return whole ? data.slice(start, rows.length) : takeData(data, rows);
}
