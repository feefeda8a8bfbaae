import { delay } from "@sonde/core/bytes";
import { cellOf, chunksOf, type Live, projectBatch, type RecordBatch, takeRows, timesOf } from "@sonde/core/connector";
import type { InfluxContext } from "./driver.js";
import { readSelect, type SelectOptions, selectOf } from "./select.js";

/**
 * New rows by polling. The database keeps one point for each time and set of tags, so that these tell what was handed on already: each
 * poll looks back by `lateness`, and rows that came late within it are new too. The database keeps what is not read, so there is no queue
 * that could overflow. Memory: the times and tags of the last `lateness`.
 */
export function liveOf({ session, pollInterval, lateness, ...context }: InfluxContext, name: string): Live {
  return {
    async *follow({ from, columns }, call) {
      call.signal.throwIfAborted();
      const topic = await context.topic(name, call);
      const tags = topic.columns.filter(({ type }) => type === "tag").map((column) => column.name);
      const { schema } = selectOf(session.place, topic, { columns });
      const asked = columns && [...columns, ...tags];
      const read = (options: SelectOptions) =>
        readSelect(session.transport, selectOf(session.place, topic, { columns: asked, ...options }), call);
      const told = new Map<string, bigint>();
      let newest: bigint | undefined;
      const see = (batch: RecordBatch): Int32Array => {
        const times = timesOf(batch);
        const keys = keysOf(batch, times, tags);
        const fresh: number[] = [];
        for (const [row, key] of keys.entries()) {
          if (told.has(key)) continue;
          // A key for each time.
          const time = times[row] as bigint;
          told.set(key, time);
          if (newest === undefined || time > newest) newest = time;
          fresh.push(row);
        }
        return Int32Array.from(fresh);
      };

      if (from === undefined) {
        for await (const batch of read({ newest: 1 })) newest = timesOf(batch)[0];
        // What is there already is not new; what comes behind it while this is read, is.
        if (newest !== undefined) for await (const batch of read({ range: { start: newest - lateness, end: newest + 1n } })) see(batch);
      }
      for (;;) {
        const start = newest === undefined ? (from ?? first) : later(newest - lateness, from);
        for await (const batch of read({ range: { start, end: last } })) {
          const fresh = see(batch);
          if (fresh.length === 0) continue;
          const rows = fresh.length === batch.numRows ? batch : takeRows(batch, fresh);
          yield projectBatch(rows, columns === undefined ? undefined : schema.fields.slice(1).map((field) => field.name));
        }
        if (newest !== undefined) for (const [key, time] of told) if (time < newest - lateness) told.delete(key);
        await delay(pollInterval, { signal: call.signal });
      }
    },
  };
}

const first = -(2n ** 63n);
const last = 2n ** 63n - 1n;

function later(time: bigint, other: bigint | undefined): bigint {
  return other !== undefined && other > time ? other : time;
}

function keysOf(batch: RecordBatch, times: BigInt64Array, tags: readonly string[]): readonly string[] {
  const columns = tags.flatMap((tag) => chunksOf(batch, tag));
  return Array.from(times, (time, row) => JSON.stringify([String(time), ...columns.map((data) => cellOf(data, row))]));
}
