import type { RecordBatch, Table } from "apache-arrow";
import type { TimeRange } from "../contract.js";
import { sondeError } from "../errors.js";
import { projectSchema } from "../table/schema.js";
import { tableOf } from "../table/table.js";
import { adopt } from "./adopt.js";
import { counted, readBatches } from "./read.js";
import type { StreamContext } from "./stream-context.js";
import type { EndOptions } from "./types.js";

const raw = { method: "raw", by: "store", exact: true } as const;

/** The first rows; stops reading as soon as it has them. */
export async function head(context: StreamContext, rows: number, options: EndOptions): Promise<Table> {
  const wanted = checked(rows);
  const batches: RecordBatch[] = [];
  let missing = wanted;
  for await (const batch of missing > 0 ? readBatches(context, options) : []) {
    batches.push(batch.numRows > missing ? batch.slice(0, missing) : batch);
    missing -= batch.numRows;
    if (missing <= 0) break;
  }
  return gathered(context, batches, options);
}

/**
 * The last rows, ascending. Asks the store where it can (`newest`); else reads back from the end in growing steps where the
 * description says how dense the rows are; else reads the stream and keeps the end.
 */
export async function tail(context: StreamContext, rows: number, options: EndOptions): Promise<Table> {
  const wanted = checked(rows);
  if (wanted === 0) return gathered(context, [], options);
  const { newest } = context.driver;
  if (newest !== undefined) {
    const columns = await context.columns(options);
    const batches = adopt(
      context.label,
      counted(context, options, (call) => newest.read({ rows: wanted, ...(columns === undefined ? {} : { columns }) }, call)),
      raw,
    );
    return gathered(context, (await keepLast(batches, wanted)).batches, options);
  }
  const { extent, rows: total } = await context.describe(options);
  if (extent === null) return gathered(context, [], options);
  if (extent === undefined || total === undefined) {
    return gathered(context, (await keepLast(readBatches(context, options), wanted)).batches, options);
  }
  const whole = extent.end - extent.start;
  for (let span = (whole * BigInt(wanted) * 2n) / BigInt(Math.max(1, total)) + 1n; ; span *= 8n) {
    const range: TimeRange = { start: span < whole ? extent.end - span : extent.start, end: extent.end };
    const kept = await keepLast(readBatches(context, { ...options, ...range }), wanted);
    if (kept.rows >= wanted || range.start === extent.start) return gathered(context, kept.batches, options);
  }
}

async function keepLast(batches: AsyncIterable<RecordBatch>, wanted: number): Promise<{ batches: RecordBatch[]; rows: number }> {
  const kept: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    kept.push(batch);
    rows += batch.numRows;
    while (kept[0] !== undefined && rows - kept[0].numRows >= wanted) rows -= kept.shift()?.numRows ?? 0;
  }
  if (kept[0] !== undefined && rows > wanted) kept[0] = kept[0].slice(rows - wanted);
  return { batches: kept, rows: Math.min(rows, wanted) };
}

async function gathered(context: StreamContext, batches: RecordBatch[], options: EndOptions): Promise<Table> {
  const schema = async () => projectSchema(await context.schema(options), await context.columns(options));
  return tableOf(batches[0]?.schema ?? (await schema()), batches);
}

function checked(rows: number): number {
  if (Number.isSafeInteger(rows) && rows >= 0) return rows;
  throw sondeError("options", `a number of rows is a whole number from 0 on, not ${rows}`, {});
}
