import { isSondeError } from "@sonde/core/bytes";
import { type ArrayQuery, type Call, type Field, fieldInfo, type NdArray, sondeError } from "@sonde/core/connector";
import type { RunContext } from "../run/context.js";
import { dataKeysOf } from "../run/describe.js";
import { type EventArrays, eventArrays } from "../run/event-arrays.js";
import type { StreamData } from "./stream-data.js";
import type { Shared } from "./stream-driver.js";

type Load = (call: Call) => Promise<StreamData>;

/** The arrays of one field, one an event, by their `seq_num` as text. There is one level only, as stored. */
export function readArrays(context: RunContext, stream: string, shared: Shared) {
  return async function* (query: ArrayQuery, call: Call, load: Load): AsyncGenerator<NdArray, void, undefined> {
    call.signal.throwIfAborted();
    shared.check();
    const field = query.field ?? (await firstArrayField(call, load));
    const keys = dataKeysOf(await context.descriptorsOf(stream, call));
    if (!keys.has(field)) {
      throw sondeError("not-found", `stream '${stream}' has no field '${field}': there are ${[...keys.keys()].join(", ")}`, { id: field });
    }
    const arrays = await eventArrays(context, stream, field, call);
    try {
      for (const row of rowsOf(arrays, query, field)) {
        shared.check();
        call.signal.throwIfAborted();
        const { seqNum, time } = arrays.rows[row] ?? { seqNum: 0, time: 0n };
        const ref = String(seqNum);
        const asked = performance.now();
        const array = await arrays.read(row, { signal: call.signal, slice: query.slice });
        call.observe({
          kind: "request",
          target: `${context.uid}/${stream}/${field}/${ref}`,
          milliseconds: performance.now() - asked,
          bytes: array.data.byteLength,
        });
        yield {
          time,
          ref,
          field,
          shape: array.shape,
          level: 0,
          data: array.data,
          ...(array.dims === undefined ? {} : { dims: array.dims }),
        };
      }
    } catch (error) {
      if (isSondeError(error) || call.signal.aborted) throw error;
      throw sondeError("format", `an array of '${field}' can't be read`, { key: field, cause: error });
    } finally {
      await arrays.close();
    }
  };
}

async function firstArrayField(call: Call, load: Load): Promise<string> {
  const { schema } = await load(call);
  const field = schema.fields.find((one: Field) => fieldInfo(one).role === "array");
  if (field !== undefined) return field.name;
  throw sondeError("not-found", "the stream has no field of arrays", { id: "arrays" });
}

function rowsOf(arrays: EventArrays, { refs, range }: ArrayQuery, field: string): readonly number[] {
  const inside = (row: number) => {
    const { time } = arrays.rows[row] ?? { time: 0n };
    return range === undefined || (time >= range.start && time < range.end);
  };
  if (refs === undefined) {
    const rows = [...arrays.rows.keys()].filter(inside);
    // In order of time, which is that of the numbers but for clocks that were set.
    return rows.sort((a, b) => Number((arrays.rows[a]?.time ?? 0n) - (arrays.rows[b]?.time ?? 0n)) || a - b);
  }
  const byRef = new Map(arrays.rows.map(({ seqNum }, row) => [String(seqNum), row] as const));
  return refs
    .map((ref) => {
      const row = byRef.get(ref);
      if (row === undefined) throw sondeError("not-found", `'${field}' has no array '${ref}': refs are the numbers of events`, { id: ref });
      return row;
    })
    .filter(inside);
}
