import { type RecordBatch, sliceTime, timesOf } from "@sonde/core/connector";

/** An hour of UTC, in nanoseconds. */
const hour = 3_600_000_000_000n;

export function hourOf(time: bigint): bigint {
  const rest = time % hour;
  return rest < 0n ? time - rest - hour : time - rest;
}

export function nextHour(start: bigint): bigint {
  return start + hour;
}

/** Rows of one hour; ends with the hour or with the rows. */
export type Hour = { readonly start: bigint; readonly batches: AsyncIterable<RecordBatch> };

/** Ascending batches, hour by hour. The batches of an hour must be taken before the next hour is asked for. Memory: a batch. */
export async function* byHour(source: AsyncIterable<RecordBatch>): AsyncGenerator<Hour, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let waiting: RecordBatch | undefined;
  const next = async (): Promise<RecordBatch | undefined> => {
    while (waiting === undefined || waiting.numRows === 0) {
      const step = await iterator.next();
      if (step.done) return undefined;
      waiting = step.value;
    }
    return waiting;
  };
  async function* within(start: bigint): AsyncGenerator<RecordBatch, void, undefined> {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      const part = sliceTime(batch, { start, end: nextHour(start) });
      if (part.numRows === 0) return;
      waiting = part.numRows === batch.numRows ? undefined : batch.slice(part.numRows);
      yield part;
      if (waiting !== undefined) return;
    }
  }
  try {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      const start = hourOf(timesOf(batch)[0] ?? 0n);
      yield { start, batches: within(start) };
    }
  } finally {
    await iterator.return?.();
  }
}

/** "year=2026/month=11/day=22/hour=06" */
export function hourPath(start: bigint): string {
  const date = new Date(Number(start / 1_000_000n));
  const two = (value: number) => String(value).padStart(2, "0");
  return `year=${String(date.getUTCFullYear()).padStart(4, "0")}/month=${two(date.getUTCMonth() + 1)}/day=${two(date.getUTCDate())}/hour=${two(date.getUTCHours())}`;
}
