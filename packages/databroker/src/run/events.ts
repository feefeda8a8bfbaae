import type { Waiting } from "../catalog/types.js";
import type { Event, EventDescriptor } from "../event-model/documents.js";
import { recordOf } from "../event-model/own.js";
import { nanosOf } from "../event-model/seconds.js";
import { streamNameOf } from "../event-model/stream-name.js";
import type { RunContext } from "./context.js";
import { dataKeysOf } from "./describe.js";
import { runDocuments } from "./documents.js";
import { matchColumns } from "./match-columns.js";
import type { EventOptions, RunEvent } from "./types.js";

/** Events of one stream in the order of the store; those without any of the columns asked for are left out. */
export async function* runEvents(context: RunContext, options: EventOptions & Waiting): AsyncGenerator<RunEvent, void, undefined> {
  const { stream = "primary", columns, fill = "no", signal } = options;
  const descriptors = await context.descriptorsOf(stream, { signal });
  const fields = columns === undefined ? undefined : matchColumns(columns, dataKeysOf(descriptors), []).fields;
  const wanted = fields === undefined ? undefined : new Set(fields);
  const known = new Map<string, EventDescriptor>(descriptors.map((descriptor) => [descriptor.uid, descriptor]));
  for await (const [name, document] of runDocuments(context, { signal, streams: [stream], fill, fields })) {
    if (name === "descriptor") known.set(document.uid, document);
    if (name !== "event" || streamNameOf(known.get(document.descriptor) ?? { name: "" }) !== stream) continue;
    const event = eventOf(document, stream, wanted);
    if (wanted === undefined || Object.keys(event.data).length > 0) yield event;
  }
}

function eventOf(event: Event, stream: string, wanted: ReadonlySet<string> | undefined): RunEvent {
  const picked = <T>(cells: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> =>
    wanted === undefined ? (cells ?? {}) : recordOf(Object.entries(cells ?? {}).filter(([key]) => wanted.has(key)));
  return {
    uid: event.uid,
    descriptor: event.descriptor,
    stream,
    seqNum: Number(event.seq_num),
    time: nanosOf(event.time),
    data: picked(event.data),
    timestamps: picked(event.timestamps),
    filled: picked(event.filled),
  };
}
