import { timeToTick } from "@sonde/core";
import { type Call, type Clock, cellOf, type RecordBatch, schemaText, sondeError, timesOf } from "@sonde/core/connector";
import { decode } from "@sonde/msgpack-numpy";
import { entrySchema } from "./rows.js";
import type { SessionDataStream } from "./types.js";

/**
 * Appends rows of `time`, `tick` and encoded `value`, all of them or, where one can't be, those before it. Refuses rows of other columns,
 * and of times that are not those of their ticks.
 */
export async function appendTo(stream: SessionDataStream, batch: RecordBatch, clock: Clock, call: Call): Promise<void> {
  call.signal.throwIfAborted();
  const [wanted, given] = [schemaText(entrySchema), schemaText(batch.schema)];
  if (given !== wanted) {
    throw sondeError("options", `data stream '${stream.name}' takes rows of ${wanted}, not of ${given}`, {
      issues: [{ path: "rows", message: "must have the columns that describe() names" }],
    });
  }
  const entries = Array.from(timesOf(batch), (time, row) => {
    const tick = timeToTick(clock, time);
    const said = cell(batch, "tick", row);
    if (said !== tick) {
      const message = `row ${row} is at ${time} ns, which is tick ${tick} of this session, but its tick is ${String(said)}: give the time of the tick`;
      throw sondeError("options", message, { issues: [{ path: "rows", message: "must agree in time and tick" }] });
    }
    // Bytes by the schema, which was compared; exact, so that they are stored as they came.
    return { tick, value: decode(cell(batch, "value", row) as Uint8Array, { exact: true }) };
  });
  for (const { tick, value } of entries) await stream.append(tick, value);
}

function cell(batch: RecordBatch, column: string, row: number): unknown {
  const data = batch.getChild(column)?.data[0];
  return data === undefined ? undefined : cellOf(data, row);
}
