import { formatNanos } from "@sonde/core";
import { delay, follow as followSignals, isSondeError } from "@sonde/core/bytes";
import {
  batchOf,
  type Call,
  type Field,
  type Nanos,
  projectSchema,
  type RecordBatch,
  type Schema,
  sondeError,
} from "@sonde/core/connector";
import type { Event } from "../event-model/documents.js";
import { nanosOf } from "../event-model/seconds.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { unpacked } from "../event-model/unpack.js";
import type { RunContext } from "../run/context.js";
import { dataKeysOf } from "../run/describe.js";
import { columnOf } from "../table/column.js";
import { jsonText, plainOf } from "../write/plain.js";
import { isArrayField, type StreamData } from "./stream-data.js";

/** Rows of a batch at most. */
const mostRows = 10_000;

/**
 * New events of a run under way, from those that are stored at the call (or since `from`) to the run's stop. Rejects `overrun`, with the time to
 * go on from, where a server sends them faster than they are read.
 */
export async function* followStream(
  context: RunContext,
  stream: string,
  query: { readonly from?: Nanos; readonly columns?: readonly string[] },
  call: Call,
  load: (call: Call) => Promise<StreamData>,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { follow } = context.backend;
  if (follow === undefined) return;
  const data = await load(call);
  const schema = projectSchema(data.schema, query.columns);
  // What was stored before this call is not new.
  let stored = data.times.length;
  const descriptors = new Set<string>();
  // A step under way when the follower is left is ended by this signal.
  const own = followSignals([call.signal]);
  const iterator = follow.call(context.backend, context.uid, { signal: own.signal })[Symbol.asyncIterator]();
  let pending = iterator.next();
  let newest: Nanos | undefined;
  try {
    for (;;) {
      const events: Event[] = [];
      let step = await pending;
      while (!step.done) {
        for (const [name, document] of unpacked(step.value)) {
          if (name === "descriptor" && streamNameOf(document) === stream) descriptors.add(document.uid);
          if (name !== "event" || !descriptors.has(document.descriptor)) continue;
          const wanted = query.from === undefined ? stored <= 0 : nanosOf(document.time) >= query.from;
          stored--;
          if (wanted) events.push(document);
        }
        pending = iterator.next();
        // More that is at hand goes into the same batch.
        const next = events.length >= mostRows ? undefined : await atHand(pending, events.length > 0, call);
        if (next === undefined) break;
        step = next;
      }
      for (const { time } of events) if (newest === undefined || nanosOf(time) > newest) newest = nanosOf(time);
      if (events.length > 0) yield batchOfEvents(events, schema, context, await context.descriptorsOf(stream, call).then(dataKeysOf));
      if (step.done) return;
    }
  } catch (error) {
    if (!isSondeError(error, "overrun") || newest === undefined) throw error;
    throw sondeError("overrun", `${error.message}, from ${formatNanos(newest + 1n)} on`, { resumeFrom: newest + 1n, cause: error });
  } finally {
    pending.catch(() => {});
    own.release();
    own.abort(new DOMException("The follower was left", "AbortError"));
    await iterator.return?.();
  }
}

/** The next step, or undefined where it takes longer than a turn and there is something to hand out. */
async function atHand<T>(pending: Promise<T>, impatient: boolean, call: Call): Promise<T | undefined> {
  if (!impatient) return pending;
  // What was gathered is handed out before a failure is.
  return Promise.race([pending.catch(() => undefined), delay("1ms", call).then(() => undefined)]);
}

function batchOfEvents(events: Event[], schema: Schema, context: RunContext, keys: ReturnType<typeof dataKeysOf>): RecordBatch {
  const sorted = events.sort((a, b) => a.time - b.time);
  const columns = schema.fields.map((field: Field) => {
    const { name } = field;
    if (name === "time") return [name, BigInt64Array.from(sorted, ({ time }) => nanosOf(time))] as const;
    if (name === "seq_num") return [name, Uint32Array.from(sorted, ({ seq_num }) => Number(seq_num))] as const;
    const key = keys.get(name);
    if (key !== undefined && isArrayField(key)) return [name, sorted.map(({ seq_num }) => String(seq_num))] as const;
    const cells = sorted.map(({ data }) => (Object.hasOwn(data, name) ? data[name] : undefined));
    return [name, fitted(field, cells, key, context.uid)] as const;
  });
  return batchOf(schema, Object.fromEntries(columns));
}

/** Cells under the field that the stream was described with. */
function fitted(field: Field, cells: readonly unknown[], key: Parameters<typeof columnOf>[2], uid: string) {
  const made = columnOf(field.name, cells, key);
  if (String(made.field.type) === String(field.type)) return made.values;
  const missing = (cell: unknown) => cell === undefined || cell === null;
  if (String(field.type) === "Utf8")
    return cells.map((cell) => (missing(cell) ? null : typeof cell === "string" ? cell : jsonText(plainOf(cell))));
  const numeric = cells.every((cell) => missing(cell) || typeof cell === "number");
  if (String(field.type) === "Float64" && numeric) return cells.map((cell) => (missing(cell) ? null : Number(cell)));
  if (cells.every(missing)) return cells.map(() => null);
  throw sondeError("format", `'${field.name}' of run ${uid} holds what does not fit ${String(field.type)}: open the stream again`, {
    key: field.name,
  });
}
