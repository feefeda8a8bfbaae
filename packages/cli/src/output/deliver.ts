import type { DecodeCell } from "@sonde/core";
import { type Batches, formatSpan, provenance } from "@sonde/core";
import type { RecordBatch, Schema } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { exitCodeOf, failure } from "../exit.js";
import { textColumns, textRows } from "./cell.js";
import { decodable } from "./decodable.js";
import { createOutputFile } from "./file.js";
import { encode, type Format } from "./format.js";
import { keep } from "./kept.js";
import { plainOf } from "./plain.js";
import { tableLines } from "./table.js";
import { counted } from "./text.js";

export type Delivery = {
  readonly format: Format;
  /** Undefined: stdout. */
  readonly file?: string | undefined;
  /** No more rows than that. */
  readonly rows?: number;
  /** Rows come as they happen: each is printed at once. */
  readonly live?: boolean;
};

/** What is written: batches that come, and what they look like where none do. */
export type Deliverable = AsyncIterable<RecordBatch> & Pick<Batches, "decode" | "table">;

/**
 * Writes batches to stdout or a file. When reading fails or is interrupted on the way, every whole batch before is written, the
 * format is closed properly, and the error says how many rows there are; a file keeps its partial name then. Resolves to the rows written.
 */
export async function deliver(context: Context, batches: Deliverable, { format, file, rows, live = false }: Delivery): Promise<number> {
  const shown = decoderFor(format, batches.decode);
  const kept = await keep(decodable(batches, shown), rows);
  // Without rows there is still a header: a second read, as empty as the first, tells its schema.
  const empty = kept.first === undefined ? await batches.table() : undefined;
  const schema = kept.first?.schema ?? empty?.schema;
  if (schema !== undefined) sayProvenance(context, schema);
  const output = file === undefined ? undefined : await createOutputFile(file);
  try {
    const sink = output ?? context.out;
    const pieces =
      format === "table"
        ? tableLines(textColumns(schema?.fields ?? []), textRows(kept.batches(), shown), {
            style: context.style,
            width: context.width,
            ...(live ? { sample: 1 } : {}),
            onLeftOut: (names) => sayLeftOut(context, names),
          })
        : encode(format, empty ?? kept.batches(), { decode: shown, toFile: output !== undefined });
    for await (const piece of pieces) await sink.write(piece);
  } catch (error) {
    await output?.discard();
    throw error;
  }
  const failed = kept.failure();
  if (failed === undefined) {
    await output?.finish();
    if (output !== undefined) context.say(`${counted(kept.rows(), "row")} in ${file}`);
    return kept.rows();
  }
  await output?.keep();
  throw incomplete(context, kept.rows(), failed.error, output?.partial);
}

/** Arrow keeps encoded cells as they are stored; text gets values of JavaScript's own kinds. */
function decoderFor(format: Format, decode: DecodeCell | undefined): DecodeCell | undefined {
  if (decode === undefined || format === "arrow") return undefined;
  return format === "table" ? decode : (field, cell) => plainOf(decode(field, cell));
}

/** Tells of a read that failed on its way what became of the rows before. */
function incomplete({ signal }: Context, rows: number, error: unknown, partial: string | undefined): Error {
  const reason = signal.aborted ? "interrupted" : error instanceof Error ? error.message : String(error);
  const where = partial === undefined ? "written" : `kept in ${partial}`;
  return failure(exitCodeOf(error, signal), `${reason}; ${counted(rows, "row")} before it ${rows === 1 ? "is" : "are"} ${where}`, error);
}

/** Rows that are not as stored say how they came about. */
function sayProvenance({ say }: Context, schema: Schema): void {
  const origin = provenance(schema);
  if (origin === undefined || origin.method === "raw") return;
  const width = origin.width === undefined ? "" : ` of ${formatSpan(origin.width)}`;
  say(`${origin.method}${width}, computed ${origin.by === "store" ? "by the store" : "here"}, ${origin.exact ? "exact" : "not exact"}`);
}

function sayLeftOut({ say }: Context, names: readonly string[]): void {
  const some = names.slice(0, 3).join(", ") + (names.length > 3 ? ", …" : "");
  say(`${counted(names.length, "column")} left out for the terminal's width (${some}): choose by --columns`);
}
