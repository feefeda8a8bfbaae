import type { DataKey } from "./data-key.js";
import { externalKind } from "./data-key.js";
import type {
  Datum,
  DocumentName,
  DocumentOf,
  DocumentPair,
  Event,
  EventDescriptor,
  Resource,
  RunStart,
  RunStop,
  StreamDatum,
  StreamResource,
} from "./documents.js";
import { eventModelError } from "./errors.js";
import { recordOf, setOwn } from "./own.js";
import { streamNameOf } from "./stream-name.js";
import { validateDocument } from "./validate.js";

export type ComposeOptions = {
  /** Members of the start beyond `uid` and `time`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly uid?: string;
  /** Seconds since the epoch. */
  readonly time?: number;
  /** Where uids come from; random ones where absent. */
  readonly newUid?: () => string;
  /** The clock, in seconds; the machine's where absent. */
  readonly now?: () => number;
  /** Sees every document as it is made. */
  readonly onDocument?: (pair: DocumentPair) => void;
};

type EventInput = {
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamps?: Readonly<Record<string, unknown>>;
  readonly filled?: Readonly<Record<string, boolean | string>>;
  readonly seqNum?: number;
  readonly time?: number;
  readonly uid?: string;
};

/** Makes the events of one descriptor. */
export interface ComposedStream {
  readonly descriptor: EventDescriptor;
  /** Timestamps that are left out are the event's time; `seq_num` counts up from 1 over all descriptors of the stream. */
  event(input: EventInput): Event;
}

export interface ComposedResource {
  readonly resource: Resource;
  datum(datumKwargs: Readonly<Record<string, unknown>>): Datum;
}

export interface ComposedStreamResource {
  readonly resource: StreamResource;
  datum(input: {
    readonly indices: StreamDatum["indices"];
    readonly seqNums?: StreamDatum["seq_nums"];
    readonly descriptor?: EventDescriptor;
  }): StreamDatum;
}

export type DataKeyInput = {
  readonly dtype: DataKey["dtype"];
  readonly shape: readonly (number | null)[];
  readonly source: string;
  readonly [key: string]: unknown;
};
/** A descriptor but for what is filled in: `uid`, `time`, `run_start`. */
export type DescriptorInput = {
  readonly data_keys: Readonly<Record<string, DataKeyInput>>;
  readonly name?: string;
  readonly [key: string]: unknown;
};
export type ResourceInput = Pick<Resource, "spec" | "root" | "resource_path" | "resource_kwargs"> & {
  readonly uid?: string;
  readonly path_semantics?: "posix" | "windows";
};
export type StreamResourceInput = Pick<StreamResource, "data_key" | "mimetype" | "uri" | "parameters"> & { readonly uid?: string };

/** A run being made. Each method makes one document, checks it strictly, and hands it to `onDocument`. */
export interface ComposedRun {
  readonly start: RunStart;
  descriptor(input: DescriptorInput): ComposedStream;
  resource(input: ResourceInput): ComposedResource;
  streamResource(input: StreamResourceInput): ComposedStreamResource;
  /** The end; `num_events` is counted. Nothing can be made after it. */
  stop(input?: {
    readonly exitStatus?: RunStop["exit_status"];
    readonly reason?: string;
    readonly time?: number;
    readonly uid?: string;
  }): RunStop;
}

/**
 * Makes the documents of a run so that they refer to each other as they must.
 *
 * @example
 * ```ts
 * const run = composeRun({ metadata: { plan_name: "count" } });
 * const stream = run.descriptor({ name: "primary", data_keys: { det: { dtype: "number", shape: [], source: "sim" } } });
 * stream.event({ data: { det: 0.5 } });
 * run.stop();
 * ```
 */
export function composeRun(options: ComposeOptions = {}): ComposedRun {
  const newUid = options.newUid ?? (() => crypto.randomUUID());
  const now = options.now ?? (() => Date.now() / 1000);
  let stopped = false;
  const counts = new Map<string, number>();
  const keysOfStream = new Map<string, string>();
  const emit = <Name extends DocumentName>(name: Name, document: DocumentOf<Name>): DocumentOf<Name> => {
    if (stopped) throw eventModelError("EventModelRuntimeError", `a ${name} document after the run's stop: compose a new run`, {});
    validateDocument(name, document);
    // Name and document belong together by the signature.
    options.onDocument?.([name, document] as unknown as DocumentPair);
    return document;
  };
  const start: RunStart = emit("start", { ...options.metadata, uid: options.uid ?? newUid(), time: options.time ?? now() });

  return {
    start,
    descriptor(input) {
      // Checked by its schema when it is handed on.
      const descriptor = { time: now(), uid: newUid(), ...input, run_start: start.uid } as unknown as EventDescriptor;
      const name = streamNameOf(descriptor);
      const keys = Object.keys(descriptor.data_keys).sort().join("\n");
      if ((keysOfStream.get(name) ?? keys) !== keys) {
        throw eventModelError("MismatchedDataKeys", `stream '${name}' has a descriptor with other data keys: name another stream`, {
          key: name,
        });
      }
      emit("descriptor", descriptor);
      keysOfStream.set(name, keys);
      if (!counts.has(name)) counts.set(name, 0);
      return { descriptor, event: (event) => emit("event", eventOf(event, descriptor, name)) };
    },
    resource(input) {
      const resource = emit("resource", { path_semantics: "posix", uid: newUid(), ...input, run_start: start.uid });
      let count = 0;
      return {
        resource,
        datum: (datumKwargs) =>
          emit("datum", { resource: resource.uid, datum_id: `${resource.uid}/${count++}`, datum_kwargs: { ...datumKwargs } }),
      };
    },
    streamResource(input) {
      const resource = emit("stream_resource", { uid: newUid(), ...input, run_start: start.uid });
      let count = 0;
      return {
        resource,
        datum: ({ indices, seqNums, descriptor }) =>
          emit("stream_datum", {
            stream_resource: resource.uid,
            uid: `${resource.uid}/${count++}`,
            descriptor: descriptor?.uid ?? "",
            indices,
            seq_nums: seqNums ?? { start: indices.start + 1, stop: indices.stop + 1 },
          }),
      };
    },
    stop({ exitStatus = "success", reason = "", time, uid } = {}) {
      const stop = emit("stop", {
        uid: uid ?? newUid(),
        time: time ?? now(),
        run_start: start.uid,
        exit_status: exitStatus,
        reason,
        num_events: recordOf(counts),
      });
      stopped = true;
      return stop;
    },
  };

  function eventOf(input: EventInput, descriptor: EventDescriptor, name: string): Event {
    const time = input.time ?? now();
    const expected = Object.entries(descriptor.data_keys).filter(([, key]) => externalKind(key) !== "stream");
    const given = new Set(Object.keys(input.data));
    const missing = expected.filter(([key]) => !given.delete(key)).map(([key]) => key);
    if (missing.length > 0 || given.size > 0) {
      throw eventModelError(
        "MismatchedDataKeys",
        `an event of '${name}' ${missing.length > 0 ? `lacks ${missing.join(", ")}` : `has ${[...given].join(", ")}, which its descriptor has not`}`,
        { key: name },
      );
    }
    const seqNum = input.seqNum ?? (counts.get(name) ?? 0) + 1;
    counts.set(name, Math.max(counts.get(name) ?? 0, seqNum));
    const filled: Record<string, boolean | string> = {};
    for (const [key, dataKey] of expected) if (externalKind(dataKey) === "datum") setOwn(filled, key, input.filled?.[key] ?? false);
    return {
      uid: input.uid ?? newUid(),
      descriptor: descriptor.uid,
      seq_num: seqNum,
      time,
      data: { ...input.data },
      timestamps: input.timestamps === undefined ? recordOf(expected.map(([key]) => [key, time])) : { ...input.timestamps },
      filled,
    };
  }
}
