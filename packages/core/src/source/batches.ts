import type { RecordBatch, Schema } from "apache-arrow";
import { isSondeError, sondeError } from "../errors.js";
import { byteLengthOf } from "../table/bytes.js";
import { type DecodeCell, rowsOf } from "../table/rows.js";
import { tableOf } from "../table/table.js";
import { many } from "./many.js";
import type { Batches } from "./types.js";

const GIBIBYTE = 2 ** 30;

/** What makes batches: `iterate` starts anew each time, `schema` is asked only when no batch came. */
export interface BatchesPlan {
  /** For messages: "btrdb 'NW/stream0'". */
  readonly what: string;
  iterate(): AsyncGenerator<RecordBatch, void, undefined>;
  schema(): Promise<Schema>;
  readonly decode?: DecodeCell | undefined;
}

/** Batches as users hold them, over any operator that makes them. */
export function batchesOf(plan: BatchesPlan): Batches {
  async function gather(maxBytes: number): Promise<{ batches: RecordBatch[]; error?: unknown }> {
    const batches: RecordBatch[] = [];
    let bytes = 0;
    try {
      for await (const batch of plan.iterate()) {
        bytes += byteLengthOf(batch);
        if (bytes > maxBytes) throw tooLarge(plan.what, bytes, maxBytes);
        batches.push(batch);
      }
      return { batches };
    } catch (error) {
      return { batches, error };
    }
  }
  const whole = async (batches: RecordBatch[]) => tableOf(batches[0]?.schema ?? (await plan.schema()), batches);

  return {
    ...(plan.decode === undefined ? {} : { decode: plan.decode }),
    [Symbol.asyncIterator]: () => plan.iterate(),
    async table({ maxBytes = 2 * GIBIBYTE } = {}) {
      const gathered = await gather(maxBytes);
      if ("error" in gathered) throw gathered.error;
      return whole(gathered.batches);
    },
    async settle() {
      const gathered = await gather(2 * GIBIBYTE);
      if (!("error" in gathered)) return { table: await whole(gathered.batches) };
      // An abort or a closed source is the caller's own doing, not damage.
      if (!isSondeError(gathered.error) || gathered.error.code === "closed") throw gathered.error;
      return { table: await whole(gathered.batches), error: gathered.error };
    },
    rows: () =>
      many(async function* () {
        for await (const batch of plan.iterate()) yield* rowsOf(batch, plan.decode);
      }),
  };
}

function tooLarge(what: string, asked: number, allowed: number) {
  return sondeError(
    "limit",
    `${what}: the table would hold more than ${allowed} bytes: narrow the range or the columns, ask for windows(), iterate the batches, or raise maxBytes`,
    { what: "bytes of a table", asked, allowed, option: "maxBytes" },
  );
}
