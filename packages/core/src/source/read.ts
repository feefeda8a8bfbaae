import type { RecordBatch } from "apache-arrow";
import type { Call, ReadQuery } from "../contract.js";
import { sondeError } from "../errors.js";
import { byteLengthOf } from "../table/bytes.js";
import { projectSchema } from "../table/schema.js";
import { isEmpty } from "../time/range.js";
import { adopt } from "./adopt.js";
import { batchesOf } from "./batches.js";
import type { StreamContext } from "./stream-context.js";
import type { Batches, CallOptions, ReadOptions } from "./types.js";

/** `read` with the range, the columns and the version resolved; undefined when the range is empty. */
export async function resolveRead(context: StreamContext, options: ReadOptions): Promise<ReadQuery | undefined> {
  if (options.version !== undefined && context.driver.versions === undefined) throw context.unsupported("versions");
  const range = await context.range(options);
  if (range !== undefined && isEmpty(range)) return undefined;
  const columns = await context.columns(options);
  return {
    ...(range === undefined ? {} : { range }),
    ...(columns === undefined ? {} : { columns }),
    ...(options.version === undefined ? {} : { version: options.version }),
  };
}

/** Batches of one call, counted for its progress. */
export async function* counted(
  context: StreamContext,
  options: CallOptions,
  work: (call: Call) => AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch, void, undefined> {
  let count: ((rows: number, bytes: number) => void) | undefined;
  const batches = context.calls.iterate(`reading '${context.driver.id}'`, options, (call) => {
    count = call.count;
    return work(call);
  });
  for await (const batch of batches) {
    count?.(batch.numRows, byteLengthOf(batch));
    yield batch;
  }
}

/** Rows as stored, or the store's coarser copy where `level` asks for it. */
export function readBatches(context: StreamContext, options: ReadOptions): Batches {
  const { driver } = context;
  const { level } = options;
  return batchesOf({
    what: context.label,
    decode: driver.decode?.bind(driver),
    schema: async () => projectSchema(await context.schema(options), await context.columns(options)),
    async *iterate() {
      const { overview } = driver;
      if (level !== undefined && overview === undefined) throw context.unsupported("overview (level)");
      if (level !== undefined && (!Number.isInteger(level) || level < 0)) {
        throw sondeError("options", `level is a whole number from 0 (all rows) on, not ${level}`, {});
      }
      const query = await resolveRead(context.question(), options);
      if (query === undefined) return;
      const batches = counted(context, options, (call) =>
        level === undefined || overview === undefined ? driver.read(query, call) : overview.read({ ...query, level }, call),
      );
      yield* adopt(
        context.label,
        batches,
        level ? { method: "overview", by: "store", exact: false } : { method: "raw", by: "store", exact: true },
      );
    },
  });
}
