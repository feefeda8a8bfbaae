import type { Waiting } from "../catalog/types.js";
import { externalKind } from "../event-model/data-key.js";
import { eventModelError } from "../event-model/errors.js";
import type { RunContext } from "./context.js";
import { dataKeysOf } from "./describe.js";
import { eventArrays } from "./event-arrays.js";
import { runCells } from "./table.js";

/** The values of a field in order of `seq_num`; external ones are read one by one. Events that lack it are left out. */
export async function* runValues(
  context: RunContext,
  stream: string,
  field: string,
  options: Waiting,
): AsyncGenerator<unknown, void, undefined> {
  const dataKey = dataKeysOf(await context.descriptorsOf(stream, options)).get(field);
  if (dataKey === undefined) throw eventModelError("EventModelKeyError", `stream '${stream}' has no field '${field}'`, { id: field });
  if (externalKind(dataKey) === undefined) {
    const { rows } = await runCells(context, { stream, columns: [field], ...options });
    const cells = rows.data.get(field) ?? [];
    for (let row = 0; row < cells.length; row++) if (cells[row] !== undefined) yield cells[row];
    return;
  }
  const arrays = await eventArrays(context, stream, field, options);
  try {
    for (let row = 0; row < arrays.rows.length; row++) yield await arrays.read(row, options);
  } finally {
    await arrays.close();
  }
}
