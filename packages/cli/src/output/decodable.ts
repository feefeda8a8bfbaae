import { formatNanos, isSondeError, sondeError } from "@sonde/core";
import { cellOf, type Field, fieldInfo, type RecordBatch, timesOf } from "@sonde/core/connector";
import type { DecodeCell } from "../decoders.js";

/**
 * Batches whose encoded cells can all be decoded: where one can't, the rows before it come, then the error that names the row.
 * Writers decode as they write and could not end their file properly in the middle. Cost: each cell is decoded once more.
 */
export async function* decodable(
  batches: AsyncIterable<RecordBatch>,
  decode: DecodeCell | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) {
    const damage = decode && firstDamage(batch, decode);
    if (damage === undefined) yield batch;
    else {
      if (damage.row > 0) yield batch.slice(0, damage.row);
      throw damage.error;
    }
  }
}

function firstDamage(batch: RecordBatch, decode: DecodeCell): { readonly row: number; readonly error: unknown } | undefined {
  const encoded = batch.schema.fields
    .map((field: Field, index: number) => ({ field, data: batch.data.children[index] as Parameters<typeof cellOf>[0] })) // one for each field
    .filter(({ field }) => fieldInfo(field).encoding !== undefined);
  for (let row = 0; encoded.length > 0 && row < batch.numRows; row++) {
    for (const { field, data } of encoded) {
      try {
        const cell = cellOf(data, row);
        if (cell !== null) decode(field, cell);
      } catch (error) {
        return { row, error: named(error, field, timesOf(batch)[row]) };
      }
    }
  }
  return undefined;
}

function named(cause: unknown, field: Field, time: bigint | undefined): unknown {
  if (!isSondeError(cause, "format") || time === undefined) return cause;
  return sondeError("format", `'${field.name}' of the row at ${formatNanos(time)}: ${cause.message}`, { key: field.name, cause });
}
