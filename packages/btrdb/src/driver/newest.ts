import { type Call, chunksOf, type Newest, projectBatch, projectSchema, type RecordBatch } from "@sonde/core/connector";
import { maximumTime, minimumTime } from "../points/clock.js";
import type { DriverContext } from "./context.js";
import { requested } from "./context.js";
import type { StreamParts } from "./stream.js";

/** Windows in one step backward, as the tree has children to a node. */
const fanOut = 64n;
const firstWidth = 1n << 20n;

/** The last rows: found by counting windows backward from the last point, then read once. */
export function newestOf(context: DriverContext, parts: StreamParts): Newest {
  return {
    async *read({ rows, columns }, call) {
      call.signal.throwIfAborted();
      projectSchema(parts.schema(), columns);
      if (rows <= 0) return;
      const last = await parts.stream().latest({ ...call, version: 0n });
      if (last === undefined) return;
      const start = await startOf(context, parts.uuid, { rows, end: last.time + 1n }, call);
      const request = { kind: "raw", uuid: parts.uuid, start, end: maximumTime, version: 0n } as const;
      const kept: RecordBatch[] = [];
      let total = 0;
      for await (const batch of requested(context, request, call)) {
        kept.push(batch);
        total += batch.numRows;
        while (kept[0] !== undefined && total - kept[0].numRows >= rows) total -= kept.shift()?.numRows ?? 0;
      }
      let surplus = Math.max(0, total - rows);
      for (const batch of kept) {
        const cut = Math.min(surplus, batch.numRows);
        surplus -= cut;
        if (cut < batch.numRows) yield projectBatch(parts.batch(batch.slice(cut)), columns);
      }
    },
  };
}

/** A time from which at least `rows` points lie before `end`, and not many more. */
async function startOf(
  context: DriverContext,
  uuid: Uint8Array,
  { rows, end }: { readonly rows: number; readonly end: bigint },
  call: Call,
): Promise<bigint> {
  for (let width = firstWidth; ; width *= fanOut) {
    const whole = width * fanOut;
    const reaches = end - whole <= minimumTime;
    const start = reaches ? end - ((end - minimumTime) / width) * width : end - whole;
    if (start >= end) return minimumTime;
    const request = { kind: "windows", uuid, start, end, width, depth: 0, version: 0n } as const;
    const windows: (readonly [time: bigint, count: number])[] = [];
    for await (const batch of requested(context, request, call)) {
      // Columns of one length, of the kinds that the shape makes.
      const times = chunksOf(batch, "time")[0]?.values as BigInt64Array;
      const counts = chunksOf(batch, "count")[0]?.values as BigUint64Array;
      for (let row = 0; row < batch.numRows; row++) windows.push([times[row] as bigint, Number(counts[row])]);
    }
    let found = 0;
    for (const [time, count] of windows.reverse()) {
      found += count;
      if (found >= rows) return time;
    }
    if (reaches) return minimumTime;
  }
}
