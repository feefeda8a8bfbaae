import { tickToTime, timeToTick } from "@sonde/core";
import { batchOf, type ColumnInput, fieldInfo, type Nanos, type StreamDriver } from "@sonde/core/connector";
import type { RecordBatch } from "./arrow.js";
import type { Context } from "./context.js";
import { ensure } from "./ensure.js";
import { gather, rowsOf } from "./rows.js";

/**
 * A batch that continues a stream: its own last cells again, at new times after the last one, 1 ns apart. Rows of a stream with a clock
 * are at its next ticks, and columns of role "tick" hold these.
 */
export async function continuation(context: Context, stream: StreamDriver, rows = 3): Promise<RecordBatch> {
  const { schema, clock } = await stream.describe(context.call());
  const batches = await gather(stream.read({}, context.call()));
  const have = rowsOf(batches);
  const last = have.times.at(-1);
  ensure(last !== undefined, `stream '${stream.id}' has no rows to continue`);
  const columns = new Map<string, ColumnInput>();
  const row = have.times.length - 1;
  const ticks = clock && Array.from({ length: rows }, (_, index) => timeToTick(clock, last + 1n) + BigInt(index));
  for (const field of schema.fields) {
    const { name } = field;
    const cell = have.columns.get(name)?.[row] ?? null;
    if (name === "time") columns.set(name, ticks ? BigInt64Array.from(ticks, (tick) => tickToTime(clock, tick)) : timesAfter(last, rows));
    else columns.set(name, ticks && fieldInfo(field).role === "tick" ? ticks : Array.from({ length: rows }, () => cell));
  }
  // Object.fromEntries makes own properties: a column called `__proto__` stays one.
  return batchOf(schema, Object.fromEntries(columns));
}

const timesAfter = (last: Nanos, rows: number) => BigInt64Array.from({ length: rows }, (_, index) => last + 1n + BigInt(index));
